"""Which packets of one stream have come, which are missing, and what to report about it.

Refuses to know payloads and sockets. Sources: RFC 3550 appendix A.1 (sequence validity) and
A.3 (loss).
"""

from __future__ import annotations

import enum
from typing import Final

from proconf_tui.rtp.missing import MissingPackets

WINDOW: Final = 256
"""Packets further behind the newest than this are of no use to anybody any more."""

MAX_GAP: Final = 200
MAX_MISSING: Final = 400


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


class Reception:
    """The receiving side's state of one SSRC.

    ``missing`` are the gaps it has, ``gaps`` how many packets were ever missing, ``repaired`` how
    many of these came after all; ``loss`` is the share (0..1) that was missing at first between the
    last two calls of :meth:`take_loss`.
    """

    __slots__ = (
        "_base",
        "_expected_before",
        "_gaps_before",
        "_highest",
        "_lost_before",
        "_received",
        "_received_before",
        "_restart_at",
        "gaps",
        "loss",
        "missing",
        "repaired",
    )

    def __init__(self) -> None:
        self._highest: int | None = None  # extended beyond 16 bits
        self.missing = MissingPackets()
        self.gaps = self.repaired = self._gaps_before = self._lost_before = 0
        self.loss = 0.0
        self._restart_at: int | None = None
        self._begin(0)

    def _begin(self, sequence: int) -> None:
        self._base = sequence
        self._received = self._received_before = self._expected_before = 0
        self.missing.clear()

    @property
    def has_started(self) -> bool:
        """Whether any packet has come."""
        return self._highest is not None

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
        if ahead >= MAX_GAP or len(self.missing) + ahead > MAX_MISSING:
            self.missing.clear()
            return Arrival.JUMPED
        self.missing.note_gap(highest + 1, ahead - 1, now)
        self.gaps += ahead - 1
        return Arrival.NEWEST

    def _on_late(self, sequence: int) -> Arrival:
        if not self.missing.has_come(sequence):
            return Arrival.DROPPED
        self._received += 1
        self.repaired += 1
        return Arrival.LATE

    def _on_far_behind(self, sequence: int) -> Arrival:
        # Two in a row mean that the sender began anew (RFC 3550 A.1); one is a stray.
        if sequence == self._restart_at:
            return self._restart(sequence, Arrival.JUMPED)
        self._restart_at = (sequence + 1) & 0xFFFF
        return Arrival.DROPPED

    def _restart(self, sequence: int, arrival: Arrival) -> Arrival:
        self._lost_before += self._lost_lately()
        self._begin(sequence)
        self._highest = sequence
        self._received = 1
        self._restart_at = None
        return arrival

    @property
    def received(self) -> int:
        """How many packets have come since the stream last began, each counted once."""
        return self._received

    @property
    def lost(self) -> int:
        """How many packets are missing for good or still missing."""
        return min(self._lost_before + self._lost_lately(), 0x7FFFFF)

    def _lost_lately(self) -> int:
        if self._highest is None:
            return 0
        return max(0, self._highest - self._base + 1 - self._received)

    def take_loss(self) -> tuple[int, int, int]:
        """Return (fraction lost since the last call in 1/256, lost in all, highest sequence)."""
        if self._highest is None:
            return 0, 0, 0
        expected = self._highest - self._base + 1
        new = expected - self._expected_before
        lost = new - (self._received - self._received_before)
        self._expected_before, self._received_before = expected, self._received
        self.loss = min(1.0, (self.gaps - self._gaps_before) / new) if new > 0 else 0.0
        self._gaps_before = self.gaps
        fraction = min(255, (lost << 8) // new) if new > 0 and lost > 0 else 0
        return fraction, self.lost, self._highest
