from __future__ import annotations

import av
import numpy as np
import pytest

from proconf_tui.media.fitting import fitted_size
from proconf_tui.media.video_scaling import Scaler


def _frame(width: int, height: int, luma: int = 235) -> av.VideoFrame:
    picture = np.full((height * 3 // 2, width), 128, np.uint8)
    picture[:height] = luma
    return av.VideoFrame.from_ndarray(picture, format="yuv420p")


@pytest.mark.parametrize("size", [(40, 24), (1, 1), (3, 200), (317, 2), (640, 360)])
@pytest.mark.parametrize("fit", ["letterbox", "crop"])
def test_the_result_has_exactly_the_size_asked_for(size: tuple[int, int], fit: str) -> None:
    width, height = size
    scaler = Scaler()
    for source in (_frame(640, 360), _frame(160, 120)):
        pixels = scaler.scale(source, width, height, fit="crop" if fit == "crop" else "letterbox")
        assert pixels.shape == (height, width, 3)
        assert pixels.dtype == np.uint8
        assert pixels.flags.c_contiguous


def test_a_letterbox_pads_with_black_and_keeps_the_aspect() -> None:
    pixels = Scaler().scale(_frame(640, 360), 64, 64)
    rows = pixels.mean(axis=(1, 2))
    assert (rows > 200).sum() == 36
    assert (rows[:14] == 0).all()
    assert (rows[-14:] == 0).all()


@pytest.mark.parametrize("size", [(76, 44), (22, 12), (12, 6)])
def test_no_thin_black_line_is_left_beside_a_picture(size: tuple[int, int]) -> None:
    assert (Scaler().scale(_frame(640, 360), *size) > 200).all()


def test_a_crop_fills_everything() -> None:
    assert (Scaler().scale(_frame(640, 360), 64, 64, fit="crop") > 200).all()


def test_every_source_pixel_counts() -> None:
    picture = np.full((540, 640), 128, np.uint8)
    picture[:360] = np.where(np.arange(640) % 2, 235, 16)[np.newaxis]
    pixels = Scaler().scale(av.VideoFrame.from_ndarray(picture, format="yuv420p"), 32, 18)
    assert np.abs(pixels.astype(int) - 128).max() < 12


def test_colours_are_right_way_round() -> None:
    red = np.zeros((360, 640, 3), np.uint8)
    red[..., 0] = 255
    frame = av.VideoFrame.from_ndarray(red, format="rgb24").reformat(format="yuv420p")
    middle = Scaler().scale(frame, 40, 22)[11, 20]
    assert middle[0] > 240
    assert middle[1] < 15
    assert middle[2] < 15


def test_fitting_never_reaches_zero() -> None:
    assert fitted_size((10_000, 10), (20, 20)) == (20, 1)
    assert fitted_size((640, 360), (40, 40), "crop") == (71, 40)


def _stripes() -> av.VideoFrame:
    """White lines of 4 pixels on grey, 20 apart."""
    picture = np.full((540, 640), 128, np.uint8)
    picture[:360] = np.where(np.arange(640) % 20 < 4, 235, 60)[np.newaxis]
    return av.VideoFrame.from_ndarray(picture, format="yuv420p")


def test_thin_strokes_are_drawn_more_clearly_where_a_picture_is_sharpened() -> None:
    plain, sharp = (
        Scaler().scale(_stripes(), 96, 54, is_sharpened=is_sharpened).astype(int)
        for is_sharpened in (False, True)
    )
    assert np.ptp(sharp) > 1.4 * np.ptp(plain)
    assert abs(sharp.mean() - plain.mean()) < 12


def test_what_is_not_made_smaller_is_not_sharpened() -> None:
    frame = _stripes()
    assert (
        Scaler().scale(frame, 640, 360, is_sharpened=True) == Scaler().scale(frame, 640, 360)
    ).all()


def test_bars_beside_a_sharpened_picture_stay_black() -> None:
    pixels = Scaler().scale(_stripes(), 64, 64, is_sharpened=True)
    assert (pixels[:14] == 0).all()
