"""Pictures come out in the wanted size, with their own time, and not at all unwanted."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from proconf_tui.media.picture_sizer import PictureSizer
from proconf_tui.media.picture_sizes import CAMERA, SCREEN


class _Source:
    def __init__(self) -> None:
        self.max_fps = 7.0


def _frame(pts: int = 4711, width: int = 640, height: int = 360) -> av.VideoFrame:
    picture = np.full((height * 3 // 2, width), 128, np.uint8)
    picture[:height, width // 2 :] = 200
    frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
    frame.pts, frame.time_base = pts, Fraction(1, 90_000)
    return frame


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("proconf_tui.media.picture_sizer.time.monotonic", lambda: now[0])
    return now


async def test_nothing_comes_until_somebody_looks_and_after_nobody_does() -> None:
    sizer, source = PictureSizer(CAMERA), _Source()
    assert await sizer.take(_frame(), source) is None
    sizer.want(is_wanted=True, size=(40, 24))
    assert await sizer.take(_frame(), source) is not None
    sizer.want(is_wanted=False)
    assert await sizer.take(_frame(), source) is None


async def test_a_picture_is_scaled_and_keeps_its_time() -> None:
    sizer = PictureSizer(CAMERA)
    sizer.want(is_wanted=True, size=(40, 24))
    sent = await sizer.take(_frame(), None)
    assert sent is not None
    assert (sent.width, sent.height, sent.format.name) == (160, 90, "yuv420p")
    assert (sent.pts, sent.time_base) == (4711, Fraction(1, 90_000))
    luma = sent.to_ndarray()[:90]
    assert (luma[:, :70] == 128).all()
    assert (luma[:, 90:] == 200).all()


async def test_what_is_wanted_in_any_size_is_sent_as_it_is() -> None:
    sizer, frame = PictureSizer(CAMERA), _frame()
    sizer.want(is_wanted=True)
    assert await sizer.take(frame, None) is frame


async def test_the_size_changes_from_one_picture_to_the_next(clock: list[float]) -> None:
    sizer = PictureSizer(CAMERA)
    heights = []
    for size in ((40, 24), (300, 150), (600, 340)):
        clock[0] += 0.1
        sizer.want(is_wanted=True, size=size)
        sent = await sizer.take(_frame(), None)
        heights.append(sent.height if sent else None)
    assert heights == [90, 180, 360]


async def test_a_source_that_can_is_told_how_many_pictures_are_of_use() -> None:
    sizer, source = PictureSizer(CAMERA), _Source()
    await sizer.take(_frame(), source)
    assert source.max_fps == 15
    sizer.want(is_wanted=True, size=(640, 360))
    await sizer.take(_frame(), source)
    assert source.max_fps == 30
    sizer.want(is_wanted=False)
    await sizer.take(_frame(), source)
    assert source.max_fps == 15


@pytest.mark.parametrize(("source_fps", "sent_fps"), [(10, 10), (15, 15), (30, 15), (60, 15)])
async def test_one_that_cannot_is_thinned_out(
    clock: list[float], source_fps: int, sent_fps: int
) -> None:
    sizer, sent = PictureSizer(SCREEN), 0
    sizer.want(is_wanted=True)
    for _ in range(10 * source_fps):
        clock[0] += 1 / source_fps
        sent += await sizer.take(_frame(width=16, height=16), None) is not None
    assert abs(sent - 10 * sent_fps) <= 2
