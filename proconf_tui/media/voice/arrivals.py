"""How regularly the packets of one voice arrive, and the delay that this calls for; pure.

Instants and timestamps are in samples at 48 kHz. What counts is transit: the instant of arrival
minus the timestamp. Its least value within the last seconds is the fastest way through the network
and follows a sender whose clock drifts; how far the others are behind it is what a buffer has to
make up for. Pauses do not matter, since the timestamps go on in them.

Source: RFC 3550 section 6.4.1 (interarrival jitter).
"""

from __future__ import annotations

import math
from typing import Final

from proconf_tui.media.pcm import SAMPLES_PER_MS

_HALF_WINDOW: Final = 2000 * SAMPLES_PER_MS
# An outage must not hide what the usual way through the network is.
_STALE: Final = 10_000 * SAMPLES_PER_MS
_BIN: Final = 5 * SAMPLES_PER_MS // 2
_BINS: Final = 144
_LATE_SHARE: Final = 0.025
# What is missing and comes late comes in a long tail, and nothing stands in for it where two
# packets are late, or where a voice carries no copies.
_LATE_SHARE_OF_REPAIRS: Final = 0.01
# A copy is needed for few packets only: it may be late more often.
_COPY_LATE_SHARE: Final = 0.1
# Half of the weight lies on the newest 140 packets: a target that wavers more is followed by
# stretching, which is heard more than a frame that comes too late.
_GROWTH: Final = 1 / 0.995
_HEAVIEST: Final = 1e9
# The latest of n packets is expected to be exceeded by about this share of it, divided by n.
_UNSEEN: Final = 3.0
_READ_EVERY: Final = 4
_LEAST_SPARE: Final = 7 * SAMPLES_PER_MS // 2
_LEAST_DELAY: Final = 20 * SAMPLES_PER_MS
LONGEST_DELAY: Final = 300 * SAMPLES_PER_MS


class RecentMinimum:
    """The least value of the last 2 to 4 seconds, or before a gap of less than 10."""

    def __init__(self) -> None:
        self._before = self._current = math.inf
        self._turns_at = -math.inf

    def feed(self, value: float, clock: float) -> float:
        """Take a value and return the least."""
        if clock >= self._turns_at:
            is_stale = clock >= self._turns_at + _STALE
            self._before = math.inf if is_stale else self._current
            self._current = value
            self._turns_at = clock + _HALF_WINDOW
        elif value < self._current:
            self._current = value
        return min(self._before, self._current)


class TransitHistogram:
    """Recent transits in bins of 2.5 ms above the fastest; older ones weigh less."""

    def __init__(self) -> None:
        self._bins = [0.0] * _BINS
        self._origin: int | None = None
        self._weight = 1.0
        self._total = 0.0

    def begin_anew(self) -> None:
        """Let the next fastest be as good as the fastest has been, whatever its clock says."""
        self._origin = None

    def move_to(self, fastest: float) -> None:
        """Count from the bin of the ``fastest`` transit, whatever has been counted before."""
        origin = int(fastest // _BIN)
        if origin == self._origin:
            return
        shift = 0 if self._origin is None else origin - self._origin
        self._origin = origin
        if shift > 0:
            # What was faster than the fastest is now, is as good as the fastest.
            self._bins = [sum(self._bins[: shift + 1]), *self._bins[shift + 1 :]]
            self._bins += [0.0] * (_BINS - len(self._bins))
        elif shift < 0:
            self._bins = ([0.0] * min(-shift, _BINS) + self._bins)[:_BINS]
        self._total = sum(self._bins)

    def add(self, transit: float) -> int:
        """Count one transit not below the fastest; return its bin."""
        index = min(int(transit // _BIN) - (self._origin or 0), _BINS - 1)
        self._weight *= _GROWTH
        self._bins[index] += self._weight
        self._total += self._weight
        if self._weight > _HEAVIEST:
            self._bins = [weight / _HEAVIEST for weight in self._bins]
            self._weight /= _HEAVIEST
            self._total = sum(self._bins)
        return index

    def quantile(self, late_share: float) -> int:
        """Return the bin beyond which there is no more than this share of the transits."""
        allowed = self._total * late_share
        for index in range(_BINS - 1, 0, -1):
            allowed -= self._bins[index]
            if allowed < 0.0:
                return index
        return 0

    def upper_end(self, index: int) -> int:
        """Return the transit at which a bin ends."""
        return ((self._origin or 0) + index + 1) * _BIN


class Arrivals:
    """What the arrivals of one stream say.

    ``fastest``: the least transit of the last seconds. ``jitter``: as RFC 3550 defines it.
    ``late_by``: how far behind the fastest 97.5 % of the packets are at most, or 99 % while
    ``has_gaps``; ``usually_late_by``: 90 % of them.
    """

    def __init__(self) -> None:
        self.fastest = 0.0
        self.jitter = 0.0
        self.late_by = 0.0
        self.usually_late_by = 0.0
        self.has_gaps = False
        self._minimum = RecentMinimum()
        self._histogram = TransitHistogram()
        self._previous: float | None = None
        self._is_outage = False
        self._quantile = 0
        self._unread = 0
        self._counted = 0

    def begin_anew(self) -> None:
        """Expect another clock; what is known of the network still holds."""
        self.fastest = math.inf
        self._minimum = RecentMinimum()
        self._histogram.begin_anew()
        self._previous = None

    def observe(self, timestamp: int, clock: float) -> None:
        """Take note of a packet's arrival at the instant ``clock``."""
        transit = clock - timestamp
        if self._previous is not None:
            self.jitter += (abs(transit - self._previous) - self.jitter) / 16.0
        self._previous = transit
        fastest = self._minimum.feed(transit, clock)
        if fastest != self.fastest:
            self.fastest = fastest
            self._histogram.move_to(fastest)
        if not self._belongs_to_outage(transit - fastest):
            self._count(transit)

    def spare(self, frame: int, *, has_loss: bool) -> float:
        """Return how long a packet of ``frame`` samples should lie before it is played.

        In samples; with the frame itself that makes the delay of 20 to 300 ms. Where packets are
        lost the copy in the next packet, one frame later, should usually be there in time.
        """
        spare = max(self.late_by, _LEAST_SPARE)
        if has_loss:
            spare = max(spare, self.usually_late_by + frame)
        return min(max(spare, _LEAST_DELAY - frame), LONGEST_DELAY - frame)

    def _belongs_to_outage(self, late_by: float) -> bool:
        """Whether a packet was held up longer than any buffer could wait for.

        What comes with it in one burst says nothing about the next packets either.
        """
        if late_by > LONGEST_DELAY:
            self._is_outage = True
        elif late_by <= max(self.late_by, _BIN):
            self._is_outage = False
        return self._is_outage

    def _count(self, transit: float) -> None:
        index = self._histogram.add(transit)
        self._unread += 1
        if index > self._quantile or self._unread >= _READ_EVERY:
            self._unread = 0
            late_share = _LATE_SHARE_OF_REPAIRS if self.has_gaps else _LATE_SHARE
            self._quantile = self._histogram.quantile(late_share)
            usual = self._histogram.quantile(_COPY_LATE_SHARE)
            self.usually_late_by = self._histogram.upper_end(usual) - self.fastest
        self._counted += 1
        seen = self._histogram.upper_end(self._quantile) - self.fastest
        self.late_by = seen + max(0.0, seen - _BIN) * _UNSEEN / self._counted
