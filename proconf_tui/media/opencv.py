"""The seam to OpenCV: opening cameras, video files and streams, and reading their pictures.

Nothing else imports cv2. Everything here blocks, and `Capture.grab` may do so for ever: call it
on a `DeviceThread`. It knows no tracks and no pace.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from proconf_tui.errors import DeviceUnavailable

Image: TypeAlias = npt.NDArray[np.uint8]
Source: TypeAlias = int | str

_MAX_FPS: Final = 120.0
_USUAL_FPS: Final = 25.0
_ENVIRONMENT: Final = {
    # FFmpeg's level "quiet".
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    # One lock for all would have a stream that hangs while opening hold up every other.
    "OPENCV_FFMPEG_IS_THREAD_SAFE": "1",
    # Seconds after which a camera that gives nothing is let go of.
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "5",
}
_URL_OPEN_MS: Final = 8_000
_URL_READ_MS: Final = 5_000


@functools.cache
def load() -> ModuleType:
    """Return cv2, told to keep off the terminal and off the other cores."""
    # Read when OpenCV first opens something.
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    # Its pool of threads costs more than it gains at these sizes, and competes with the audio.
    cv2.setNumThreads(1)
    return cv2


def can_open(index: int) -> bool:
    """Tell whether a camera answers at ``index``."""
    capture = load().VideoCapture(index)
    try:
        return bool(capture.isOpened())
    finally:
        capture.release()


@contextmanager
def opened(source: Source, name: str, size: tuple[int, int]) -> Generator[Capture, None, None]:
    """Open a camera (int) or a file or URL (str), closed again in the end.

    A camera is asked for about ``size``. Pictures that OpenCV cannot work with raise
    DeviceUnavailable out of the block.
    """
    cv2 = load()
    capture = Capture(source)
    try:
        if isinstance(source, int):
            capture.ask_for(size)
        yield capture
    except cv2.error as error:
        raise DeviceUnavailable(
            f"{name} gives pictures that cannot be used ({error.err})."
        ) from error
    finally:
        capture.release()


class Capture:
    """A source that is open, or could not be opened."""

    def __init__(self, source: Source) -> None:
        self._cv2 = load()
        self._source = source
        self.is_device = isinstance(source, int)
        self._capture = self._cv2.VideoCapture()
        self.is_open = self.reopen()

    def reopen(self) -> bool:
        """Begin anew with the first picture; return whether that is possible."""
        cv2, source = self._cv2, self._source
        if isinstance(source, int) or not is_address(source):
            self.is_open = bool(self._capture.open(source))
        else:
            limits = (
                (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _URL_OPEN_MS),
                (cv2.CAP_PROP_READ_TIMEOUT_MSEC, _URL_READ_MS),
            )
            settings = [number for limit in limits for number in limit]
            self.is_open = bool(self._capture.open(source, cv2.CAP_FFMPEG, settings))
        return self.is_open

    def ask_for(self, size: tuple[int, int]) -> None:
        """Have a camera give pictures of about ``size``, (width, height), if it can."""
        self._capture.set(self._cv2.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(self._cv2.CAP_PROP_FRAME_HEIGHT, size[1])

    @property
    def recording_fps(self) -> float | None:
        """The frame rate of a recording, None for what is live and paces itself."""
        source = self._source
        if isinstance(source, int):
            return None
        has_end = self._capture.get(self._cv2.CAP_PROP_FRAME_COUNT) >= 1 or not is_address(source)
        fps = self._capture.get(self._cv2.CAP_PROP_FPS)
        is_credible = math.isfinite(fps) and 0 < fps <= _MAX_FPS
        return (fps if is_credible else _USUAL_FPS) if has_end else None

    def grab(self) -> bool:
        """Go on to the next picture; False where there is none."""
        return bool(self._capture.grab())

    @property
    def position_s(self) -> float:
        """Where in a recording the picture grabbed last belongs."""
        return float(self._capture.get(self._cv2.CAP_PROP_POS_MSEC)) / 1000

    def retrieve(self) -> Image | None:
        """Return the picture grabbed last as (h, w, 3) uint8 BGR, if it can be read."""
        has_image, image = self._capture.retrieve()
        return np.asarray(image, np.uint8) if has_image else None

    def release(self) -> None:
        """Let go of the source."""
        self._capture.release()


def is_address(source: str) -> bool:
    """Return whether a source is a URL and not a file."""
    return "://" in source


def to_i420(image: Image, size: tuple[int, int]) -> Image:
    """Scale (h, w, 3) BGR to ``size`` (even) and return (height * 3 / 2, width) uint8 I420."""
    cv2 = load()
    if (image.shape[1], image.shape[0]) != size:
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420), np.uint8)
