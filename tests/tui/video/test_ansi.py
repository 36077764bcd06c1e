"""The very text of cells: no colour is named twice, and what stays is passed over."""

from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.tui.video.ansi import RESET, GlyphSet, Inks, Line, row_text, row_texts

HALVES = GlyphSet(" ▀")
RED, BLUE, GREEN = 0x0000FF, 0xFF0000, 0x00FF00


def line(glyphs: list[int], inks: list[tuple[int, int]]) -> Line:
    return Line(np.array(glyphs, np.uint8), np.array(inks, np.uint32).reshape(-1, 2))


def texts(whole: Line, cells: list[int], width: int) -> list[tuple[int, str]]:
    places = np.array(cells, np.intp)
    inks: Inks | None = None if whole.inks is None else whole.inks[places]
    return row_texts(HALVES, Line(whole.glyphs[places], inks), places, width)


def test_both_colours_are_named_at_once_and_only_once() -> None:
    row = line([1, 1, 1], [(RED, BLUE)] * 3)
    assert row_text(HALVES, row) == "\x1b[38;2;255;0;0;48;2;0;0;255m▀▀▀\x1b[0m"


def test_one_colour_that_changes_is_named_alone() -> None:
    row = line([1, 1, 1], [(RED, BLUE), (GREEN, BLUE), (GREEN, RED)])
    assert row_text(HALVES, row) == (
        "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[38;2;0;255;0m▀\x1b[48;2;255;0;0m▀\x1b[0m"
    )


def test_a_space_needs_no_foreground() -> None:
    row = line([0, 0], [(BLUE, BLUE), (RED, BLUE)])
    assert row_text(HALVES, row) == "\x1b[48;2;0;0;255m  \x1b[0m"


def test_a_foreground_survives_spaces() -> None:
    row = line([1, 0, 1], [(RED, BLUE), (BLUE, BLUE), (RED, BLUE)])
    assert row_text(HALVES, row) == "\x1b[38;2;255;0;0;48;2;0;0;255m▀ ▀\x1b[0m"


def test_numbers_of_the_palette() -> None:
    row = Line(np.array([1, 1, 0], np.uint8), np.array([(16, 255), (16, 99), (7, 99)], np.uint8))
    assert row_text(HALVES, row) == "\x1b[38;5;16;48;5;255m▀\x1b[48;5;99m▀ \x1b[0m"


def test_no_colours_at_all() -> None:
    row = Line(np.array([1, 0, 1], np.uint8), None)
    assert row_text(HALVES, row) == "▀ ▀\x1b[0m"


def test_no_cells_are_no_text_but_the_reset() -> None:
    assert row_text(HALVES, line([], [])) == RESET
    assert row_texts(HALVES, line([], []), np.array([], np.intp), 5) == []


def test_what_stays_is_passed_over_and_keeps_the_colours_named() -> None:
    row = line([0] * 6, [(RED, RED), (0, 0), (RED, RED), (0, 0), (0, 0), (BLUE, BLUE)])
    assert texts(row, [0, 2, 5], 6) == [
        (0, "\x1b[48;2;255;0;0m \x1b[C \x1b[2C\x1b[48;2;0;0;255m \x1b[0m")
    ]


def test_every_row_stands_alone_and_rows_without_cells_are_left_out() -> None:
    rows = line([1] * 9, [(RED, BLUE)] * 9)
    named = "\x1b[38;2;255;0;0;48;2;0;0;255m"
    assert texts(rows, [2, 6, 7], 3) == [
        (0, f"\x1b[2C{named}▀\x1b[0m"),
        (2, f"{named}▀▀\x1b[0m"),
    ]


def test_a_foreground_of_the_row_before_is_named_again_after_a_space() -> None:
    rows = line([1, 0, 1], [(RED, BLUE), (BLUE, BLUE), (RED, BLUE)])
    assert texts(rows, [0, 1, 2], 1)[2] == (2, "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m")


@pytest.mark.parametrize("column", [1, 9, 10, 99, 100, 999, 1000])
def test_moves_of_any_length(column: int) -> None:
    width = column + 1
    row = Line(np.ones(width, np.uint8), None)
    move = "\x1b[C" if column == 1 else f"\x1b[{column}C"
    assert texts(row, [column], width) == [(0, f"{move}▀\x1b[0m")]


def test_characters_of_one_to_four_bytes() -> None:
    glyph_set = GlyphSet(" ²▀🬀")
    glyphs = np.array([3, 0, 2, 1], np.uint8)
    assert glyph_set.text(glyphs) == "🬀 ▀²"
    assert row_text(glyph_set, Line(glyphs, None)) == "🬀 ▀²\x1b[0m"
