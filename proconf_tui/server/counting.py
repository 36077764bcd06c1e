"""When the engine's counters are added up: each time Prometheus asks, and before some of them end.

However many leave at once, the engine is read for them twice a second at most.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from proconf_tui.engine.base import EngineStats
from proconf_tui.server.tally import Tally

SPARED_S: Final = 0.5
"""What was counted so lately is not counted again for somebody's end."""


class Counting:
    """Fills a tally; ``read`` returns the engine's counters, ``clock`` seconds."""

    def __init__(
        self, read: Callable[[], EngineStats], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.tally = Tally()
        self._read = read
        self._clock = clock
        self._counted_at = -math.inf

    def count(self) -> EngineStats:
        """Take the counters as they are now into the tally, and return them."""
        self._counted_at = self._clock()
        stats = self._read()
        self.tally.take(stats)
        return stats

    def count_before_end(self) -> None:
        """Count what somebody's connections did, who is about to lose them."""
        if self._clock() - self._counted_at >= SPARED_S:
            self.count()
