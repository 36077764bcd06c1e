"""The track that carries one's own picture into aiortc.

The capture thread keeps only the newest picture, for a reader slower than its source would see
ever older ones. It knows no peer connection and no screen.
"""

from __future__ import annotations

import asyncio
import fractions
import threading
import time
from collections.abc import Callable, Generator
from typing import TypeAlias

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import VIDEO_CLOCK_RATE, MediaStreamError

from proconf_tui.media import opencv
from proconf_tui.media.device_thread import DeviceThread, at_most, paced, pump, ticks
from proconf_tui.media.devices import find_camera
from proconf_tui.media.files import media_file
from proconf_tui.media.handoff import Handoff, HandoffClosed
from proconf_tui.media.opencv import Image
from proconf_tui.media.pattern import MovingPattern
from proconf_tui.media.video_scaling import fitted_size

Rate: TypeAlias = Callable[[], float]
Pictures: TypeAlias = Callable[[threading.Event, Rate], Generator[Image, None, None]]
"""Given the event that ends it and how many a second are wanted, as that changes, yields I420
pictures at their pace, on the capture thread."""

_TIME_BASE = fractions.Fraction(1, VIDEO_CLOCK_RATE)
_CAMERA_DIGITS = 4
_VIDEO_SUFFIXES = {".mp4", ".mkv", ".webm", ".avi", ".mov", ".mpg", ".ts", ".gif", ".jpg", ".png"}


def open_camera(
    spec: str, *, size: tuple[int, int] = (640, 360), fps: float = 15
) -> CameraTrack | None:
    """Open ``default``, ``none`` (None), ``test``, a camera's name or number, a file or a URL.

    Pictures keep their aspect within ``size`` (width, height). Blocks while the camera opens.
    Raises DeviceUnavailable.
    """
    if spec == "none":
        return None
    if spec == "test":
        track = CameraTrack("test pattern", _pattern_pictures(size), fps)
    else:
        source, name = _find_source(spec)
        track = CameraTrack(name, _captured_pictures(source, name, size), fps)
    track.start()
    return track


class CameraTrack(MediaStreamTrack):
    """yuv420p pictures at the pace of their source, stamped by the clock.

    The camera is released by `aclose`; `stop`, which aiortc calls when its sender ends, only
    ends the track. To move it to another connection, take it off the old sender with
    ``replaceTrack(None)`` first.
    """

    kind = "video"

    def __init__(self, name: str, pictures: Pictures, max_fps: float = 15) -> None:
        super().__init__()
        self.max_fps = max_fps
        """No more pictures a second are delivered; may be set at any time, by any thread."""
        self.device_name = name
        """The source, for people."""
        self.enabled = True
        """While False no picture is delivered: `recv` waits and `latest` returns None."""
        self.on_lost: Callable[[str], None] | None = None
        """Called with a sentence, on the capture thread, when the source has ended."""
        self._pictures = pictures
        self._newest: Handoff[av.VideoFrame] = Handoff(1)
        self._latest: av.VideoFrame | None = None
        self._started_at = time.monotonic()
        self._thread = DeviceThread(name, self._run, self._report_lost)

    def start(self) -> None:
        """Open the camera and wait for its first picture; blocks.

        Raises DeviceUnavailable.
        """
        self._thread.start()

    def latest(self) -> av.VideoFrame | None:
        """Return the newest picture, for the self view. Any thread."""
        return self._latest if self.enabled else None

    async def recv(self) -> av.VideoFrame:
        """Wait for a picture that was not returned before.

        Raises MediaStreamError when the track has ended.
        """
        while True:
            try:
                frame = await self._newest.get()
            except HandoffClosed:
                raise MediaStreamError from None
            if self.enabled:
                return frame

    def stop(self) -> None:
        """End the track; the camera stays open until `aclose`."""
        super().stop()
        self._newest.close()

    async def aclose(self) -> None:
        """End the track and release the camera; again does nothing."""
        self.stop()
        await asyncio.to_thread(self._thread.stop)

    def _run(self, thread: DeviceThread) -> None:
        pump(thread, self._pictures(thread.stopping, lambda: self.max_fps), self._publish)

    def _publish(self, picture: Image) -> None:
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.time_base = _TIME_BASE
        frame.pts = int((time.monotonic() - self._started_at) * VIDEO_CLOCK_RATE)
        self._latest = frame
        if self.enabled:
            self._newest.put(frame)

    def _report_lost(self, reason: str) -> None:
        self._latest = None
        if self.on_lost is not None:
            self.on_lost(reason)


def _pattern_pictures(size: tuple[int, int]) -> Pictures:
    width, height = even_size(size, size)
    pattern = MovingPattern(width, height)
    return lambda stopping, rate: (pattern.at(now) for now in ticks(rate, stopping))


def _captured_pictures(source: opencv.Source, name: str, size: tuple[int, int]) -> Pictures:
    def pictures(stopping: threading.Event, rate: Rate) -> Generator[Image, None, None]:
        with opencv.opened(source, name, size) as capture:
            recorded_fps = opencv.recording_fps(capture, source)
            if recorded_fps is None:
                images = opencv.live_images(capture, name)
            else:
                film = opencv.looped_images(capture, str(source), name)
                images = paced(film, 1.0 / recorded_fps, stopping)
            for image in at_most(images, rate):
                height, width = image.shape[:2]
                yield opencv.to_i420(image, even_size((width, height), size))

    return pictures


def even_size(source: tuple[int, int], within: tuple[int, int]) -> tuple[int, int]:
    """Return the even (width, height) at which ``source`` fits, never enlarged, into ``within``."""
    limit = (min(source[0], within[0]), min(source[1], within[1]))
    width, height = fitted_size(source, limit)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def _find_source(spec: str) -> tuple[opencv.Source, str]:
    """Return what OpenCV opens for ``spec``, and its name for people."""
    if spec == "default":
        camera = find_camera(spec)
        return camera.index, camera.name
    number = spec.removeprefix("/dev/video")
    if number.isascii() and number.isdigit() and len(number) <= _CAMERA_DIGITS:
        return int(number), f"Camera {number}"
    if "://" in spec:
        return spec, "The video stream"
    path = media_file(spec, _VIDEO_SUFFIXES, "video", "--camera")
    if path is not None:
        return spec, path.name
    camera = find_camera(spec)
    return camera.index, camera.name
