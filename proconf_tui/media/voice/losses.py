"""What share of a voice's packets is lost on the way; pure."""

from __future__ import annotations

from collections import deque
from typing import Final

# Five seconds of packets of 20 ms.
_REMEMBERED: Final = 1 / 250
_LOSSY_ABOVE: Final = 0.01
_LOSSLESS_BELOW: Final = 0.005
_MAX_AWAITED: Final = 128


class Losses:
    """Follows ``rate``, 0 to 1, and ``is_lossy``, with hysteresis around 1 %.

    A packet that comes after all is no longer a lost one.
    """

    def __init__(self) -> None:
        self.rate = 0.0
        self.is_lossy = False
        self._newest: int | None = None
        self._missing: deque[int] = deque(maxlen=_MAX_AWAITED)

    def observe(self, sequence: int) -> bool:
        """Take note of an arrival, by its number that never wraps; False for a second copy."""
        if self._newest is None or sequence == self._newest + 1:
            self.rate -= self.rate * _REMEMBERED
        elif sequence > self._newest:
            self._miss(self._newest + 1, sequence)
        elif sequence in self._missing:
            self._missing.remove(sequence)
            self.rate = max(0.0, self.rate - _REMEMBERED)
            return True
        else:
            return False
        self._newest = sequence
        if self.is_lossy:
            self.is_lossy = self.rate > _LOSSLESS_BELOW
        else:
            self.is_lossy = self.rate > _LOSSY_ABOVE
        return True

    def _miss(self, first: int, end: int) -> None:
        self._missing.extend(range(max(first, end - _MAX_AWAITED), end))
        kept = (1.0 - _REMEMBERED) ** (end - first)
        self.rate = 1.0 - (1.0 - self.rate) * kept
        self.rate -= self.rate * _REMEMBERED
