"""Which packets of one stream are missing, and when to ask for them again.

Pure: `now` is always an argument, in seconds of any steady clock. Knows neither who sends nor how
the question travels. Source: RFC 4585 section 6.2.1 (NACK).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NACK_INTERVAL_S: Final = 0.04
NACK_TRIES: Final = 8
MOST_AT_ONCE: Final = 100
"""So many are asked for at a time, the rest at the next."""
LIFETIME_S: Final = 1.0
"""A packet that comes within this time still counts; older ones are of no use to anybody."""


@dataclass(slots=True)
class _Missing:
    since: float
    next_at: float
    tries: int = 0


class MissingPackets:
    """The gaps of one stream.

    ``has_new_gap``: packets went missing since the last :meth:`take_due`. ``interval_s``: how long
    a question waits for its answer before it is repeated.
    """

    __slots__ = ("_missing", "has_new_gap", "interval_s")

    def __init__(self) -> None:
        self.has_new_gap = False
        self.interval_s = NACK_INTERVAL_S
        self._missing: dict[int, _Missing] = {}

    def __len__(self) -> int:
        return len(self._missing)

    def __contains__(self, sequence: int) -> bool:
        return sequence in self._missing

    def note_gap(self, first: int, count: int, now: float) -> None:
        """Take note that ``count`` sequence numbers from ``first`` on have not come (mod 2^16)."""
        for step in range(count):
            self._missing[(first + step) & 0xFFFF] = _Missing(now, now)
        self.has_new_gap |= count > 0

    def has_come(self, sequence: int) -> bool:
        """Take note of a late packet; tell whether it was missing."""
        return self._missing.pop(sequence, None) is not None

    def forget_before(self, sequence: int) -> None:
        """Ask no more for what is older than ``sequence`` (mod 2^16)."""
        for old in [one for one in self._missing if 0 < (sequence - one) & 0xFFFF < 0x8000]:
            del self._missing[old]

    def clear(self) -> None:
        """Forget every gap."""
        self._missing.clear()

    def take_due(self, now: float) -> tuple[list[int], bool]:
        """Return what to ask for again now, oldest first, and whether something was given up.

        Each is asked for at once and every ``interval_s``, 8 times, but of many the newest wait for
        the next call. One that comes within a second still counts, even after that.
        """
        self.has_new_gap = False
        due: list[int] = []
        has_given_up = False
        for sequence, missing in list(self._missing.items()):
            if now - missing.since > LIFETIME_S:
                has_given_up |= missing.tries <= NACK_TRIES
                del self._missing[sequence]
            elif len(due) == MOST_AT_ONCE:
                continue
            elif now >= missing.next_at and missing.tries <= NACK_TRIES:
                missing.tries += 1
                missing.next_at = now + self.interval_s
                if missing.tries > NACK_TRIES:
                    has_given_up = True
                else:
                    due.append(sequence)
        return due, has_given_up
