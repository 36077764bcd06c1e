"""Golden cells: what a terminal shows of an encoded picture is the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.tui.video.encoder import RESET, Rgb, encode_rows, rescaled
from tests.support.ansi import parse_cells

RED, BLUE, BLACK = (255, 0, 0), (0, 0, 255), (0, 0, 0)


def picture(*rows: list[tuple[int, int, int]]) -> Rgb:
    return np.array(rows, np.uint8)


def shown(rgb: Rgb) -> Rgb:
    """Return the pixels a terminal shows; a plain cell shows its background twice."""
    pixels = np.zeros_like(rgb)
    for y, row in enumerate(parse_cells("\n".join(encode_rows(rgb)))):
        for x, cell in enumerate(row):
            assert cell.char in "▀ "
            assert isinstance(cell.bg, tuple)
            pixels[2 * y, x] = (
                cell.fg if isinstance(cell.fg, tuple) and cell.char == "▀" else cell.bg
            )
            pixels[2 * y + 1, x] = cell.bg
        assert len(row) == rgb.shape[1]
    return pixels


def test_golden_text() -> None:
    rgb = picture([RED, RED, BLUE], [BLUE, BLUE, BLUE])
    assert encode_rows(rgb) == ["\x1b[38;2;255;0;0;48;2;0;0;255m▀▀ \x1b[0m"]


def test_a_plain_row_names_its_colour_once() -> None:
    assert encode_rows(picture([BLACK] * 5, [BLACK] * 5)) == ["\x1b[48;2;0;0;0m     \x1b[0m"]


def test_a_foreground_survives_plain_cells_between() -> None:
    rgb = picture([RED, BLUE, RED], [BLUE, BLUE, BLUE])
    assert encode_rows(rgb) == ["\x1b[38;2;255;0;0;48;2;0;0;255m▀ ▀\x1b[0m"]


def test_every_row_stands_alone() -> None:
    rgb = picture([RED], [BLUE], [RED], [BLUE])
    first, second = encode_rows(rgb)
    assert first == second
    assert first.endswith(RESET)


@given(
    st.integers(1, 12), st.integers(1, 40), st.sampled_from((2, 3, 256)), st.integers(0, 2**32 - 1)
)
def test_the_terminal_shows_the_picture(height: int, width: int, colours: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    levels = np.linspace(0, 255, colours).astype(np.uint8)
    rgb: Rgb = levels[chance.integers(0, colours, (2 * height, width, 3))]
    assert np.array_equal(shown(rgb), rgb)


def test_pictures_that_are_views_are_shown_too() -> None:
    whole = np.arange(20 * 20 * 3, dtype=np.uint8).reshape(20, 20, 3)
    part = whole[2:10, 3:9]
    assert np.array_equal(shown(part), part)


@pytest.mark.parametrize("size", [(2, 2), (8, 4), (6, 10), (1, 1)])
def test_rescaling_takes_the_nearest_pixels(size: tuple[int, int]) -> None:
    rgb = picture([RED, BLUE], [BLACK, RED])
    scaled = rescaled(rgb, *size)
    assert scaled.shape == (*size, 3)
    assert tuple(scaled[0, 0]) == RED
    if size != (1, 1):
        assert tuple(scaled[0, -1]) == BLUE
        assert tuple(scaled[-1, 0]) == BLACK
