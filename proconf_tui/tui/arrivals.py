"""What has come from the agent and waits for the screen, and how often that is taken. Pure.

A screen draws once for all that it takes at once: so a flood of events costs it no more than a few
drawings a second, and keys come between them. Times are in seconds of one monotonic clock.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from proconf_tui.control.events import Event, RoomAwaiting, RoomClosed
from proconf_tui.control.screen import AgentReady, Levels, RoomSnapshot, SeatKept

MOST_WAITING: Final = 4096
"""Over it the oldest of those that are only told of is dropped."""

MOST_AT_ONCE: Final = 256
"""What one turn takes; keys come before the next."""

EVERY_S: Final = 0.1
"""So often there is a turn, on the average."""

BURST: Final = 5
"""So many turns may follow each other at once after a while without any."""

_NEWEST_COUNTS: Final = (Levels, RoomSnapshot)
_ALL_COUNT: Final = (AgentReady, SeatKept, RoomAwaiting, RoomClosed, RoomSnapshot)


class Arrivals:
    """Events in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, event: Event) -> None:
        """Add one; what it makes worthless right before it goes."""
        last = type(self._waiting[-1]) if self._waiting else None
        if last is type(event) and last in _NEWEST_COUNTS:
            self._waiting.pop()
        self._waiting.append(event)
        if len(self._waiting) > MOST_WAITING:
            self._drop_one()

    def take(self) -> list[Event]:
        """Return and forget the oldest, at most `MOST_AT_ONCE`."""
        return [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]

    def _drop_one(self) -> None:
        kinds = enumerate(self._waiting)
        del self._waiting[next((n for n, one in kinds if not isinstance(one, _ALL_COUNT)), 0)]


class Turns:
    """When the next turn may be."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._counted_at = 0.0

    def wait_s(self, now: float) -> float:
        """Return how long the next one has to wait; 0 if it may be now."""
        self._left = min(BURST, self._left + (now - self._counted_at) / EVERY_S)
        self._counted_at = now
        return max(0.0, (1 - self._left) * EVERY_S)

    def take(self) -> None:
        """Count one that is had."""
        self._left -= 1
