"""The seam to OpenCV: opening cameras, video files and streams, and reading their pictures.

Nothing else imports cv2. Everything here blocks, and `read` may do so for ever: call it on a
`DeviceThread`. It knows no tracks.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from proconf_tui.errors import DeviceUnavailable

if TYPE_CHECKING:
    import cv2

Image: TypeAlias = npt.NDArray[np.uint8]
Source: TypeAlias = int | str

_MAX_FILE_FPS = 120.0


@functools.cache
def load() -> ModuleType:
    """Return cv2, told to keep off the terminal and off the other cores."""
    # Read once, when OpenCV first opens something through FFmpeg: -8 is its level "quiet".
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
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
def opened(
    source: Source, name: str, size: tuple[int, int]
) -> Generator[cv2.VideoCapture, None, None]:
    """Open a camera (int) or a file or URL (str); a camera is asked for about ``size``.

    Raises DeviceUnavailable.
    """
    cv2 = load()
    capture = cv2.VideoCapture(source)
    try:
        if not capture.isOpened():
            raise DeviceUnavailable(_why_not(source, name))
        if isinstance(source, int):
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        yield capture
    finally:
        capture.release()


def file_fps(capture: cv2.VideoCapture) -> float | None:
    """Return the frame rate of a recording, None if ``capture`` is live and paces itself."""
    cv2 = load()
    fps = capture.get(cv2.CAP_PROP_FPS)
    is_recording = capture.get(cv2.CAP_PROP_FRAME_COUNT) >= 1
    return fps if is_recording and math.isfinite(fps) and 0 < fps <= _MAX_FILE_FPS else None


def live_images(capture: cv2.VideoCapture, name: str) -> Generator[Image, None, None]:
    """Yield (h, w, 3) uint8 BGR images as they come.

    Raises DeviceUnavailable when they end.
    """
    while True:
        has_image, image = capture.read()
        if not has_image:
            raise DeviceUnavailable(
                f"{name} stopped giving pictures; it may be unplugged or used by another program."
            )
        yield np.asarray(image, np.uint8)


def looped_images(capture: cv2.VideoCapture, name: str) -> Generator[Image, None, None]:
    """Yield the (h, w, 3) uint8 BGR images of a recording over and over, unpaced.

    Raises DeviceUnavailable when it cannot be read.
    """
    cv2 = load()
    while True:
        count = 0
        has_image, image = capture.read()
        while has_image:
            count += 1
            yield np.asarray(image, np.uint8)
            has_image, image = capture.read()
        if count == 0:
            raise DeviceUnavailable(f"{name} holds no pictures that can be read; choose another.")
        capture.set(cv2.CAP_PROP_POS_FRAMES, 0)


def to_i420(image: Image, size: tuple[int, int]) -> Image:
    """Scale (h, w, 3) BGR to ``size`` (even) and return (height * 3 / 2, width) uint8 I420."""
    cv2 = load()
    scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_BGR2YUV_I420), np.uint8)


def _why_not(source: Source, name: str) -> str:
    if isinstance(source, str):
        return f"{name} cannot be opened as video; check the address or the file."
    if os.path.exists(node := f"/dev/video{source}") and not os.access(node, os.R_OK | os.W_OK):  # noqa: PTH110
        return f"You may not use {name}; add yourself to its group with: sudo adduser $USER video"
    return (
        f"{name} cannot be opened; close other programs that use it, "
        "or choose another with --camera."
    )
