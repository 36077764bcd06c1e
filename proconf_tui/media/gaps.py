"""The gaps in the numbers of one received stream, and what to ask for again when; pure.

A packet that is merely out of order is not asked for: the first question waits a moment. How long
the next ones wait follows from how long an answer takes. Instants are in seconds of any steady
clock. Sources: RFC 4585 section 6.2.1 (NACK), RFC 3550 appendix A.1 (numbers that jump).
"""

from __future__ import annotations

from typing import Final

from proconf_tui.rtp.missing import NACK_INTERVAL_S, MissingPackets

REORDERING_S: Final = 0.01
"""How long a packet may come after a later one without being asked for."""

# What is asked for at once is bounded, and so is what is remembered.
_MAX_GAP: Final = 200
_MAX_MISSING: Final = 400
_WINDOW: Final = 512
# To wait for a whole answer makes each lost question or answer cost more than a round trip; what
# comes twice because of it costs less, and who answers does so only now and then.
_SHARE_OF_ANSWER: Final = 0.5
_LONGEST_INTERVAL_S: Final = 0.15
# What had to be asked for twice says too much: so the least is believed sooner.
_WEIGHT_DOWN: Final = 0.5
_WEIGHT_UP: Final = 0.1


class Gaps:
    """Follows the numbers (16 bits); its length is how many packets are missing."""

    def __init__(self) -> None:
        self.answer_s = 0.0
        """How long an answer takes, about; 0 before the first."""
        self._missing = MissingPackets()
        self._newest: int | None = None
        self._restart_at: int | None = None
        # When each was first asked for.
        self._asked_at: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._missing)

    def note(self, sequence: int, now: float) -> None:
        """Take note of a packet that has come."""
        if self._newest is None:
            self._newest = sequence
            return
        ahead = (sequence - self._newest) & 0xFFFF
        if ahead == 1:
            self._newest = sequence
        elif 0 < ahead < 0x8000:
            self._skip_to(sequence, ahead - 1, now)
        elif ahead == 0 or ahead >= 0x10000 - _WINDOW:
            self._fill(sequence, now)
        else:
            self._take_for_stray(sequence)

    def forget_before(self, sequence: int) -> None:
        """Ask no more for what is older: it is of no use now."""
        self._missing.forget_before(sequence)

    def take_due(self, now: float) -> list[int]:
        """Return what to ask for now, the oldest first."""
        due, _ = self._missing.take_due(now)
        asked = {each: at for each, at in self._asked_at.items() if each in self._missing}
        self._asked_at = dict.fromkeys(due, now) | asked
        return due

    def _skip_to(self, sequence: int, count: int, now: float) -> None:
        assert self._newest is not None
        first, self._newest = self._newest + 1, sequence
        if count >= _MAX_GAP or len(self._missing) + count > _MAX_MISSING:
            self._missing.clear()
        else:
            self._missing.note_gap(first & 0xFFFF, count, now + REORDERING_S)

    def _fill(self, sequence: int, now: float) -> None:
        asked_at = self._asked_at.pop(sequence, None)
        if self._missing.has_come(sequence) and asked_at is not None:
            self._learn(now - asked_at)

    def _learn(self, answer_s: float) -> None:
        weight = _WEIGHT_UP if answer_s > self.answer_s else _WEIGHT_DOWN
        self.answer_s += (weight if self.answer_s else 1.0) * (answer_s - self.answer_s)
        interval_s = min(self.answer_s * _SHARE_OF_ANSWER, _LONGEST_INTERVAL_S)
        self._missing.interval_s = max(NACK_INTERVAL_S, interval_s)

    def _take_for_stray(self, sequence: int) -> None:
        # Two in a row mean that the sender began anew.
        if sequence == self._restart_at:
            self._newest = sequence
            self._missing.clear()
        self._restart_at = (sequence + 1) & 0xFFFF
