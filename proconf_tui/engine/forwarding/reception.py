"""Which packets of one stream have come, which are missing, and what to report about it.

Refuses to know payloads and sockets. Sources: RFC 3550 appendix A.1 (sequence validity) and
A.3 (loss), RFC 4585 section 6.2.1 (NACK).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

WINDOW: Final = 256
"""Packets further behind the newest than this are of no use to anybody any more."""

MAX_GAP: Final = 200
MAX_MISSING: Final = 400
NACK_INTERVAL_S: Final = 0.04
NACK_TRIES: Final = 8
MISSING_LIFETIME_S: Final = 1.0


class Arrival(enum.Enum):
    """What a packet is to the stream."""

    DROPPED = enum.auto()
    """A duplicate, or too old."""
    LATE = enum.auto()
    """A missing one has come after all."""
    NEWEST = enum.auto()
    """Newer than everything before it."""
    JUMPED = enum.auto()
    """The newest after a break too wide to repair: what depends on the past must restart."""


@dataclass(slots=True)
class _Missing:
    since: float
    next_at: float
    tries: int = 0


class Reception:
    """The receiving side's state of one SSRC.

    ``has_new_gap``: packets went missing since the last :meth:`take_nacks`.
    """

    __slots__ = (
        "_base",
        "_expected_before",
        "_highest",
        "_missing",
        "_received",
        "_received_before",
        "_restart_at",
        "has_new_gap",
    )

    def __init__(self) -> None:
        self._highest: int | None = None  # extended beyond 16 bits
        self._missing: dict[int, _Missing] = {}
        self._restart_at: int | None = None
        self.has_new_gap = False
        self._begin(0)

    def _begin(self, sequence: int) -> None:
        self._base = sequence
        self._received = self._received_before = self._expected_before = 0
        self._missing.clear()

    @property
    def has_started(self) -> bool:
        """Whether any packet has come."""
        return self._highest is not None

    @property
    def is_missing_any(self) -> bool:
        """Whether :meth:`take_nacks` may have work, now or later."""
        return bool(self._missing)

    def on_packet(self, sequence: int, now: float) -> Arrival:
        """Take note of one packet."""
        highest = self._highest
        if highest is None:
            return self._restart(sequence, Arrival.NEWEST)
        ahead = (sequence - highest) & 0xFFFF
        if ahead == 1:
            self._received += 1
            self._highest = highest + 1
            return Arrival.NEWEST
        if 0 < ahead < 0x8000:
            return self._on_gap(highest, ahead, now)
        if ahead == 0 or ahead >= 0x10000 - WINDOW:
            return self._on_late(sequence)
        return self._on_far_behind(sequence)

    def _on_gap(self, highest: int, ahead: int, now: float) -> Arrival:
        self._received += 1
        self._highest = highest + ahead
        if ahead >= MAX_GAP or len(self._missing) + ahead > MAX_MISSING:
            self._missing.clear()
            return Arrival.JUMPED
        for step in range(1, ahead):
            self._missing[(highest + step) & 0xFFFF] = _Missing(now, now)
            self.has_new_gap = True
        return Arrival.NEWEST

    def _on_late(self, sequence: int) -> Arrival:
        if self._missing.pop(sequence, None) is None:
            return Arrival.DROPPED
        self._received += 1
        return Arrival.LATE

    def _on_far_behind(self, sequence: int) -> Arrival:
        # Two in a row mean that the sender began anew (RFC 3550 A.1); one is a stray.
        if sequence == self._restart_at:
            return self._restart(sequence, Arrival.JUMPED)
        self._restart_at = (sequence + 1) & 0xFFFF
        return Arrival.DROPPED

    def _restart(self, sequence: int, arrival: Arrival) -> Arrival:
        self._begin(sequence)
        self._highest = sequence
        self._received = 1
        self._restart_at = None
        return arrival

    def take_nacks(self, now: float) -> tuple[list[int], bool]:
        """Return what to ask for again now, oldest first, and whether something was given up.

        Each is asked for at once and every 40 ms, 8 times; one that comes within a second
        still counts, even after that.
        """
        self.has_new_gap = False
        due: list[int] = []
        has_given_up = False
        for sequence, missing in list(self._missing.items()):
            if now - missing.since > MISSING_LIFETIME_S:
                has_given_up |= missing.tries <= NACK_TRIES
                del self._missing[sequence]
            elif now >= missing.next_at and missing.tries <= NACK_TRIES:
                missing.tries += 1
                missing.next_at = now + NACK_INTERVAL_S
                if missing.tries > NACK_TRIES:
                    has_given_up = True
                else:
                    due.append(sequence)
        return due, has_given_up

    def take_loss(self) -> tuple[int, int, int]:
        """Return (fraction lost since the last call in 1/256, lost in all, highest sequence)."""
        if self._highest is None:
            return 0, 0, 0
        expected = self._highest - self._base + 1
        new = expected - self._expected_before
        lost = new - (self._received - self._received_before)
        self._expected_before, self._received_before = expected, self._received
        fraction = min(255, (lost << 8) // new) if new > 0 and lost > 0 else 0
        return fraction, min(max(0, expected - self._received), 0x7FFFFF), self._highest
