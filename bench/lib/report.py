"""How a bench tells its figures: a table for people, then one line of JSON for programs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

Figures = Mapping[str, object]
"""Numbers by name; also lists and mappings of them."""


def arguments(description: str | None) -> argparse.Namespace:
    """Read the command line that all benches share; ``quick`` asks for less than 40 seconds."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, under 40 s")
    return parser.parse_args()


def tell(title: str, rows: Sequence[Sequence[object]], figures: Figures) -> None:
    """Print the table and, last, the figures as one JSON object."""
    table = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    print(title)
    for row in table:
        cells = zip(row, widths, strict=True)
        print("  " + "  ".join(cell.ljust(width) for cell, width in cells).rstrip())
    print(json.dumps(_rounded(figures)), flush=True)


def _text(cell: object) -> str:
    return f"{cell:.{_decimals(cell)}f}" if isinstance(cell, float) else str(cell)


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, _decimals(value))
        case Mapping():
            return {name: _rounded(each) for name, each in value.items()}
        case list():
            return [_rounded(each) for each in value]
        case _:
            return value


def _decimals(value: float) -> int:
    """Return how many to write: shares and ratios mean nothing by one alone."""
    return 1 if abs(value) >= 10.0 else 3
