from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import opencv
from proconf_tui.media.camera import CameraTrack, Rate, even_size, open_camera
from proconf_tui.media.opencv import Image
from proconf_tui.media.pattern import MovingPattern
from proconf_tui.media.video_scaling import Scaler

SHADES = (30, 90, 150, 210)


def _open(spec: str, *, size: tuple[int, int] = (640, 360), fps: float = 15) -> CameraTrack:
    track = open_camera(spec, size=size, fps=fps)
    assert track is not None
    return track


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A film of four grey pictures, 0.2 s long."""
    path = tmp_path / "clip.avi"
    cv2 = opencv.load()
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (320, 240))
    assert writer.isOpened()
    for shade in SHADES:
        writer.write(np.full((240, 320, 3), shade, np.uint8))
    writer.release()
    return path


def test_none_opens_nothing() -> None:
    assert open_camera("none") is None


async def test_the_pattern_moves_and_carries_the_clock() -> None:
    track = _open("test", fps=30)
    frames = [await track.recv() for _ in range(6)]
    stamps = [frame.pts for frame in frames]
    assert all(a is not None and b is not None and a < b for a, b in itertools.pairwise(stamps))
    assert {frame.time_base for frame in frames} == {Fraction(1, 90_000)}
    assert {(frame.width, frame.height, frame.format.name) for frame in frames} == {
        (640, 360, "yuv420p")
    }
    first, last = (Scaler().scale(frame, 40, 24).astype(int) for frame in (frames[0], frames[-1]))
    assert np.abs(first - last).max() > 80
    await track.aclose()


async def test_a_film_is_paced_and_looped(clip: Path) -> None:
    track = _open(str(clip), size=(160, 120), fps=20)
    frames = [await track.recv() for _ in range(9)]
    shades = [float(Scaler().scale(frame, 4, 3)[1, 1].mean()) for frame in frames]
    nearest = [int(np.abs(np.array(SHADES) - shade).argmin()) for shade in shades]
    steps = [(b - a) % 4 for a, b in itertools.pairwise(nearest)]
    assert steps.count(1) >= 5
    assert any(b < a for a, b in itertools.pairwise(nearest))
    stamps = [frame.pts or 0 for frame in frames]
    # Nine pictures at 20 a second cannot come faster than in eight periods.
    assert stamps[-1] - stamps[0] > 8 * 4500 * 0.8
    assert (frames[0].width, frames[0].height) == (160, 120)
    assert track.device_name == "clip.avi"
    await track.aclose()


def _wait_for_picture(track: CameraTrack, stamp: int) -> None:
    while (newest := track.latest()) is None or (newest.pts or 0) < stamp:
        time.sleep(0.005)


async def test_a_still_picture_stands_in_for_a_camera(tmp_path: Path) -> None:
    path = tmp_path / "portrait.png"
    opencv.load().imwrite(str(path), np.full((720, 1280, 3), 99, np.uint8))
    track = _open(str(path))
    frames = [await track.recv() for _ in range(3)]
    assert {(frame.width, frame.height) for frame in frames} == {(640, 360)}
    await track.aclose()


async def test_only_the_newest_picture_waits() -> None:
    track = _open("test", fps=60)
    first = await track.recv()
    assert first.pts is not None
    await asyncio.to_thread(_wait_for_picture, track, first.pts + 9_000)
    frame = await track.recv()
    assert (frame.pts or 0) >= first.pts + 9_000
    await track.aclose()


async def test_a_disabled_camera_delivers_nothing_until_enabled() -> None:
    track = _open("test", fps=60)
    assert track.latest() is not None
    track.enabled = False
    assert track.latest() is None
    reader = asyncio.ensure_future(track.recv())
    done, _ = await asyncio.wait([reader], timeout=0.2)
    assert not done
    track.enabled = True
    assert (await reader).width == 640
    await track.aclose()


async def test_closing_twice_ends_the_thread_and_a_waiting_reader() -> None:
    track = _open("test")
    track.enabled = False
    reader = asyncio.ensure_future(track.recv())
    await asyncio.sleep(0)
    await track.aclose()
    await track.aclose()
    with pytest.raises(MediaStreamError):
        await reader
    assert "test pattern" not in {thread.name for thread in threading.enumerate()}


async def test_a_source_that_ends_is_reported() -> None:
    is_used_up = threading.Event()

    def pictures(stopping: threading.Event, rate: Rate) -> Generator[Image, None, None]:
        yield MovingPattern(64, 36).at(0)
        is_used_up.wait(10)
        raise DeviceUnavailable("The camera was unplugged.")

    reason: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    track = CameraTrack("unplugged", pictures)

    def on_lost(text: str) -> None:
        reason.get_loop().call_soon_threadsafe(reason.set_result, text)

    track.on_lost = on_lost
    track.start()
    assert track.latest() is not None
    is_used_up.set()
    assert await reason == "The camera was unplugged."
    assert track.latest() is None
    await track.aclose()


def test_a_live_source_that_ends_is_a_lost_device(clip: Path) -> None:
    with opencv.opened(str(clip), "Camera", (640, 360)) as capture:
        images = opencv.live_images(capture, "Camera")
        for _ in SHADES:
            assert next(images).shape == (240, 320, 3)
        with pytest.raises(DeviceUnavailable, match="Camera stopped giving pictures"):
            next(images)


def test_pictures_of_an_odd_kind_are_a_sentence_too(clip: Path) -> None:
    odd = np.zeros((0, 0, 3), np.uint8)
    with (
        pytest.raises(DeviceUnavailable, match="Camera gives pictures that cannot be used"),
        opencv.opened(str(clip), "Camera", (64, 36)),
    ):
        opencv.to_i420(odd, (64, 36))


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("77", "Camera 77 cannot be opened; close other programs"),
        ("missing.mp4", "There is no video file"),
        ("no such camera", "No camera"),
        ("rtsp://127.0.0.1:1/none", "The video stream cannot be opened"),
    ],
)
def test_a_camera_that_cannot_be_used_is_refused_in_a_sentence(
    spec: str, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DeviceUnavailable, match=sentence):
        open_camera(spec)
    assert capfd.readouterr() == ("", "")


def test_a_file_without_pictures_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("no film")
    with pytest.raises(DeviceUnavailable, match=r"text\.mp4 cannot be opened as video"):
        open_camera(str(path))


def test_sizes_are_even_keep_the_aspect_and_never_grow() -> None:
    assert even_size((1280, 720), (640, 360)) == (640, 360)
    assert even_size((1024, 768), (640, 360)) == (480, 360)
    assert even_size((161, 121), (640, 360)) == (160, 120)
    assert even_size((10_000, 1), (640, 360)) == (640, 2)
