"""Rows of text in aligned columns, and JSON, as commands print them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from proconf_tui.protocol.text import clean, width_cells


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the rows under their titles; text of others is cleaned here."""
    cells = [[clean(cell) for cell in row] for row in (titles, *rows)]
    widths = [max(map(width_cells, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(_padded, row, widths)).rstrip() for row in cells)


def _padded(cell: str, width_cells_: int) -> str:
    return cell + " " * (width_cells_ - width_cells(cell))


def json_text(value: Any) -> str:
    """Return ``value`` as one JSON document of several lines."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
