"""How much loss a voice is to be prepared for, from what its receiver reports.

Pure: reports in, a percentage out. Source: RFC 3550 section 6.4.1 (fraction lost, extended highest
sequence number received).
"""

from __future__ import annotations

import math
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

    def report(self, fraction_lost: int, highest_sequence: int) -> None:
        """Take a receiver's report: the share lost in 1/256, the highest number it has seen."""
        before, self._highest = self._highest, highest_sequence
        if before is None or (highest_sequence - before) & 0xFFFFFFFF < MIN_PACKETS:
            return
        lost_percent = math.ceil(fraction_lost * 100 / 256)
        self.percent = min(
            CEILING_PERCENT, max(FLOOR_PERCENT, lost_percent, self.percent - FALL_PERCENT)
        )
