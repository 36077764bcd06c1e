"""How much one published stream, or one client's feedback, may bring: pure.

Whatever somebody sends goes to many, and sound is never weighed against what their lines carry. So
each stream has a bound well above what codecs make of voices and pictures, and what is beyond it
goes to nobody. Feedback has one since a short question can ask for much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from proconf_tui.engine.base import Kind

BURST_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Bound:
    """Packets a second if they were empty, bytes a second if there were few."""

    packets_per_s: float
    bytes_per_s: float


BOUNDS: Final[dict[Kind, Bound]] = {
    # Music in stereo, in frames of 10 ms, takes three quarters of it.
    "audio": Bound(400.0, 128_000.0),
    "video": Bound(4000.0, 2_500_000.0),
}
FEEDBACK: Final = Bound(400.0, 200_000.0)


class Inflow:
    """What has come, by the instant until which that would have filled the bound."""

    __slots__ = ("_filled_until", "_s_per_byte", "_s_per_packet")

    def __init__(self, bound: Bound) -> None:
        self._s_per_packet = 1.0 / bound.packets_per_s
        self._s_per_byte = 1.0 / bound.bytes_per_s
        self._filled_until = -math.inf

    def take(self, size_bytes: int, now: float) -> bool:
        """Tell whether one more packet is within the bound, and count it if so."""
        filled = max(self._filled_until, now - BURST_S)
        filled += self._s_per_packet + size_bytes * self._s_per_byte
        if filled > now:
            return False
        self._filled_until = filled
        return True
