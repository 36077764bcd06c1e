"""Dots and characters follow brightness, its range, and not its noise."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from proconf_tui.tui.video.luma import RAMP, BraillePen, Levels, RampPen, Surroundings, luminance
from proconf_tui.tui.video.modes import MODES
from proconf_tui.tui.video.pixels import Rgb

BRAILLE, ASCII = MODES["braille"], MODES["ascii"]
NOTHING, ALL = slice(0), slice(None)


def grey(luma: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> Rgb:
    return np.repeat(luma[:, :, None], 3, axis=2)


def slope(height: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return brightness that rises from left to right over all values."""
    return np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))


@pytest.mark.parametrize(
    ("colour", "luma"),
    [
        ((0, 0, 0), 0),
        ((255, 255, 255), 255),
        ((255, 0, 0), 76),
        ((0, 255, 0), 149),
        ((0, 0, 255), 28),
    ],
)
def test_luminance(colour: tuple[int, int, int], luma: int) -> None:
    assert luminance(np.array([[colour]], np.uint8)).tolist() == [[luma]]


def test_a_dim_picture_is_spread_over_the_whole_scale() -> None:
    dim = (60 + slope(20, 100) // 4).astype(np.uint8)
    spread = Levels().spread(dim)
    assert (spread.min(), spread.max()) == (0, 255)
    assert (np.diff(spread.astype(np.int16), axis=1) >= 0).all()


def test_little_contrast_stays_little() -> None:
    noise = np.random.default_rng(6).integers(100, 104, (20, 20), dtype=np.uint8)
    spread = Levels().spread(noise).astype(np.int16)
    assert spread.max() - spread.min() < 32


def test_levels_follow_slowly_and_arrive() -> None:
    levels = Levels()
    levels.spread(slope(10, 100) // 2)
    bright = 128 + slope(10, 100) // 2
    means = [float(levels.spread(bright).mean()) for _ in range(100)]
    assert all(after <= before for before, after in pairwise(means))
    assert means[0] - means[1] < 16
    assert abs(means[-1] - 127) < 8


def test_bars_of_black_do_not_count() -> None:
    picture = (100 + slope(10, 50) // 4).astype(np.uint8)
    bars = np.zeros((20, 50), np.uint8)
    assert np.array_equal(
        Levels().spread(np.vstack([bars, picture]))[20:], Levels().spread(picture)
    )


def test_a_black_picture_is_black_and_teaches_nothing() -> None:
    levels = Levels()
    assert not levels.spread(np.zeros((4, 4), np.uint8)).any()
    picture = slope(4, 50)
    assert np.array_equal(levels.spread(picture), Levels().spread(picture))


def test_the_surroundings_of_one_bright_cell() -> None:
    cells = np.zeros((5, 9), np.float32)
    cells[2, 4] = 15
    expected = np.zeros((5, 9))
    expected[1:4, 2:7] = 1
    assert np.allclose(Surroundings((9, 5)).mean(cells), expected)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3), (7, 2)])
def test_even_surroundings_are_even_to_the_edges(size: tuple[int, int]) -> None:
    even = np.full(size[::-1], 77, np.float32)
    assert np.allclose(Surroundings(size).mean(even), 77)


def test_each_dot_of_braille_has_its_place() -> None:
    """As Unicode numbers them: down the left column, down the right one, then the lowest two."""
    places = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
    for bit, (y, x) in enumerate(places):
        luma = np.full((4, 2), 1, np.uint8)
        luma[y, x] = 255
        pen = BraillePen(BRAILLE, (1, 1))
        pen.take(grey(luma), 0, ALL)
        assert pen.glyph_set.text(pen.glyphs) == chr(0x2800 + (1 << bit))


def test_brighter_parts_have_more_dots() -> None:
    pen = BraillePen(BRAILLE, (40, 6))
    pen.take(grey(slope(24, 80)), 8, ALL)
    dots = np.bitwise_count(pen.glyphs.reshape(6, 40)).reshape(6, 8, 5).sum(axis=(0, 2))
    assert (np.diff(dots.astype(np.int64)) >= 0).all()
    assert (dots[0], dots[-1]) == (0, 6 * 5 * 8)


def test_the_ramp_goes_from_dark_to_bright() -> None:
    pen = RampPen(ASCII, (120, 5))
    pen.take(grey(slope(5, 120)), 8, ALL)
    row = pen.glyphs.reshape(5, 120)[2]
    assert (np.diff(row.astype(np.int64)) >= 0).all()
    assert pen.glyph_set.text(row)[0] == " "
    assert pen.glyph_set.text(row)[-1] == RAMP[-1]


@pytest.mark.parametrize("make", [BraillePen, RampPen])
def test_noise_within_the_threshold_changes_little(make: type[BraillePen | RampPen]) -> None:
    mode = BRAILLE if make is BraillePen else ASCII
    chance = np.random.default_rng(7)
    width, height = mode.size_px(40, 12)
    steady, nervous = make(mode, (40, 12)), make(mode, (40, 12))
    changes = {0: 0, 12: 0}
    for frame in range(20):
        noise = chance.integers(-3, 4, (height, width))
        luma = np.clip(slope(height, width) + noise, 0, 255).astype(np.uint8)
        for pen, threshold in ((nervous, 0), (steady, 12)):
            changed = pen.take(grey(luma), threshold, NOTHING if frame else ALL)
            changes[threshold] += int(changed.sum()) if frame else 0
    assert changes[0] > 200
    assert changes[12] < changes[0] / 10


@pytest.mark.parametrize("make", [BraillePen, RampPen])
def test_what_clearly_moved_changes(make: type[BraillePen | RampPen]) -> None:
    mode = BRAILLE if make is BraillePen else ASCII
    width, height = mode.size_px(10, 4)
    luma = np.full((height, width), 1, np.uint8)
    luma[:, : width // 2] = 255
    pen = make(mode, (10, 4))
    pen.take(grey(luma), 8, ALL)
    changed = pen.take(grey(luma[:, ::-1]), 8, NOTHING)
    assert changed.all()
