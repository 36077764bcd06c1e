"""What happened lately in one room, for those who come back and have missed some of it.

Events are kept in short runs, each with the state it began with, so that any moment of the last
thousand events can be found again by folding a few. It is bounded: whoever was away for longer
than it reaches is shown the room afresh.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from proconf_tui.room.events import Event, RoomCreated
from proconf_tui.room.model import RoomState
from proconf_tui.room.state import fold
from proconf_tui.room.step import Step, steps_of

RUN_EVENTS: Final = 64
MOST_RUNS: Final = 16


@dataclasses.dataclass(slots=True)
class _Run:
    start: RoomState
    events: list[Event] = dataclasses.field(default_factory=list)


class History:
    """The newest events of one room."""

    def __init__(self) -> None:
        self._runs: deque[_Run] = deque(maxlen=MOST_RUNS)

    @property
    def start(self) -> RoomState | None:
        """The state from which on everything is known; None while nothing is."""
        return self._runs[0].start if self._runs else None

    def add(self, steps: Iterable[Step]) -> None:
        """Take what happened next."""
        for step in steps:
            if isinstance(step.event, RoomCreated):
                # Nobody has missed what was before.
                self._runs.clear()
                self._runs.append(_Run(step.after))
                continue
            if not self._runs or len(self._runs[-1].events) >= RUN_EVENTS:
                self._runs.append(_Run(step.before))
            self._runs[-1].events.append(step.event)

    def since(self, version: int) -> Sequence[Step] | None:
        """Return what happened after ``version``; None if that is too long ago, or yet to come."""
        runs = list(self._runs)
        while len(runs) > 1 and runs[1].start.version <= version:
            del runs[0]
        if not runs or not runs[0].start.version <= version <= _end(runs[-1]):
            return None
        events = [event for run in runs for event in run.events]
        known = version - runs[0].start.version
        return steps_of(fold(events[:known], runs[0].start), events[known:])


def _end(run: _Run) -> int:
    return run.start.version + len(run.events)
