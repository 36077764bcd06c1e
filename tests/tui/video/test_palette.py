"""Every colour becomes the nearest that people do not choose themselves."""

from __future__ import annotations

import numpy as np

from proconf_tui.tui.video.palette import palette_halves

WEIGHTS = np.array([3, 4, 2])


def xterm_palette() -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return entries 16 to 255 as xterm defines them."""
    levels = [0, 95, 135, 175, 215, 255]
    cube = [(r, g, b) for r in levels for g in levels for b in levels]
    return np.array(cube + [(grey, grey, grey) for grey in range(8, 239, 10)])


def test_no_other_entry_is_nearer() -> None:
    palette = xterm_palette()
    steps = np.arange(32) * 255 // 31
    colours = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)[::7]
    packed = (colours @ [1, 1 << 8, 1 << 16]).astype(np.uint32)
    _, inks = palette_halves(np.stack([packed, packed], axis=1))
    assert inks.min() >= 16
    errors = ((colours[:, None] - palette) ** 2 * WEIGHTS).sum(axis=2)
    chosen = errors[np.arange(len(colours)), inks[:, 0].astype(np.intp) - 16]
    assert np.array_equal(chosen, errors.min(axis=1))


def test_halves_of_one_entry_are_a_space() -> None:
    pixels = np.array([[0x000000, 0xFFFFFF], [0x101010, 0x111111]], np.uint32)
    glyphs, inks = palette_halves(pixels)
    assert glyphs.tolist() == [1, 0]
    assert inks[0].tolist() == [16, 231]
