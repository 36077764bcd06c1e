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
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from proconf_tui.errors import DeviceUnavailable

if TYPE_CHECKING:
    import cv2

Image: TypeAlias = npt.NDArray[np.uint8]
Source: TypeAlias = int | str

_MAX_FPS = 120.0
_USUAL_FPS = 25.0


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
    except cv2.error as error:
        raise DeviceUnavailable(
            f"{name} gives pictures that cannot be used ({error.err})."
        ) from error
    finally:
        capture.release()


def recording_fps(capture: cv2.VideoCapture, source: Source) -> float | None:
    """Return the frame rate of a recording, None if ``source`` is live and paces itself."""
    cv2 = load()
    if isinstance(source, int):
        return None
    has_end = capture.get(cv2.CAP_PROP_FRAME_COUNT) >= 1 or Path(source).is_file()
    fps = capture.get(cv2.CAP_PROP_FPS)
    is_credible = math.isfinite(fps) and 0 < fps <= _MAX_FPS
    return (fps if is_credible else _USUAL_FPS) if has_end else None


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


def looped_images(
    capture: cv2.VideoCapture, source: str, name: str
) -> Generator[Image, None, None]:
    """Yield the (h, w, 3) uint8 BGR images of the recording ``source`` over and over, unpaced.

    Raises DeviceUnavailable when it cannot be read.
    """
    while True:
        has_image, image = capture.read()
        if not has_image:
            raise DeviceUnavailable(f"{name} holds no pictures that can be read; choose another.")
        while has_image:
            yield np.asarray(image, np.uint8)
            has_image, image = capture.read()
        # Not every kind of file can be rewound; a still picture cannot.
        capture.open(source)


def to_i420(image: Image, size: tuple[int, int]) -> Image:
    """Scale (h, w, 3) BGR to ``size`` (even) and return (height * 3 / 2, width) uint8 I420."""
    cv2 = load()
    scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_BGR2YUV_I420), np.uint8)


def _why_not(source: Source, name: str) -> str:
    if isinstance(source, str):
        return f"{name} cannot be opened as video; check the address or the file."
    node = Path(f"/dev/video{source}")
    if node.exists() and not os.access(node, os.R_OK | os.W_OK):
        return f"You may not use {name}; add yourself to its group with: sudo adduser $USER video"
    return (
        f"{name} cannot be opened; close other programs that use it, "
        "or choose another with --camera."
    )
