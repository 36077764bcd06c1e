"""What comes of each kind of source, at which pace, and what is said of one that cannot be used."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import captured, device_thread, opencv
from proconf_tui.media.camera import CameraTrack, open_camera
from proconf_tui.media.camera_sources import PictureSource, WantedSource, find_source
from proconf_tui.media.captured import even_size
from proconf_tui.media.video_scaling import Scaler
from tests.support.films import SHADES, PictureServer, grey, write_film, write_uneven_film


def _open(spec: str, *, size: tuple[int, int] = (640, 360), fps: float = 15) -> CameraTrack:
    track = open_camera(spec, size=size, fps=fps)
    assert track is not None
    return track


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A film of four grey pictures, 0.2 s long."""
    return write_film(tmp_path / "clip.avi")


@pytest.fixture
def server(clip: Path) -> Iterator[PictureServer]:
    made = PictureServer(clip.read_bytes())
    yield made
    made.stop()


def _shade(frame: av.VideoFrame) -> int:
    """Return which of the shades a picture has, or nearly has."""
    middle = float(Scaler().scale(frame, 4, 3)[1, 1].mean())
    return min(SHADES, key=lambda shade: abs(shade - middle))


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


async def test_only_a_device_is_a_camera_and_no_film_or_pattern(clip: Path) -> None:
    device = PictureSource("USB", find_source("test", (64, 36)).pictures, camera=2)
    camera = CameraTrack(WantedSource(lambda: device, "USB"))
    camera.start()
    others = [_open("test"), _open(str(clip))]
    assert camera.is_device
    assert not any(track.is_device for track in others)
    for track in (camera, *others):
        await track.aclose()


def _places(frames: list[av.VideoFrame]) -> list[int]:
    return [SHADES.index(_shade(frame)) for frame in frames]


def _steps(frames: list[av.VideoFrame]) -> list[int]:
    """Return how many pictures of the film each is after the one before."""
    return [(b - a) % 4 for a, b in itertools.pairwise(_places(frames))]


@pytest.mark.parametrize("is_served", [False, True])
async def test_a_film_is_paced_and_looped(
    clip: Path, server: PictureServer, is_served: bool
) -> None:
    track = _open(server.url("/clip.avi") if is_served else str(clip), size=(160, 120), fps=20)
    frames = [await track.recv() for _ in range(9)]
    # A busy machine leaves pictures out, though not of every nine.
    while _steps(frames).count(1) < 5:
        frames = [*frames[1:], await track.recv()]
    assert any(b < a for a, b in itertools.pairwise(_places(frames)))
    stamps = [frame.pts or 0 for frame in frames]
    # Nine pictures at 20 a second cannot come faster than in eight periods.
    assert stamps[-1] - stamps[0] > 8 * 4500 * 0.8
    assert (frames[0].width, frames[0].height) == (160, 120)
    assert track.device_name == ("The video stream" if is_served else "clip.avi")
    await track.aclose()


async def test_a_film_with_pauses_keeps_them_and_goes_on_showing_its_picture(
    tmp_path: Path,
) -> None:
    starts_ms = dict(zip(SHADES, (0, 80, 160, 900), strict=True))
    track = _open(str(write_uneven_film(tmp_path / "uneven.mkv", starts_ms)), fps=60)
    # From the film's second beginning on.
    while _shade(await track.recv()) != SHADES[3]:
        continue
    while _shade(await track.recv()) != SHADES[0]:
        continue
    seen = [(SHADES[0], 0)]
    while seen[-1][0] != SHADES[3]:
        frame = await track.recv()
        seen.append((_shade(frame), frame.pts or 0))
    before = [stamp for shade, stamp in seen if shade == SHADES[2]]
    assert len(before) >= 2
    # What was caught up with after a stall is no more than 0.1 s.
    assert seen[-1][1] - before[0] > (740 - 100) * 90 * 0.9
    await track.aclose()


async def test_the_rate_changes_while_it_runs(tmp_path: Path) -> None:
    film = write_film(tmp_path / "fast.avi", fps=60)
    for spec in ("test", str(film)):
        track = _open(spec, fps=8)
        slow = [(await track.recv()).pts or 0 for _ in range(5)]
        # Three periods, of which one that came late may have taken one.
        assert slow[-1] - slow[1] > 2 * 11_250
        track.max_fps = 50
        await track.recv()
        fast = [(await track.recv()).pts or 0 for _ in range(10)]
        assert min(b - a for a, b in itertools.pairwise(fast)) < 5_000
        await track.aclose()


def _wait_for_picture(track: CameraTrack, stamp: int) -> None:
    while (newest := track.latest()) is None or (newest.pts or 0) < stamp:
        time.sleep(0.005)


@pytest.mark.parametrize("name", ["portrait.png", "portrait.jpg"])
async def test_a_still_picture_stands_in_for_a_camera_and_is_converted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    converted: list[tuple[int, int]] = []
    to_i420 = opencv.to_i420

    def counted(image: opencv.Image, size: tuple[int, int]) -> opencv.Image:
        converted.append(size)
        return to_i420(image, size)

    monkeypatch.setattr(opencv, "to_i420", counted)
    opencv.load().imwrite(str(tmp_path / name), grey(99, (1280, 720)))
    track = _open(str(tmp_path / name), fps=30)
    frames = [await track.recv() for _ in range(4)]
    assert {(frame.width, frame.height) for frame in frames} == {(640, 360)}
    assert converted == [(640, 360)]
    await track.aclose()


async def test_a_camera_that_gives_single_pictures_by_address_is_asked_again(
    server: PictureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captured, "_SNAPSHOT_S", 0.3)
    server.shade = SHADES[0]
    track = _open(server.url("/photo.jpg"))
    assert _shade(await track.recv()) == SHADES[0]
    server.shade = SHADES[3]
    while _shade(await track.recv()) != SHADES[3]:
        continue
    await track.aclose()


async def test_a_slow_reader_gets_the_newest_picture_each_time() -> None:
    track = _open("test", fps=60)
    for _ in range(4):
        stamp = (await track.recv()).pts or 0
        await asyncio.to_thread(_wait_for_picture, track, stamp + 9_000)
        assert ((await track.recv()).pts or 0) >= stamp + 9_000
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
        ("/dev/video77", "No camera was found|There is no Camera 77"),
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


@pytest.mark.parametrize("name", ["nothing.avi", "empty.mp4", "empty.png"])
def test_a_film_of_no_pictures_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    if name == "nothing.avi":
        write_film(path, ())
    with pytest.raises(DeviceUnavailable, match=rf"{name} (holds no|cannot be opened)"):
        open_camera(str(path))


async def test_a_film_that_breaks_off_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_film(tmp_path / "long.avi", range(0, 250, 10), fps=60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    track = _open(str(path), fps=60)
    for _ in range(40):
        await track.recv()
    await track.aclose()


def test_a_source_that_does_not_answer_holds_up_no_other(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_thread, "_OPEN_TIMEOUT_S", 0.3)
    pipe = tmp_path / "pipe.avi"
    os.mkfifo(pipe)
    with pytest.raises(DeviceUnavailable, match="The video stream does not answer; check the add"):
        open_camera(f"file://{pipe}")
    track = _open(str(clip))
    asyncio.run(track.aclose())
    # Whoever waits for a writer still is let go.
    os.close(os.open(pipe, os.O_WRONLY))


def test_sizes_are_even_keep_the_aspect_and_never_grow() -> None:
    assert even_size((1280, 720), (640, 360)) == (640, 360)
    assert even_size((1024, 768), (640, 360)) == (480, 360)
    assert even_size((161, 121), (640, 360)) == (160, 120)
    assert even_size((10_000, 1), (640, 360)) == (640, 2)
