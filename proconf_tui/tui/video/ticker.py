"""The one clock of all pictures: looks for new ones, and has them drawn when it is time."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from proconf_tui.tui.pace import Pace
from proconf_tui.tui.video.feed import VideoFeed
from proconf_tui.tui.video.pacing import FULL_FPS
from proconf_tui.tui.video.plane import VideoPlane

_LOOKS_FOR_ANSWERS: Final = 30
_LOOK_EVERY_S: Final = 0.01


class Ticker:
    """Run `run` as long as the app lives; pictures are drawn until `stop`."""

    def __init__(self, pace: Pace, feed: VideoFeed, plane: VideoPlane) -> None:
        self._pace = pace
        self._feed = feed
        self._plane = plane
        self._is_stopped = False

    async def run(self) -> None:
        """Look until cancelled. No timer of Textual's: its message costs more than a look."""
        due_at = time.monotonic()
        while True:
            due_at = max(due_at + 1 / FULL_FPS, time.monotonic())
            await asyncio.sleep(due_at - time.monotonic())
            self._tick()

    async def stop(self) -> None:
        """Draw no more, and wait a moment for what the terminal still has to answer.

        What comes after the end would be typed to the shell.
        """
        self._is_stopped = True
        for _ in range(_LOOKS_FOR_ANSWERS):
            if not self._plane.is_awaiting_answer:
                break
            await asyncio.sleep(_LOOK_EVERY_S)

    def _tick(self) -> None:
        self._pace.look()
        if self._is_stopped or self._pace.is_paused:
            return
        if self._feed.has_news and self._plane.may_paint():
            self._feed.tick()
            self._plane.paint(self._feed.tiles)
