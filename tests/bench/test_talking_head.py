from __future__ import annotations

import numpy as np

from bench.lib.talking_head import HEIGHT_PX, WIDTH_PX, Camera, talking_head


def test_a_camera_sees_the_same_again_with_its_seed_and_somebody_else_with_another() -> None:
    first, again, other = (Camera(seed).picture(0.5) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 10


def test_two_pictures_of_the_same_instant_differ_by_noise_alone() -> None:
    camera = Camera(1)
    still = camera.picture(1.0).astype(int) - camera.picture(1.0)
    moved = camera.picture(1.0).astype(int) - camera.picture(1.3)
    assert 4.0 < still.std() < 9.0
    assert moved.std() > 2 * still.std()


def test_pictures_come_out_of_the_codec_in_number_size_and_format() -> None:
    frames = talking_head(seed=2, frames=4)
    assert [(f.width, f.height, f.format.name) for f in frames] == [
        (WIDTH_PX, HEIGHT_PX, "yuv420p")
    ] * 4
    drawn = Camera(2).picture(0.0).astype(int)
    assert np.abs(frames[0].to_ndarray(format="rgb24") - drawn).mean() < 12
