"""What a subscriber's reports tell about its line: clear, busy or congested.

Pure. Refuses to know what is sent and what to do about it. Sources: RFC 3550 section 6.4
(reports), draft-ietf-rmcat-gcc-02 section 6 (up to 10 % may be lost). Radio loses packets while
the round trip stays as it is; a full line loses them behind a long queue; and home routers put
the loss off for seconds, so that a queue that grows is trouble enough.
"""

from __future__ import annotations

import enum
from typing import Final

from proconf_tui.engine.rtcp import ReportBlock

CURED_LOSS: Final = 0.04
"""Less than this is no rest of a trouble."""
HIGH_LOSS: Final = 0.10
STEADY_LOSS: Final = 0.15
"""More than this, twice, is trouble even where the round trip is steady: radio's is less."""
EXTREME_LOSS: Final = 0.3
"""More than this need be told only once."""
STRETCHED_S: Final = 0.05
BLOATED_S: Final = 0.15
BLOATED_TIMES: Final = 2
FALLING_S: Final = 0.02
MIN_PACKETS: Final = 80
BASE_PERIOD_S: Final = 30.0

MAX_TOLERATED_LOSS: Final = 0.3
"""Where more is lost no picture can be seen, whoever is to blame."""

_MAX_STEP: Final = 5000
_RELENTING: Final = 1 / 8
_MAX_SLOPE: Final = 4.0


class Sign(enum.Enum):
    """What the newest reports say."""

    NONE = enum.auto()
    """Nothing came that could be judged."""
    CLEAR = enum.auto()
    BUSY = enum.auto()
    """Not more than now."""
    CONGESTED = enum.auto()
    """Less than now."""


class LineSigns:
    """The reports of one subscriber about all of its slots, judged about once a second.

    ``loss`` is the fraction (0..1) the newest of them tell (0 when they tell of too few packets),
    ``delivered`` which fraction of what was sent seems to get through, ``is_cured`` whether they
    tell of no loss that would be the rest of a trouble.
    """

    __slots__ = (
        "_is_lossy",
        "_loss",
        "_tolerated_loss",
        "_trips",
        "delivered",
        "is_cured",
        "loss",
    )

    def __init__(self) -> None:
        self.loss = 0.0
        self.delivered = 1.0
        self.is_cured = True
        self._tolerated_loss = 0.0
        self._is_lossy = False
        self._loss = _Loss()
        self._trips = _RoundTrips()

    @property
    def excess_s(self) -> float:
        """By how much the newest round trip is longer than the shortest; 0 before the first."""
        return self._trips.excess_s

    def on_report(self, block: ReportBlock, rtt_s: float | None, now: float) -> None:
        """Take one slot's block, with the round trip if it is the first to answer its report."""
        self._loss.note(block)
        if rtt_s is not None:
            self._trips.note(rtt_s, now)

    def take(self, now: float) -> Sign:
        """Judge what came since the last call."""
        loss = self._loss.take()
        has_trip = self._trips.take(now)
        if loss is None and not has_trip:
            return Sign.NONE
        self.loss = loss or 0.0
        self.delivered = (1.0 - self.loss) / (1.0 + self._trips.slope)
        trips = self._trips
        if trips.bloated_times >= BLOATED_TIMES and not trips.is_falling:
            return Sign.CONGESTED
        return self._judge_loss(loss, is_stretched=trips.excess_s > STRETCHED_S)

    def _judge_loss(self, told: float | None, *, is_stretched: bool) -> Sign:
        if told is None:
            self.is_cured = True
            return Sign.BUSY if is_stretched else Sign.CLEAR
        loss = max(0.0, told - self._tolerated_loss)
        self._tolerated_loss -= _RELENTING * max(0.0, self._tolerated_loss - told)
        self.is_cured = loss < CURED_LOSS
        was_lossy, self._is_lossy = self._is_lossy, loss > STEADY_LOSS
        if is_stretched:
            return Sign.CONGESTED if loss > HIGH_LOSS else Sign.BUSY
        if loss > EXTREME_LOSS or (was_lossy and self._is_lossy):
            return Sign.CONGESTED
        return Sign.BUSY if loss > HIGH_LOSS else Sign.CLEAR

    def accept(self) -> None:
        """Take loss and round trip as they are now for this line's own: sending less is no cure."""
        self._tolerated_loss = min(self.loss, MAX_TOLERATED_LOSS)
        self._is_lossy = False
        self.is_cured = True
        self._trips.accept()


class _Loss:
    """Blocks of several streams put together, each by how many packets it speaks of."""

    __slots__ = ("_expected", "_highest", "_lost")

    def __init__(self) -> None:
        self._highest: dict[int, int] = {}
        self._expected = 0
        self._lost = 0.0

    def note(self, block: ReportBlock) -> None:
        before = self._highest.get(block.ssrc)
        self._highest[block.ssrc] = block.highest_sequence
        step = 0 if before is None else block.highest_sequence - before
        if 0 < step < _MAX_STEP:
            self._expected += step
            self._lost += step * block.fraction_lost / 256

    def take(self) -> float | None:
        """Return the fraction lost since the last answer; None while too few packets count."""
        if self._expected < MIN_PACKETS:
            return None
        loss = self._lost / self._expected
        self._expected, self._lost = 0, 0.0
        return loss


class _RoundTrips:
    """The shortest round trip of each judgement against the shortest of the last minute.

    The shortest, because a full queue delays every packet and a hiccup only some.
    """

    __slots__ = (
        "_bases",
        "_began_at",
        "_newest",
        "_shortest",
        "_taken_at",
        "bloated_times",
        "is_falling",
        "slope",
    )

    def __init__(self) -> None:
        self._bases: list[float] = []
        self._began_at = self._taken_at = 0.0
        self._shortest: float | None = None
        self._newest: float | None = None
        self.bloated_times = 0
        self.is_falling = False
        self.slope = 0.0

    @property
    def excess_s(self) -> float:
        return 0.0 if self._newest is None else self._newest - min(self._bases)

    def note(self, rtt_s: float, now: float) -> None:
        if not self._bases or now - self._began_at > BASE_PERIOD_S:
            self._began_at = now
            self._bases = [*self._bases[-1:], rtt_s]
        self._bases[-1] = min(self._bases[-1], rtt_s)
        self._shortest = rtt_s if self._shortest is None else min(self._shortest, rtt_s)

    def take(self, now: float) -> bool:
        """Take what came since the last call; False for nothing."""
        newest, self._shortest = self._shortest, None
        if newest is None:
            self.slope = 0.0
            return False
        grown = 0.0 if self._newest is None else newest - self._newest
        # A queue grows by the second by what the line does not carry of a second's packets.
        self.slope = min(_MAX_SLOPE, max(0.0, grown / max(0.5, now - self._taken_at)))
        self.is_falling = grown < -FALLING_S
        self._newest, self._taken_at = newest, now
        self.bloated_times = self.bloated_times + 1 if self.excess_s > BLOATED_S else 0
        return True

    def accept(self) -> None:
        if self._newest is not None:
            self._bases = [self._newest]
            self.bloated_times = 0
