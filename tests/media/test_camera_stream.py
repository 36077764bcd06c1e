"""Sources that are lost, that hang and that come back, and how they are let go of."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import shutil
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import camera_sources, camera_stream, device_thread, opencv
from proconf_tui.media.camera import CameraTrack, open_camera
from proconf_tui.media.camera_sources import PictureSource, WantedSource, wanted_source
from proconf_tui.media.camera_stream import CameraStream
from proconf_tui.media.captured import Rate
from proconf_tui.media.device_stream import Reports
from proconf_tui.media.opencv import Image
from proconf_tui.media.pattern import MovingPattern
from tests.support.films import PictureServer, part, write_film
from tests.support.meeting import until

LOST = "stopped giving pictures; it is shown again as soon as it answers, or choose another."


class _Camera:
    """A track, and what it says of its source, in order."""

    def __init__(self, spec: str) -> None:
        track = open_camera(spec)
        assert track is not None
        self.track: CameraTrack = track
        self.said: queue.Queue[str] = queue.Queue()
        track.on_lost = lambda reason: self.said.put(f"lost: {reason}")
        track.on_returned = lambda name: self.said.put(f"returned: {name}")

    async def next_said(self) -> str:
        return await asyncio.to_thread(self.said.get, timeout=30)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_film(tmp_path / "clip.avi")


@pytest.fixture
def server() -> Iterator[PictureServer]:
    made = PictureServer()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_FIRST_RETRY_S", "_RETRY_S", "_CHECK_S"):
        monkeypatch.setattr(camera_stream, name, getattr(camera_stream, name) / 8)
    monkeypatch.setattr(camera_stream, "_PROOF_S", 0.25)
    monkeypatch.setattr(camera_stream, "_SILENT_S", 1.0)


def _threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


async def test_a_stream_that_breaks_goes_on_by_itself_when_it_is_back(
    server: PictureServer,
) -> None:
    camera = _Camera(server.url("/live.mjpg"))
    await camera.track.recv()
    for _ in range(2):
        server.stop()
        assert await camera.next_said() == f"lost: The video stream {LOST}"
        assert camera.track.latest() is None
        server.start()
        assert await camera.next_said() == "returned: The video stream"
        assert camera.track.latest() is not None
        await camera.track.recv()
    await camera.track.aclose()
    assert _threads("The video stream") == []
    assert camera.said.empty()


async def test_a_stream_that_stalls_is_lost_and_comes_back(server: PictureServer) -> None:
    camera = _Camera(server.url("/live.mjpg"))
    server.is_stalled.set()
    assert (await camera.next_said()).startswith("lost: ")
    assert camera.track.latest() is None
    server.is_stalled.clear()
    assert (await camera.next_said()).startswith("returned: ")
    await camera.track.recv()
    await camera.track.aclose()


async def test_a_film_that_vanishes_comes_back_with_its_file(clip: Path) -> None:
    camera = _Camera(str(clip))
    hidden = shutil.move(clip, clip.with_name("elsewhere"))
    assert await camera.next_said() == f"lost: clip.avi {LOST}"
    shutil.move(hidden, clip)
    assert await camera.next_said() == "returned: clip.avi"
    await camera.track.aclose()


class _Pipe:
    """A live stream out of a named pipe, which whoever reads waits for for ever."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self.is_dry = threading.Event()
        self._is_over = threading.Event()
        self._feeding = threading.Thread(target=self._feed)
        self._feeding.start()

    def close(self) -> None:
        """Let go of every reader."""
        self._is_over.set()
        self._feeding.join()
        for thread in _threads("The video stream"):
            while thread.is_alive():
                with contextlib.suppress(OSError):
                    os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
                thread.join(0.05)

    def _feed(self) -> None:
        with self.path.open("wb", buffering=0) as writer:
            while not self.is_dry.wait(0.02):
                writer.write(part(100))
            self._is_over.wait(60)


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[_Pipe]:
    made = _Pipe(tmp_path / "pipe.mjpg")
    yield made
    made.close()


async def test_what_hangs_for_ever_is_abandoned_and_nothing_waits_for_it(
    pipe: _Pipe, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_thread, "_CLOSE_TIMEOUT_S", 0.2)
    monkeypatch.setattr(camera_stream, "_OPEN_S", 0.2)
    camera = await asyncio.to_thread(_Camera, f"file://{pipe.path}")
    await camera.track.recv()
    pipe.is_dry.set()
    assert (await camera.next_said()).startswith("lost: ")
    # The one that hung while it read, some that hang while they open, and no more.
    await until(lambda: len(_threads("The video stream")) == camera_stream._MOST_ABANDONED)
    other = _Camera(str(clip))
    for _ in range(10):
        await other.track.recv()
    await other.track.aclose()
    assert len(_threads("The video stream")) == camera_stream._MOST_ABANDONED
    await camera.track.aclose()
    assert _threads("The video stream watch") == []


async def test_a_release_that_hangs_is_not_waited_for(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_thread, "_CLOSE_TIMEOUT_S", 0.2)
    is_let_go, is_releasing = threading.Event(), threading.Event()
    release = opencv.Capture.release

    def hang(capture: opencv.Capture) -> None:
        is_releasing.set()
        is_let_go.wait(60)
        release(capture)

    monkeypatch.setattr(opencv.Capture, "release", hang)
    camera = _Camera(str(clip))
    await camera.track.aclose()
    assert is_releasing.is_set()
    (left,) = _threads(str(clip))
    is_let_go.set()
    await asyncio.to_thread(left.join)


async def test_one_that_gives_a_picture_and_dies_each_time_has_not_come_back() -> None:
    openings = threading.Semaphore(0)
    is_well = threading.Event()

    def pictures(stopping: threading.Event, rate: Rate) -> Generator[Image, None, None]:
        openings.release()
        yield MovingPattern(64, 36).at(0)
        while is_well.is_set() and not stopping.wait(0.02):
            yield MovingPattern(64, 36).at(0)

    said: queue.Queue[str] = queue.Queue()
    source = PictureSource("Loose cable", pictures)
    track = CameraTrack(WantedSource(lambda: source, "Loose cable"))
    track.on_lost = track.on_returned = said.put
    track.start()
    for _ in range(4):
        await asyncio.to_thread(openings.acquire)
    assert said.get_nowait() == f"Loose cable {LOST}"
    assert said.empty()
    is_well.set()
    assert await asyncio.to_thread(said.get, timeout=30) == "Loose cable"
    assert said.empty()
    await track.aclose()


async def test_another_camera_may_be_found_in_the_place_of_one_that_is_lost() -> None:
    is_unplugged = threading.Event()
    indexes = iter((3, 4))

    def pictures(stopping: threading.Event, rate: Rate) -> Generator[Image, None, None]:
        while not is_unplugged.is_set() and not stopping.wait(0.02):
            yield MovingPattern(64, 36).at(0)

    def find() -> PictureSource:
        is_unplugged.clear()
        index = next(indexes)
        return PictureSource(f"Camera {index}", pictures, index)

    said: queue.Queue[str] = queue.Queue()
    track = CameraTrack(WantedSource(find, "The camera"))
    track.on_lost = track.on_returned = said.put
    track.start()
    assert (track.device_name, track.has_device_of("3"), track.has_device_of("test")) == (
        "Camera 3",
        True,
        False,
    )
    is_unplugged.set()
    assert await asyncio.to_thread(said.get, timeout=30) == f"Camera 3 {LOST}"
    assert await asyncio.to_thread(said.get, timeout=30) == "Camera 4"
    assert (track.device_name, track.has_device_of("/dev/video4")) == ("Camera 4", True)
    await track.aclose()


@pytest.mark.parametrize(
    ("is_found_by_opening", "waits_s"),
    [(False, [0.5, 2, 2, 2, 2]), (True, [0.5, 2, 4, 8, 8])],
)
def test_one_that_is_found_by_opening_every_camera_is_looked_for_ever_more_rarely(
    is_found_by_opening: bool, waits_s: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_stream, "_FIRST_RETRY_S", 0.5)
    monkeypatch.setattr(camera_stream, "_RETRY_S", 2.0)

    def find() -> PictureSource:
        raise DeviceUnavailable("There is none.")

    wanted = WantedSource(find, "USB", is_found_by_opening=is_found_by_opening)
    said: list[str] = []
    reports = Reports(said.append, said.append)
    stream = CameraStream(wanted, lambda: 15.0, lambda _: None, reports)
    waited: list[float] = []
    for now in range(len(waits_s)):
        stream._give_up(stream._new_attempt(), now)
        waited.append(stream._retry_at - now)
    assert waited == waits_s
    assert len(said) == 1


@pytest.mark.parametrize(
    ("spec", "is_looked_for"),
    [
        ("default", True),
        ("Logitech BRIO", True),
        ("2", False),
        ("test", False),
        ("clip.mp4", False),
        ("./clip", False),
        ("rtsp://host/live", False),
    ],
)
def test_only_a_name_has_every_camera_opened_and_only_where_they_are_not_listed(
    spec: str, is_looked_for: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for has_list in (False, True):
        monkeypatch.setattr(camera_sources, "has_camera_list", lambda has_list=has_list: has_list)
        wanted = wanted_source(spec, (640, 360))
        assert wanted.is_found_by_opening is (is_looked_for and not has_list)
