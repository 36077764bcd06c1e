"""What share of a voice is lost on the way; pure.

Timestamps are in samples at 48 kHz. What is sent in silence is little and far between, so the share
is one of time, not of packets: what was lost is forgotten at the same pace whoever talks.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from proconf_tui.media.pcm import SAMPLE_RATE_HZ

_REMEMBERED: Final = 5 * SAMPLE_RATE_HZ
_LOSSY_ABOVE: Final = 0.01
_LOSSLESS_BELOW: Final = 0.005
_GAPPY_ABOVE: Final = 0.03
_GAPLESS_BELOW: Final = 0.02
_MAX_AWAITED: Final = 128


class Losses:
    """Follows ``rate``, 0 to 1, of the last seconds, and ``is_lossy``, with hysteresis around 1 %.

    A packet that comes after all, and in time to be played, is no longer a lost one. ``has_gaps``
    is about how many are missing at first, with hysteresis around 2.5 %.
    """

    def __init__(self) -> None:
        self.rate = 0.0
        self.is_lossy = False
        self.has_gaps = False
        self._gap_rate = 0.0
        self._newest: tuple[int, int] | None = None
        self._missing: deque[int] = deque(maxlen=_MAX_AWAITED)

    def begin_anew(self) -> None:
        """Expect other numbers; what is known of the network still holds."""
        self._newest = None
        self._missing.clear()

    def observe(
        self, sequence: int, timestamp: int, samples: int, *, is_in_time: bool = True
    ) -> bool:
        """Take note of an arrival, by numbers that never wrap; False for a second copy.

        ``samples`` is how long the packet is; those missing before it are taken to be as long.
        """
        if self._newest is None:
            self._newest = (sequence, timestamp)
            return True
        if sequence <= self._newest[0]:
            return self._come_late(sequence, samples if is_in_time else 0)
        missed, elapsed = sequence - self._newest[0] - 1, timestamp - self._newest[1]
        self._missing.extend(range(max(sequence - missed, sequence - _MAX_AWAITED), sequence))
        lost = missed * samples
        self.rate = _after(self.rate, lost, elapsed)
        self._gap_rate = _after(self._gap_rate, lost, elapsed)
        self.has_gaps = self._gap_rate > (_GAPLESS_BELOW if self.has_gaps else _GAPPY_ABOVE)
        self._newest = (sequence, timestamp)
        self.is_lossy = self.rate > (_LOSSLESS_BELOW if self.is_lossy else _LOSSY_ABOVE)
        return True

    def _come_late(self, sequence: int, samples: int) -> bool:
        if sequence not in self._missing:
            return False
        self._missing.remove(sequence)
        self.rate = max(0.0, self.rate - samples / _REMEMBERED)
        return True


def _after(rate: float, lost: int, elapsed: int) -> float:
    """Return what has become of a rate after so many samples, of which some are missing."""
    rate = 1.0 - (1.0 - rate) * _kept_after(lost)
    return rate * _kept_after(max(0, elapsed - lost))


def _kept_after(samples: int) -> float:
    return math.exp(-samples / _REMEMBERED)
