"""Faces of people without a picture: any size, anybody's initials, a meter that moves."""

from __future__ import annotations

import pytest
from rich.color import Color
from textual.strip import Strip

from proconf_tui.tui.video.avatar import face

BACKGROUND = Color.parse("#101010")


def drawn(
    width: int, height: int, name: str = "Grace Hopper", level_dbfs: float | None = -20.0
) -> tuple[Strip, ...]:
    return face(width, height, key="g", name=name, background=BACKGROUND, level_dbfs=level_dbfs)


def text(rows: tuple[Strip, ...]) -> str:
    return "\n".join(row.text for row in rows)


@pytest.mark.parametrize("name", ["Grace Hopper", "Ada", "王 小", "🦊", ""])
@pytest.mark.parametrize("level_dbfs", [None, -20.0])
def test_every_row_is_as_wide_as_the_tile(name: str, level_dbfs: float | None) -> None:
    for width in (0, 1, 2, 3, 4, 5, 12, 13, 40):
        for height in (0, 1, 2, 3, 4, 5, 6, 7, 22):
            rows = drawn(width, height, name, level_dbfs)
            assert [row.cell_length for row in rows] == [width] * height


@pytest.mark.parametrize("size", [(12, 1), (12, 2), (12, 3), (20, 4), (40, 9), (76, 22)])
def test_initials_and_meter_are_there_from_the_smallest_tile_on(size: tuple[int, int]) -> None:
    assert text(drawn(*size)).count("GH") == 1
    assert "━" in text(drawn(*size))


def test_initials_stand_in_the_middle_of_the_disc() -> None:
    rows = drawn(41, 20)
    disc = [y for y, row in enumerate(rows) if "▀" in row.text or "GH" in row.text]
    (middle,) = (y for y, row in enumerate(rows) if "GH" in row.text)
    assert middle == (disc[0] + disc[-1]) // 2


def test_the_meter_follows_the_voice_and_is_absent_without_one() -> None:
    lit = [text(drawn(40, 9, level_dbfs=level)).count("━") for level in (-60, -40, -25, -10)]
    assert lit == sorted(set(lit))
    assert lit[0] == 0
    assert "─" not in text(drawn(40, 9, level_dbfs=None))


def test_levels_that_look_the_same_are_the_same_rows() -> None:
    assert drawn(40, 9, level_dbfs=-20.0) is drawn(40, 9, level_dbfs=-20.1)


def test_a_note_stands_below_where_there_is_room_for_it() -> None:
    for width, height in ((12, 4), (13, 5), (40, 9), (76, 22)):
        rows = face(
            width, height, key="g", name="Ada", background=BACKGROUND, level_dbfs=-20.0, note="why"
        )
        assert [row.cell_length for row in rows] == [width] * height
        assert rows[-1].text.strip() == "why"
        assert text(rows).count(" A") == 1
        assert "━" in text(rows)
    for width, height in ((2, 9), (12, 3)):
        noted = face(
            width, height, key="g", name="Ada", background=BACKGROUND, level_dbfs=-20.0, note="why"
        )
        assert noted is drawn(width, height, "Ada")
