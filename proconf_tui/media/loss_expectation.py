"""How much loss a voice is to be prepared for, from what its receiver reports.

Pure: reports in, a percentage out. What was sent again in time counts as received in a report,
but it came too late for who listens far away: so what is asked for again counts as well.
Sources: RFC 3550 section 6.4.1 (fraction lost, extended highest sequence number received),
RFC 4585 section 6.2.1 (NACK).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

FLOOR_PERCENT: Final = 10
"""Always prepared for: the way from the server to the listeners is not in these reports."""
CEILING_PERCENT: Final = 30
"""Beyond this the copies take so many bits that the voice itself suffers."""
FALL_PERCENT: Final = 1
"""Per report, about once a second: loss comes in bursts, and the next one is to be met prepared."""
MIN_PACKETS: Final = 10
"""Reports about fewer say nothing: of two keep-alives one lost is not half of a voice."""


class LossExpectation:
    """Goes up with a report at once and down by a point each."""

    def __init__(self) -> None:
        self.percent = FLOOR_PERCENT
        """Loss to be prepared for, in packets of 100."""
        self._highest: int | None = None
        self._missed: set[int] = set()

    def miss(self, sequences: Iterable[int]) -> None:
        """Take the numbers of packets that a receiver asks for again."""
        self._missed.update(sequences)

    def report(self, fraction_lost: int, highest_sequence: int) -> None:
        """Take a receiver's report: the share lost in 1/256, the highest number it has seen."""
        before, self._highest = self._highest, highest_sequence
        missed, self._missed = len(self._missed), set()
        packets = 0 if before is None else (highest_sequence - before) & 0xFFFFFFFF
        if packets >= MIN_PACKETS:
            self._follow(max(fraction_lost / 256, missed / packets))

    def _follow(self, share: float) -> None:
        fallen = self.percent - FALL_PERCENT
        self.percent = min(CEILING_PERCENT, max(FLOOR_PERCENT, math.ceil(share * 100), fallen))
