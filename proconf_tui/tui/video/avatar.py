"""Who has no camera on: initials on a round coloured block, in half blocks. Pure geometry."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_MAX_RADIUS_PX: Final = 9.0
_CHARACTERS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄"}


@lru_cache(maxsize=64)
def disc_rows(width: int, height: int) -> tuple[str, ...]:
    """Return rows of `` ``, ``▀``, ``▄`` and ``█`` that draw a disc in the middle of the cells."""
    radius = min(_MAX_RADIUS_PX, width / 2 - 1, height - 0.5)
    rows = []
    for row in range(height):
        upper = _half_row(width, height, 2 * row, radius)
        lower = _half_row(width, height, 2 * row + 1, radius)
        rows.append("".join(_CHARACTERS.get(pair, "█") for pair in zip(upper, lower, strict=True)))
    return tuple(rows)


def _half_row(width: int, height: int, y: int, radius: float) -> list[bool]:
    dy = y + 0.5 - height
    return [(x + 0.5 - width / 2) ** 2 + dy**2 <= radius**2 for x in range(width)]
