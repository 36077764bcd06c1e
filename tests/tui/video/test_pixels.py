"""Pixels are held by cells, until one of a cell's has moved."""

from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.tui.video.modes import MODES
from proconf_tui.tui.video.pixels import HeldPixels, Rgb, rescaled

RED, BLUE, BLACK = (255, 0, 0), (0, 0, 255), (0, 0, 0)


@pytest.mark.parametrize("size", [(2, 2), (8, 4), (6, 10), (1, 1)])
def test_rescaling_takes_the_nearest_pixels(size: tuple[int, int]) -> None:
    rgb: Rgb = np.array([[RED, BLUE], [BLACK, RED]], np.uint8)
    scaled = rescaled(rgb, *size)
    assert scaled.shape == (*size, 3)
    assert tuple(scaled[0, 0]) == RED
    if size != (1, 1):
        assert tuple(scaled[0, -1]) == BLUE
        assert tuple(scaled[-1, 0]) == BLACK


@pytest.mark.parametrize("name", ["half", "quadrant", "sextant", "256"])
def test_each_pixel_belongs_to_its_cell(name: str) -> None:
    mode = next(mode for mode in MODES.values() if mode.name == name)
    held = HeldPixels(mode, 4, 3)
    black = np.zeros((3 * mode.rows, 4 * mode.columns, 3), np.uint8)
    for y, x in np.ndindex(black.shape[:2]):
        rgb = black.copy()
        rgb[y, x] = (0, 0, 255)
        moved = held.moved(rgb, 8)
        assert np.argwhere(moved).tolist() == [[y // mode.rows, x // mode.columns]]
        pixels = held.send(np.flatnonzero(moved), 8)
        place = y % mode.rows * mode.columns + x % mode.columns
        assert pixels.tolist() == [
            [0xFF0000 if i == place else 0 for i in range(mode.rows * mode.columns)]
        ]
        assert not held.moved(rgb, 0).any()
        held.moved(black, 8)
        held.send(np.arange(12), 8)


@pytest.mark.parametrize(("threshold", "levels_count"), [(8, 64), (24, 64), (25, 32)])
def test_what_is_left_of_the_levels_reaches_from_black_to_white(
    threshold: int, levels_count: int
) -> None:
    held = HeldPixels(MODES["half"], 256, 1)
    ramp = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(1, 256, 3)
    held.moved(np.repeat(ramp, 2, axis=0), threshold)
    channels = held.send(np.arange(256), threshold).view(np.uint8).reshape(256, 2, 4)
    levels = channels[:, 0, 0].astype(np.int16)
    assert len(set(levels.tolist())) == levels_count
    assert (levels[0], levels[-1]) == (0, 255)
    assert np.abs(levels - np.arange(256)).max() < 256 // levels_count
    assert (channels[:, :, :3] == channels[:, :1, :1]).all()


def test_what_stands_still_again_is_drawn_as_it_is_once_however_rough_the_rest() -> None:
    held = HeldPixels(MODES["half"], 2, 1)
    grey = np.full((2, 2, 3), 100, np.uint8)
    held.moved(grey, 40)
    held.send(np.arange(2), 40)
    has_moved: list[list[bool]] = []
    for number in range(20):
        rgb = grey.copy()
        rgb[:, 0] += 20
        rgb[:, 1] += 10 + 20 * (number % 2)
        has_moved.append(held.moved(rgb, 40)[0].tolist())
        held.send(np.flatnonzero(has_moved[-1]), 40)
    assert [left for left, _ in has_moved].count(True) == 1
    assert not any(right for _, right in has_moved)
