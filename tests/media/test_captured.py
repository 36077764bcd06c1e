"""Cameras as OpenCV shows them, which this machine need not have: the seam is played here."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import opencv
from proconf_tui.media.captured import captured
from proconf_tui.media.opencv import Capture, Image
from tests.support.films import grey


class _Webcam:
    """A camera that can be opened and gives so many pictures, as fast as they are taken."""

    is_device = True
    recording_fps = None

    def __init__(self, pictures: int, *, is_open: bool = True) -> None:
        self.is_open = is_open
        self.left = pictures
        self.retrieved = 0

    def grab(self) -> bool:
        self.left -= 1
        return self.left >= 0

    def retrieve(self) -> Image | None:
        self.retrieved += 1
        return grey(100)

    def reopen(self) -> bool:
        raise AssertionError("a camera is opened again by another thread")


def _pictures(
    monkeypatch: pytest.MonkeyPatch,
    webcam: _Webcam,
    fps: float = 15,
    stopping: threading.Event | None = None,
) -> Generator[Image, None, None]:
    @contextmanager
    def opened(source: opencv.Source, name: str, size: tuple[int, int]) -> Iterator[Capture]:
        yield cast("Capture", webcam)

    monkeypatch.setattr(opencv, "opened", opened)
    pictures = captured(0, "Webcam", (160, 120), lambda: "It is busy.")
    return pictures(stopping or threading.Event(), lambda: fps)


def test_pictures_that_are_not_wanted_are_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    webcam = _Webcam(1000)
    pictures = _pictures(monkeypatch, webcam, fps=0.01)
    assert next(pictures).shape == (180, 160)
    with pytest.raises(DeviceUnavailable):
        next(pictures)
    assert (webcam.retrieved, webcam.left) == (1, -1)


def test_a_camera_whose_pictures_cannot_be_read_is_let_go_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopping = threading.Event()

    class Unreadable(_Webcam):
        def retrieve(self) -> None:
            self.retrieved += 1
            stopping.set()

    webcam = Unreadable(1000)
    assert list(_pictures(monkeypatch, webcam, fps=1e9, stopping=stopping)) == []
    assert webcam.retrieved == 1


@pytest.mark.parametrize("count", [1, 2])
def test_a_camera_whose_pictures_end_is_lost(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    pictures = _pictures(monkeypatch, _Webcam(count), fps=1e9)
    for _ in range(count):
        next(pictures)
    with pytest.raises(DeviceUnavailable, match="Webcam stopped giving pictures; it is shown aga"):
        next(pictures)


def test_a_camera_that_never_gives_one_may_be_used_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(DeviceUnavailable, match="Webcam gives no pictures; close other programs"):
        next(_pictures(monkeypatch, _Webcam(0)))


def test_why_a_camera_is_not_open_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeviceUnavailable, match=r"It is busy\."):
        next(_pictures(monkeypatch, _Webcam(1, is_open=False)))
