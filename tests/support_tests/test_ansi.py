from __future__ import annotations

import pytest

from tests.support.ansi import Cell, Colour, parse_cells


@pytest.mark.parametrize(
    ("sgr", "fg", "bg"),
    [
        ("", None, None),
        ("31", 1, None),
        ("97", 15, None),
        ("44", None, 4),
        ("103", None, 11),
        ("38;5;208", 208, None),
        ("38;2;1;2;3", (1, 2, 3), None),
        ("48;2;1;2;3;38;2;4;5;6", (4, 5, 6), (1, 2, 3)),
        ("31;44;39", None, 4),
        ("31;44;49", 1, None),
        ("31;44;0", None, None),
        ("31;44;7", 4, 1),
        ("31;44;7;27", 1, 4),
        ("4:3;31", 1, None),
        ("58;2;9;9;9;31", 1, None),
    ],
)
def test_a_cell_has_the_colours_of_the_sequences_before_it(
    sgr: str, fg: Colour, bg: Colour
) -> None:
    assert parse_cells(f"\x1b[{sgr}mx") == [[Cell("x", fg, bg)]]


def test_colours_carry_over_to_the_next_line() -> None:
    assert parse_cells("\x1b[31ma\nb\x1b[mc") == [
        [Cell("a", 1)],
        [Cell("b", 1), Cell("c")],
    ]


def test_a_wide_character_takes_two_cells_and_a_combining_one_none() -> None:
    assert [cell.char for cell in parse_cells("漢e\u0301x")[0]] == ["漢", "", "e\u0301", "x"]


def test_control_sequences_that_are_not_colours_take_no_cell() -> None:
    text = "\x1b]8;;http://example.org\x1b\\a\x1b]8;;\x07\x0eb\x0f"
    assert [cell.char for cell in parse_cells(text)[0]] == ["a", "b"]
