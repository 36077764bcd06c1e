"""One source's pictures in the size that is wanted of them, or none of them while nobody looks.

It knows no connection and no peers; which size is right is `proconf_tui.media.picture_sizes`'
business.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final, Protocol, runtime_checkable

import av
from av.video.reformatter import Interpolation, VideoReformatter

from proconf_tui.media.picture_sizes import FEW_FPS, Ladder, Sending, Size, SizeChoice

# A source's pace wavers; what comes a little early is still in time.
_EARLY_SHARE: Final = 0.3


@runtime_checkable
class Paced(Protocol):
    """A source that can be told how many pictures a second are of use."""

    max_fps: float


class PictureSizer:
    """Takes every picture of one source, in one event loop, one after the other."""

    def __init__(self, ladder: Ladder) -> None:
        self._choice = SizeChoice(ladder)
        self._reformatter = VideoReformatter()
        self._due_at = 0.0
        self.is_wanted = False
        """Whether anybody looks."""
        self.size: Size | None = None
        """The box in which they do; None is any size."""

    def want(self, *, is_wanted: bool, size: Size | None = None) -> None:
        """Learn in which size the pictures are looked at from now on, if at all."""
        self.is_wanted, self.size = is_wanted, size
        if not is_wanted:
            self._choice.forget()

    async def take(self, frame: av.VideoFrame, source: object) -> av.VideoFrame | None:
        """Return ``frame`` as it is to be sent, or None if it is not; ``source`` is told its pace.

        It keeps its time.
        """
        if not self.is_wanted:
            _pace(source, FEW_FPS)
            return None
        now = time.monotonic()
        sending = self._choice.choose(self.size, (frame.width, frame.height), now)
        _pace(source, sending.fps)
        if not self._is_due(now, sending.fps):
            return None
        if (frame.width, frame.height) == sending.size:
            return frame
        return await asyncio.to_thread(self._scaled, frame, sending)

    def _is_due(self, now: float, fps: float) -> bool:
        if now < self._due_at - _EARLY_SHARE / fps:
            return False
        # Never behind by more than a picture: what was not sent is not made up for.
        self._due_at = max(self._due_at + 1 / fps, now)
        return True

    def _scaled(self, frame: av.VideoFrame, sending: Sending) -> av.VideoFrame:
        width, height = sending.size
        scaled = self._reformatter.reformat(
            frame, width, height, "yuv420p", interpolation=Interpolation.AREA, threads=1
        )
        scaled.pts, scaled.time_base = frame.pts, frame.time_base
        return scaled


def _pace(source: object, fps: float) -> None:
    if isinstance(source, Paced) and source.max_fps != fps:
        source.max_fps = fps
