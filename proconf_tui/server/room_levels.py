"""How loud who is, told to a room at most five times a second.

The shell of `proconf_tui.server.speakers`: it has the clock and the timer. The engine falls silent
when everybody does, so a turn is also ended from here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Final

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Levels
from proconf_tui.server.speakers import SILENT_DB, Speakers, heard
from proconf_tui.server.tasks import Tasks

PERIOD_S: Final = 0.2


class RoomLevels:
    """Levels of one room: taken from the engine at any pace, told at a bounded one."""

    def __init__(
        self,
        tasks: Tasks,
        talkers: Callable[[], Collection[PeerId]],
        tell: Callable[[Levels], None],
    ) -> None:
        """``talkers`` names who may be heard now; ``tell`` passes a message to the room."""
        self._tasks = tasks
        self._talkers = talkers
        self._tell = tell
        self._newest: dict[PeerId, float] = {}
        self._speakers = Speakers()
        self._is_planned = False

    def take(self, levels: Mapping[PeerId, float]) -> None:
        """Take levels in dBov; the newest of each peer counts."""
        self._newest.update(levels)
        self._plan(0.0)

    def _plan(self, delay_s: float) -> None:
        if not self._is_planned:
            self._is_planned = True
            self._tasks.after(self, delay_s, self._report)

    def _report(self) -> None:
        levels = {peer: self._newest.get(peer, SILENT_DB) for peer in self._talkers()}
        had_news = bool(self._newest)
        self._newest.clear()
        before = self._speakers
        self._speakers = heard(before, levels, asyncio.get_running_loop().time())
        self._is_planned = False
        if had_news or self._speakers.active != before.active:
            self._tell(_message(levels, self._speakers))
        if had_news or self._speakers.active:
            self._plan(PERIOD_S)


def _message(levels: Mapping[PeerId, float], speakers: Speakers) -> Levels:
    return Levels(
        levels={peer: round(level, 1) for peer, level in levels.items()},
        active_speakers=speakers.active,
        dominant_speaker=speakers.dominant,
    )
