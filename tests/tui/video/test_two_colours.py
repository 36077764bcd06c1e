"""Shapes are those that Unicode names, and no other shape or colours would be nearer."""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt
import pytest

from proconf_tui.tui.video.pixels import Pixels
from proconf_tui.tui.video.two_colours import QUADRANTS, SEXTANTS, two_colours

RED, BLUE = 0x0000FF, 0xFF0000
_QUARTERS = ("UPPER LEFT", "UPPER RIGHT", "LOWER LEFT", "LOWER RIGHT")
_WHOLE = {
    " ": ("SPACE", 0b0000, 0b000000),
    "▌": ("LEFT HALF BLOCK", 0b0101, 0b010101),
    "▐": ("RIGHT HALF BLOCK", 0b1010, 0b101010),
    "▀": ("UPPER HALF BLOCK", 0b0011, None),
    "▄": ("LOWER HALF BLOCK", 0b1100, None),
    "█": ("FULL BLOCK", 0b1111, 0b111111),
}


@pytest.mark.parametrize("shape", range(16))
def test_quadrants_by_their_names(shape: int) -> None:
    character = QUADRANTS[shape]
    name = unicodedata.name(character)
    if character in _WHOLE:
        assert (name, shape) == _WHOLE[character][:2]
    else:
        named = name.removeprefix("QUADRANT ").replace(" AND ", " ").replace("  ", " ")
        assert shape == sum(1 << i for i, quarter in enumerate(_QUARTERS) if quarter in named)


@pytest.mark.parametrize("shape", range(64))
def test_sextants_by_their_names(shape: int) -> None:
    character = SEXTANTS[shape]
    name = unicodedata.name(character)
    if character in _WHOLE:
        assert (name, shape) == _WHOLE[character][::2]
    else:
        digits = name.removeprefix("BLOCK SEXTANT-")
        assert shape == sum(1 << (int(digit) - 1) for digit in digits)


@pytest.mark.parametrize("count", [4, 6])
def test_two_colours_in_any_shape_are_shown_exactly(count: int) -> None:
    shapes = np.arange(1, 2**count - 1)
    is_in = (shapes[:, None] >> np.arange(count)) & 1 == 1
    pixels: Pixels = np.where(is_in, RED, BLUE).astype(np.uint32)
    assert np.array_equal(shown(pixels), pixels)


@pytest.mark.parametrize("count", [4, 6])
def test_one_colour_is_a_space(count: int) -> None:
    glyphs, inks = two_colours(np.full((3, count), 0x204060, np.uint32))
    assert glyphs.tolist() == [0, 0, 0]
    assert inks.tolist() == [[0x204060, 0x204060]] * 3


@pytest.mark.parametrize("count", [4, 6])
def test_no_shape_would_be_nearer(count: int) -> None:
    """More cells than are summed at once, so that batches meet."""
    chance = np.random.default_rng(5)
    pixels: Pixels = chance.integers(0, 1 << 24, (300, count), dtype=np.uint32)
    wanted = channels(pixels)
    best = np.full(300, np.inf)
    for shape in range(1, 2**count - 1):
        is_in = (shape >> np.arange(count)) & 1 == 1
        error = sum(
            ((part - part.mean(axis=1, keepdims=True)) ** 2).sum(axis=(1, 2))
            for part in (wanted[:, is_in], wanted[:, ~is_in])
        )
        best = np.minimum(best, error)
    error = ((channels(shown(pixels)) - wanted) ** 2).sum(axis=(1, 2))
    # Each channel is rounded to a whole level.
    assert (error <= best + count * 3 * 0.5**2).all()


def test_nothing_is_fitted_to_nothing() -> None:
    glyphs, inks = two_colours(np.zeros((0, 4), np.uint32))
    assert (glyphs.shape, inks.shape) == ((0,), (0, 2))


def channels(pixels: Pixels) -> npt.NDArray[np.float64]:
    return pixels.view(np.uint8).reshape(*pixels.shape, 4)[:, :, :3].astype(np.float64)


def shown(pixels: Pixels) -> Pixels:
    """Return the pixels that the fitted cells show."""
    glyphs, inks = two_colours(pixels)
    is_foreground = (glyphs[:, None] >> np.arange(pixels.shape[1])) & 1 == 1
    picture = np.where(is_foreground, inks[:, :1], inks[:, 1:])
    return picture.astype(np.uint32)
