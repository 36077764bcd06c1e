"""How drawing pictures goes, in one row of the statistics."""

from __future__ import annotations

from typing import Final

from proconf_tui.tui.video.modes import Mode
from proconf_tui.tui.video.plane import PlaneStatistics
from proconf_tui.tui.widgets.row_list import Piece, Row

_ROUGH: Final = 20
"""From this threshold on people see that a picture is drawn less exactly."""

_SKIPPED_OFTEN: Final = 0.1


def row_of(mode: Mode, statistics: PlaneStatistics, *, is_wide: bool) -> Row:
    """Return the row; at its end, if the terminal or the budget holds pictures back, how."""
    row = [
        Piece("pictures in " if is_wide else "", "quiet"),
        Piece(mode.label),
        Piece(f"  {statistics.fps:.0f}{' fps' if is_wide else '/s'}"),
        Piece(f"  {statistics.kb_per_s:.0f} kB/s"),
    ]
    if held_back := _held_back(statistics, is_wide=is_wide):
        row += [Piece("  "), Piece(held_back, "warning")]
    return row


def _held_back(statistics: PlaneStatistics, *, is_wide: bool) -> str:
    parts = []
    if statistics.skipped_share >= _SKIPPED_OFTEN:
        parts.append("fewer")
    if statistics.threshold >= _ROUGH:
        parts.append("rougher")
    words = ", ".join(parts)
    return f"held back: {words}" if is_wide and words else words
