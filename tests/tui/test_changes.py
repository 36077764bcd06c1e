"""Which cells of a line are others: written over the old line, they make the new one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from proconf_tui.tui.widgets.changes import Look, changed_cells, looks_of

LINES = st.lists(
    st.tuples(st.text("ab━ 界👍é", max_size=5), st.sampled_from(["red", "green"])), max_size=5
)


def cells(line: list[Look]) -> list[tuple[str, object]]:
    """Return one entry per cell; a wide character has two."""
    return [(one, look) for text, look in line for one in text for _ in range(cell_len(one))]


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ([("━━", "a"), ("──", "b")], [("━━", "a"), ("──", "b")], (0, 0)),
        ([("━━", "a"), ("──", "b")], [("━━╸", "a"), ("─", "b")], (2, 1)),
        ([("ab", "a"), ("cd", "b")], [("ab", "a"), ("cd", "a")], (2, 2)),
        ([("界界", "a"), ("x", "b")], [("界人", "a"), ("x", "b")], (0, 4)),
        ([("界", "a"), ("x", "b")], [("界", "a"), ("y", "b")], (2, 1)),
        ([("abc", "a")], [("ac", "a")], (1, 2)),
        ([], [("ab", "a")], (0, 2)),
    ],
)
def test_the_cells_from_the_first_to_the_last_that_is_another(
    before: list[Look], now: list[Look], changed: tuple[int, int]
) -> None:
    assert changed_cells(before, now) == changed


@given(LINES, LINES)
def test_the_changed_cells_make_the_new_line_of_the_old(
    before: list[Look], now: list[Look]
) -> None:
    start, width = changed_cells(before, now)
    old, new = cells(before), cells(now)
    assert old[:start] == new[:start]
    assert old[start + width :] == new[start + width :]


def test_styles_of_a_line_count_where_the_text_is_the_same() -> None:
    before = Content.assemble("ab", ("cd", "red"), "ef")
    now = Content.assemble("ab", ("cd", "green"), "ef")
    assert changed_cells(looks_of(before), looks_of(now)) == (2, 2)
    assert "".join(text for text, _ in looks_of(now)) == "abcdef"


def test_styles_that_lie_over_each_other_are_told_apart() -> None:
    plain = Content("abcd").stylize("red", 0, 3)
    both = plain.stylize("bold", 1, 2)
    assert changed_cells(looks_of(plain), looks_of(both)) == (1, 1)


def test_strips_are_lines_too() -> None:
    strip = Strip([Segment("ab", Style(bold=True)), Segment("cd")])
    looks = [(text, style) for text, style, _ in strip]
    assert changed_cells(looks, looks) == (0, 0)
