from __future__ import annotations

import itertools

import av
import numpy as np
import pytest

from proconf_tui.media.pattern import MovingPattern
from proconf_tui.media.video_scaling import Scaler


def _block_column(picture: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> float:
    pixels = Scaler().scale(av.VideoFrame.from_ndarray(picture, format="yuv420p"), 40, 24)
    columns = np.flatnonzero((pixels[12] > 220).all(axis=1))
    assert len(columns) >= 4
    return float(columns.mean())


def test_the_block_moves_steadily_across_and_starts_over() -> None:
    pattern = MovingPattern(640, 360)
    places = [_block_column(pattern.at(1000 + step / 15)) for step in range(120)]
    steps = np.diff(places)
    assert steps[59] < -30
    assert (np.delete(steps, 59) >= -1e-9).all()
    assert places[0] < 4
    assert places[59] > 35


@pytest.mark.parametrize("size", [(640, 360), (160, 120), (320, 180), (16, 12)])
def test_any_even_size_works(size: tuple[int, int]) -> None:
    width, height = size
    assert MovingPattern(width, height).at(0.5).shape == (height * 3 // 2, width)


def test_the_bars_have_many_colours() -> None:
    picture = MovingPattern(640, 360).at(0.0)
    top = Scaler().scale(av.VideoFrame.from_ndarray(picture, format="yuv420p"), 42, 24)[3]
    bars = top[3::6].astype(int)
    differences = [abs(a - b).max() for a, b in itertools.combinations(bars, 2)]
    assert min(differences) > 40
