"""Who has no picture: initials on a round coloured block, a meter of their voice below it, and
below that why there is none, if that needs words.

Drawn in half blocks with soft edges. It knows no widget; its rows are kept, for levels come many
times a second and are mostly the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip

from proconf_tui.tui.theme import avatar_color
from proconf_tui.tui.widgets.changes import changed_cells
from proconf_tui.tui.words import initials, loudness

_MAX_RADIUS_PX: Final = 10.0
_MAX_METER_CELLS: Final = 24
_METER_STEPS: Final = 24
_LEAST_NOTED_ROWS: Final = 4
_LETTERS: Final = Color.parse("#ffffff")
_SAMPLES: Final = (0.125, 0.375, 0.625, 0.875)


class _Look(NamedTuple):
    """Colours of one face; ``lit`` is how much of the meter is, 0 to 1, None for no meter."""

    disc: Color
    background: Color
    letters: str
    lit: float | None


def face(
    width: int,
    height: int,
    *,
    key: str,
    name: str,
    background: RichColor,
    level_dbfs: float | None,
    note: str = "",
) -> tuple[Strip, ...]:
    """Return ``height`` strips of ``width`` cells; a level of None draws no meter.

    ``key`` chooses the colour, ``name`` the initials; ``note`` is left out where it does not fit.
    """
    step = None if level_dbfs is None else round(loudness(level_dbfs) * _METER_STEPS)
    fits = height >= _LEAST_NOTED_ROWS and width >= cell_len(note)
    said = note if fits else ""
    return _face(max(0, width), max(0, height), key, name, background, step, said)


def changes(drawn: tuple[Strip, ...], now: tuple[Strip, ...]) -> list[Region]:
    """Return the cells in which a face differs from one that is drawn; mostly those of a meter."""
    if drawn is now:
        return []
    looks = [
        [[(text, style) for text, style, _ in strip] for strip in face] for face in (drawn, now)
    ]
    pairs = enumerate(zip(*looks, strict=False))
    spans = [(y, *changed_cells(*pair)) for y, pair in pairs if pair[0] != pair[1]]
    return [Region(start, y, width, 1) for y, start, width in spans]


@lru_cache(maxsize=256)
def _face(
    width: int,
    height: int,
    key: str,
    name: str,
    background: RichColor,
    step: int | None,
    note: str,
) -> tuple[Strip, ...]:
    if note:
        above = _face(width, height - 1, key, name, background, step, "")
        return (*above, _note_row(width, note, Color.from_rich_color(background)))
    look = _Look(
        avatar_color(key),
        Color.from_rich_color(background),
        initials(name),
        None if step is None else step / _METER_STEPS,
    )
    if height < 3:
        return tuple(_flat_row(width, y == height // 2, look) for y in range(height))
    below = 2 if height >= 6 else 1
    disc_height = _odd(min(height - below, round(_MAX_RADIUS_PX)))
    top = (height - below - disc_height + 1) // 2
    rows = [_blank(width, look)] * height
    rows[top : top + disc_height] = _disc(width, disc_height, look)
    rows[top + disc_height + below - 1] = _meter_row(width, look)
    return tuple(rows)


def _odd(number: int) -> int:
    return number - 1 + number % 2


def _disc(width: int, height: int, look: _Look) -> list[Strip]:
    """Return an odd number of rows, so that the initials stand in the middle."""
    if height == 1:
        return [_chip_row(width, look)]
    radius = max(0.5, min(_MAX_RADIUS_PX, width / 2 - 1, height - 0.25))
    rows = []
    for y in range(height):
        upper, lower = (_half_row(width, height, 2 * y + half, radius) for half in (0, 1))
        cells = [_cell(a, b, look) for a, b in zip(upper, lower, strict=True)]
        length = cell_len(look.letters)
        if y == height // 2 and width >= length + 2:
            start = (width - length) // 2
            cells[start : start + length] = [Segment(look.letters, _letter_style(look))]
        rows.append(Strip(Segment.simplify(cells), width))
    return rows


def _chip_row(width: int, look: _Look) -> Strip:
    chip = f" {look.letters} "
    if width < cell_len(chip):
        return _blank(width, look)
    gap = Segment(" " * ((width - cell_len(chip)) // 2), _style(None, look.background))
    return Strip([gap, Segment(chip, _letter_style(look))]).adjust_cell_length(width, gap.style)


def _half_row(width: int, height: int, y: int, radius: float) -> list[float]:
    """Return how much of each pixel of a row, 0 to 1, the disc covers."""
    return [_coverage(x - width / 2, y - height, radius) for x in range(width)]


def _coverage(x: float, y: float, radius: float) -> float:
    distance = ((x + 0.5) ** 2 + (y + 0.5) ** 2) ** 0.5
    if abs(distance - radius) > 1:
        return float(distance < radius)
    inside = sum((x + a) ** 2 + (y + b) ** 2 <= radius**2 for a in _SAMPLES for b in _SAMPLES)
    return inside / len(_SAMPLES) ** 2


def _cell(upper: float, lower: float, look: _Look) -> Segment:
    if upper == lower == 0:
        return Segment(" ", _style(None, look.background))
    top, bottom = (look.background.blend(look.disc, part) for part in (upper, lower))
    return Segment(" " if top == bottom else "▀", _style(top, bottom))


def _flat_row(width: int, is_middle: bool, look: _Look) -> Strip:
    """Return one line with initials and meter side by side, where there is no room for more."""
    if not is_middle or width < cell_len(look.letters) + 4:
        return _blank(width, look)
    chip = Segment(f" {look.letters} ", _letter_style(look))
    gap = Segment(" ", _style(None, look.background))
    meter = _meter(width - chip.cell_length - 3, look)
    return Strip([gap, chip, gap, *meter]).adjust_cell_length(width, gap.style)


def _meter_row(width: int, look: _Look) -> Strip:
    length = min(_MAX_METER_CELLS, width * 2 // 3)
    gap = Segment(" " * ((width - length) // 2), _style(None, look.background))
    return Strip([gap, *_meter(length, look)]).adjust_cell_length(width, gap.style)


def _note_row(width: int, note: str, background: Color) -> Strip:
    style = _style(background.get_contrast_text(0.8), background)
    gap = Segment(" " * ((width - cell_len(note)) // 2), style)
    return Strip([gap, Segment(note, style)]).adjust_cell_length(width, style)


def _meter(length: int, look: _Look) -> list[Segment]:
    if look.lit is None or length < 3:
        return []
    halves = round(look.lit * length * 2)
    lit = "━" * (halves // 2) + "╸" * (halves % 2)
    bright = look.disc.blend(_LETTERS, 0.35)
    return [
        Segment(lit, _style(bright, look.background)),
        Segment(
            "─" * (length - len(lit)),
            _style(look.background.blend(look.disc, 0.4), look.background),
        ),
    ]


def _blank(width: int, look: _Look) -> Strip:
    return Strip([Segment(" " * width, _style(None, look.background))], width)


def _letter_style(look: _Look) -> Style:
    return Style(color=_LETTERS.rich_color, bgcolor=look.disc.rich_color, bold=True)


def _style(foreground: Color | None, background: Color) -> Style:
    return Style(color=foreground.rich_color if foreground else None, bgcolor=background.rich_color)
