"""Which source fed one slot when, by the RTP timestamps of what came.

Pure. A slot's timestamps go on whoever feeds it. Source: RFC 3550 section 5.1 (CSRC).
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

_MOST_KEPT: Final = 8
_HALF: Final = 0x8000_0000
# Only so little is late, ten seconds or more; whatever is further behind comes after hours.
_LATEST: Final = 0x10_0000
# After a quarter of all timestamps, hours, what was before is over; so much is kept of now.
_LONG: Final = 0x4000_0000
_KEPT: Final = 0x1000_0000


class _Turn(NamedTuple):
    number: int
    since: int
    source: int


class SourceLog:
    """The last few sources of one slot; 0 is nobody known."""

    def __init__(self) -> None:
        self._turns: deque[_Turn] = deque(maxlen=_MOST_KEPT)
        self._newest_timestamp = 0

    @property
    def newest(self) -> int:
        """The source that feeds the slot now."""
        return self._turns[-1].source if self._turns else 0

    def note(self, timestamp: int, source: int) -> int | None:
        """Take note of whose a packet or picture is.

        Return the number of the source's turn, which goes up each time the slot changes hands;
        None for what is older than what has come already.
        """
        if not self._turns:
            return self._begin(0, timestamp, source)
        if 0 < _passed(timestamp, self._newest_timestamp) <= _LATEST:
            return None
        turn, self._newest_timestamp = self._turns[-1], timestamp
        if source != turn.source:
            return self._begin(turn.number + 1, timestamp, source)
        if _passed(turn.since, timestamp) > _LONG:
            self._turns.clear()
            self._turns.append(turn._replace(since=(timestamp - _KEPT) & 0xFFFF_FFFF))
        return turn.number

    def at(self, timestamp: int) -> int:
        """Return the source at that time; 0 for before the first."""
        for turn in reversed(self._turns):
            if _passed(turn.since, timestamp) < _HALF:
                return turn.source
        return 0

    def _begin(self, number: int, timestamp: int, source: int) -> int:
        self._turns.append(_Turn(number, timestamp, source))
        self._newest_timestamp = timestamp
        return number


def _passed(since: int, until: int) -> int:
    return (until - since) & 0xFFFF_FFFF
