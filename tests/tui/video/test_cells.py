"""What the terminal shows after any updates is what drawing the picture in full would show."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.tui.video.cells import RENEWAL_FRAMES, CellPicture
from proconf_tui.tui.video.modes import HALF, MODES, Mode, ModeName
from proconf_tui.tui.video.pixels import Rgb
from tests.support.ansi import Cell
from tests.support.painted_screen import PaintedScreen, Rows

ONLY_TEXT_COLOURS_AND_GAPS = re.compile(r"(?:\x1b\[[\d;]*[mC]|[^\x00-\x1f\x7f])*\x1b\[0m")
EVERY_MODE = pytest.mark.parametrize("name", MODES)


def noise(mode: Mode, width: int, height: int, chance: np.random.Generator, colours: int) -> Rgb:
    """Return pixels of so many colours: with few, neighbours are often alike."""
    size = mode.size_px(width, height)
    palette = chance.integers(0, 256, (colours, 3), dtype=np.uint8)
    return palette[chance.integers(0, colours, size[::-1])]


def moved(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    """Return a picture of which some rows and columns are others, by little or by much."""
    picture = rgb.astype(np.int16)
    height, width, _ = rgb.shape
    top, left = int(chance.integers(height)), int(chance.integers(width))
    by = int(chance.integers(-60, 60))
    picture[top : top + int(chance.integers(height + 1)), left:] += by
    picture += chance.integers(-6, 7, rgb.shape, dtype=np.int16)
    return np.clip(picture, 0, 255).astype(np.uint8)


def draw(screen: PaintedScreen, row: int, text: str) -> None:
    """Draw a row's text, which must leave the terminal's own colours behind."""
    assert ONLY_TEXT_COLOURS_AND_GAPS.fullmatch(text)
    screen.write(f"\x1b[{row + 1};1H{text}")


def all_drawn(picture: CellPicture) -> Rows:
    """Return the cells that drawing a picture in full shows."""
    screen = PaintedScreen(picture.width_cells, picture.height_cells)
    for row in range(picture.height_cells):
        draw(screen, row, picture.ansi(row, 0, picture.width_cells))
    return screen.rows


def told(picture: CellPicture) -> Rows:
    """Return the cells by what the picture tells of its glyphs and colours."""
    rows: Rows = []
    for row in range(picture.height_cells):
        glyphs = picture.glyphs(row)
        colours = picture.colours(row, 0, picture.width_cells)
        if colours is None:
            rows.append([Cell(glyph) for glyph in glyphs])
            continue
        inks = zip(*(plane.tolist() for plane in colours), strict=True)
        rows.append(
            [Cell(glyph, *map(_ink, pair)) for glyph, pair in zip(glyphs, inks, strict=True)]
        )
    return rows


def _ink(ink: int | list[int]) -> int | tuple[int, int, int]:
    return ink if isinstance(ink, int) else (ink[0], ink[1], ink[2])


def as_seen(rows: Rows) -> Rows:
    """Leave out the foreground of spaces, which no one sees."""
    return [[Cell(" ", None, c.bg) if c.char == " " else c for c in row] for row in rows]


@EVERY_MODE
@given(
    width=st.integers(1, 23),
    height=st.integers(1, 7),
    colours=st.sampled_from((1, 2, 3, 500)),
    threshold=st.sampled_from((0, 8, 64)),
    seed=st.integers(0, 2**32 - 1),
)
def test_updates_lead_to_what_is_drawn_in_full(
    name: ModeName, width: int, height: int, colours: int, threshold: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    picture = CellPicture(MODES[name], width, height)
    rgb = noise(picture.mode, width, height, chance, colours)
    screen = PaintedScreen(width, height)
    for _ in range(4):
        for row, text in picture.updates(picture.take(rgb, threshold)):
            draw(screen, row, text)
        assert as_seen(screen.rows) == as_seen(all_drawn(picture)) == as_seen(told(picture))
        rgb = moved(rgb, chance)


@EVERY_MODE
def test_a_part_of_a_row_is_the_part_of_the_row(name: ModeName) -> None:
    picture = CellPicture(MODES[name], 9, 2)
    picture.take(noise(picture.mode, 9, 2, np.random.default_rng(1), 3))
    whole = as_seen(all_drawn(picture))
    for start, end in [(0, 1), (8, 9), (3, 7), (0, 9)]:
        part_drawn = PaintedScreen(end - start, 1)
        draw(part_drawn, 0, picture.ansi(1, start, end))
        assert as_seen(part_drawn.rows) == [whole[1][start:end]]
        colours, all_colours = picture.colours(1, start, end), picture.colours(1, 0, 9)
        if colours is not None and all_colours is not None:
            for part, every in zip(colours, all_colours, strict=True):
                assert np.array_equal(part, every[start:end])


@EVERY_MODE
def test_the_first_picture_changes_every_cell(name: ModeName) -> None:
    picture = CellPicture(MODES[name], 5, 3)
    assert picture.is_empty
    changed = picture.take(np.zeros((3 * picture.mode.rows, 5 * picture.mode.columns, 3), np.uint8))
    assert changed.shape == (3, 5)
    assert changed.all()
    assert not picture.is_empty


@EVERY_MODE
def test_a_still_picture_renews_each_row_once(name: ModeName) -> None:
    picture = CellPicture(MODES[name], 6, 50)
    rgb = noise(picture.mode, 6, 50, np.random.default_rng(2), 400)
    for _ in range(20 * RENEWAL_FRAMES):
        picture.take(rgb)  # until the levels stay as well
    renewed = np.zeros((50, 6), np.int64)
    for _ in range(RENEWAL_FRAMES):
        renewed += picture.take(rgb)
    assert (renewed == 1).all()


@EVERY_MODE
def test_nothing_is_written_where_nothing_changed(name: ModeName) -> None:
    picture = CellPicture(MODES[name], 6, 3)
    rgb = noise(picture.mode, 6, 3, np.random.default_rng(3), 400)
    rows = [row for _ in range(RENEWAL_FRAMES) for row, _ in picture.updates(picture.take(rgb))]
    assert rows == [0, 1, 2, 1, 2]
    assert picture.updates(np.zeros((3, 6), np.bool_)) == []


@pytest.mark.parametrize("name", ["half", "quadrant", "sextant"])
@pytest.mark.parametrize(("by", "is_sent"), [(8, False), (-8, False), (9, True), (-9, True)])
def test_a_cell_changes_when_a_channel_moved_enough(name: ModeName, by: int, is_sent: bool) -> None:
    picture = CellPicture(MODES[name], 3, 2)
    # 130 is among the values that 6 bits can tell.
    rgb = np.full((2 * picture.mode.rows, 3 * picture.mode.columns, 3), 130, np.uint8)
    picture.take(rgb)
    picture.take(rgb)  # renews the row that is looked at
    rgb[-1, -1, 1] = 130 + by
    expected = np.zeros((2, 3), np.bool_)
    expected[1, 2] = is_sent
    assert np.array_equal(picture.take(rgb, 8)[1:], expected[1:])


def test_slow_change_is_measured_from_what_was_sent() -> None:
    picture = CellPicture(HALF, 1, 1)
    sent = [picture.take(np.full((2, 1, 3), 97 + 3 * step, np.uint8), 8).any() for step in range(7)]
    assert sent == [True, False, False, True, False, False, True]


def test_a_picture_taken_is_not_changed_by_its_owner() -> None:
    picture = CellPicture(HALF, 4, 1)
    rgb = np.full((2, 4, 3), 200, np.uint8)
    picture.take(rgb)
    text = picture.ansi(0, 0, 4)
    rgb[:] = 0
    assert picture.ansi(0, 0, 4) == text


def test_views_of_larger_pictures_are_taken() -> None:
    whole = np.arange(20 * 20 * 3, dtype=np.uint8).reshape(20, 20, 3)
    pictures = [CellPicture(HALF, 6, 4), CellPicture(HALF, 6, 4)]
    pictures[0].take(whole[2:10, 3:9])
    pictures[1].take(whole[2:10, 3:9].copy())
    assert all_drawn(pictures[0]) == all_drawn(pictures[1])


def test_half_blocks_show_both_pixels_nearly() -> None:
    rgb = noise(HALF, 30, 10, np.random.default_rng(4), 500)
    picture = CellPicture(HALF, 30, 10)
    picture.take(rgb)
    for row, cells in enumerate(told(picture)):
        shown = np.array([[cell.fg for cell in cells], [cell.bg for cell in cells]], np.int16)
        assert np.abs(shown - rgb[2 * row : 2 * row + 2]).max() < 4
