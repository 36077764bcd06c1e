"""How drawing pictures goes, in the last rows of the statistics."""

from __future__ import annotations

from typing import Final

from proconf_tui.tui.video.modes import Mode
from proconf_tui.tui.video.plane import PlaneStatistics
from proconf_tui.tui.widgets.row_list import Piece, Row

_ROUGH: Final = 20
"""From this threshold on people see that a picture is drawn less exactly."""

_SKIPPED_OFTEN: Final = 0.1


def rows_of(mode: Mode, statistics: PlaneStatistics, *, is_wide: bool) -> list[Row]:
    """Return the row; if the terminal or the budget holds pictures back, how, in one more where
    there is little room."""
    row = [
        Piece("pictures in " if is_wide else "", "quiet"),
        Piece(mode.label),
        Piece(f"  {statistics.fps:.0f}{' fps' if is_wide else '/s'}"),
        Piece(f"  {statistics.kb_per_s:.0f} kB/s"),
    ]
    if not (held_back := _held_back(statistics)):
        return [row]
    said = Piece(f"held back: {held_back}", "warning")
    return [[*row, Piece("  "), said]] if is_wide else [row, [said]]


def _held_back(statistics: PlaneStatistics) -> str:
    parts = []
    if statistics.skipped_share >= _SKIPPED_OFTEN:
        parts.append("fewer")
    if statistics.threshold >= _ROUGH:
        parts.append("rougher")
    return ", ".join(parts)
