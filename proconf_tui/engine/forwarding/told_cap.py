"""When to tell a publisher how much one of its streams may take: seldom.

Pure, `now` is always an argument. An encoder that is told something else begins anew with a
large keyframe, so that what differs little, or goes up soon, is not told.
"""

from __future__ import annotations

from typing import Final

DOWN: Final = 0.85
UP: Final = 1.25
BINDING: Final = 0.9
MARGIN: Final = 0.9
"""Of the bound is told: it may fall by as much as is not told of."""
DOWN_GAP_S: Final = 1.0
UP_GAP_S: Final = 2.0
REPEAT_S: Final = 10.0
"""What was told may have been lost."""
UNLIMITED_BPS: Final = 10_000_000


class ToldCap:
    """What the publisher of one stream was told last, if anything."""

    __slots__ = ("_told_at", "_told_bps")

    def __init__(self) -> None:
        self._told_bps: int | None = None
        self._told_at = 0.0

    def take_due(self, cap_bps: int | None, bps: int, now: float) -> int | None:
        """Return what to tell now; None for nothing.

        ``cap_bps`` is what the stream need not exceed, None for no bound; ``bps`` what it takes.
        """
        told = self._told_bps
        target = UNLIMITED_BPS if cap_bps is None else min(int(MARGIN * cap_bps), UNLIMITED_BPS)
        if told is None:
            is_binding = cap_bps is not None and cap_bps < BINDING * bps
            return self._tell(target, now) if is_binding else None
        if target < DOWN * told:
            gap_s = DOWN_GAP_S
        elif target > UP * told:
            gap_s = UP_GAP_S
        else:
            gap_s, target = REPEAT_S, told
        return self._tell(target, now) if now - self._told_at >= gap_s else None

    def _tell(self, bps: int, now: float) -> int:
        self._told_bps, self._told_at = bps, now
        return bps
