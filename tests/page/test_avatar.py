"""The page gives people the colours that the terminal gives them."""

from __future__ import annotations

import re
from pathlib import Path

from textual.color import Color

import proconf_tui
from proconf_tui.tui.theme import avatar_color
from tests.support.node import run_program

_PROGRAM = Path(__file__).parent / "programs" / "avatar_numbers.js"
_SHEET = Path(proconf_tui.__file__).parent / "server" / "page" / "style" / "grid.css"
_COLOR = re.compile(r"\.avatar-(\d+) \{\s*background: (#[0-9a-f]{6});")
_HUE_TOLERANCE = 0.02
_LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 Contrast (Minimum)."""


def test_a_person_has_one_colour_everywhere() -> None:
    keys = [f"peer-{number}" for number in range(200)] + ["", "ä€😀"]
    colors = {int(number): Color.parse(text) for number, text in _COLOR.findall(_SHEET.read_text())}
    numbers = run_program(_PROGRAM, {"keys": keys})
    for key, number in zip(keys, numbers, strict=True):
        away = abs(colors[number].hsl.h - avatar_color(key).hsl.h)
        assert min(away, 1 - away) < _HUE_TOLERANCE, (key, colors[number])
    assert set(numbers) == set(colors)


def test_initials_are_read_on_every_colour() -> None:
    colors = [Color.parse(text) for _, text in _COLOR.findall(_SHEET.read_text())]
    assert len(colors) > 1
    assert [one.hex for one in colors if _contrast_to_white(one) < _LEAST_CONTRAST] == []


def _contrast_to_white(color: Color) -> float:
    return 1.05 / (_luminance(color) + 0.05)


def _luminance(color: Color) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
