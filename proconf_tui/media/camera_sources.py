"""What the spec of a camera means: a device, a file, an address or the test pattern."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final

from proconf_tui.media import opencv
from proconf_tui.media.captured import Pictures, Rate, captured, even_size
from proconf_tui.media.device_thread import ticks
from proconf_tui.media.devices import find_camera, has_camera_list, why_no_camera
from proconf_tui.media.files import media_file
from proconf_tui.media.opencv import Image
from proconf_tui.media.pattern import MovingPattern

_STREAM: Final = "The video stream"
_PATTERN: Final = "test pattern"
_CAMERA_DIGITS: Final = 4
_SUFFIXES: Final = {".mp4", ".mkv", ".webm", ".avi", ".mov", ".mpg", ".ts", ".gif", ".jpg", ".png"}


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where pictures come from; opened by whoever iterates over ``pictures``."""

    name: str
    """For people."""
    pictures: Pictures
    camera: int | None = None
    """OpenCV's index of a device, which mostly can be open only once."""


@dataclass(frozen=True, slots=True)
class WantedSource:
    """A source that may have to be found again and again."""

    find: Callable[[], PictureSource]
    name: str
    """How it is called as long as it is not found."""
    advice: str = "close other programs that use it, or unplug it and plug it in again"
    """What one can do when it does not answer."""
    is_found_by_opening: bool = False
    """Whether finding it opens, and so disturbs, every camera there is."""


def wanted_source(spec: str, size: tuple[int, int]) -> WantedSource:
    """Return what `find_source` finds for ``spec`` at each time."""
    find = partial(find_source, spec, size)
    if opencv.is_address(spec):
        return WantedSource(find, _STREAM, "check the address, or try again later")
    name = {"default": "The camera", "test": _PATTERN}.get(spec) or spec
    is_found_by_opening = not has_camera_list() and _is_looked_for(spec)
    return WantedSource(find, name, is_found_by_opening=is_found_by_opening)


def find_source(spec: str, size: tuple[int, int]) -> PictureSource:
    """Return what ``spec`` means now; its pictures keep their aspect within ``size``.

    Blocks, for seconds where the system has no list of cameras. Raises DeviceUnavailable.
    """
    if spec == "test":
        return PictureSource(_PATTERN, _pattern(even_size(size, size)))
    if opencv.is_address(spec):
        return _recorded(spec, _STREAM, size)
    if (device := _find_device(spec)) is not None:
        index, name = device
        pictures = captured(index, name, size, lambda: why_no_camera(index, name))
        return PictureSource(name, pictures, index)
    return _recorded(spec, Path(spec).name, size)


def camera_index(spec: str) -> int | None:
    """Return OpenCV's index of the device that ``spec`` means now, None where it means another
    source.

    Blocks as `find_source` does. Raises DeviceUnavailable.
    """
    if spec in ("none", "test") or opencv.is_address(spec):
        return None
    device = _find_device(spec)
    return device[0] if device is not None else None


def _find_device(spec: str) -> tuple[int, str] | None:
    """Return the index and the name of a camera, None for a file."""
    if spec != "default":
        if (number := _camera_number(spec)) is not None:
            return number, f"Camera {number}"
        if media_file(spec, _SUFFIXES, "video", "--camera") is not None:
            return None
    camera = find_camera(spec)
    return camera.index, camera.name


def _camera_number(spec: str) -> int | None:
    # Such as a link in /dev/v4l/by-id.
    node = os.path.realpath(spec) if spec.startswith("/dev/") else spec
    number = node.removeprefix("/dev/video")
    is_number = number.isascii() and number.isdigit() and len(number) <= _CAMERA_DIGITS
    return int(number) if is_number else None


def _is_looked_for(spec: str) -> bool:
    """Return whether ``spec`` means a camera of some name, or the first one."""
    if spec == "test" or _camera_number(spec) is not None:
        return False
    return os.sep not in spec and Path(spec).suffix.lower() not in _SUFFIXES


def _recorded(source: str, name: str, size: tuple[int, int]) -> PictureSource:
    trouble = f"{name} cannot be opened as video; check the address or the file."
    return PictureSource(name, captured(source, name, size, lambda: trouble))


def _pattern(size: tuple[int, int]) -> Pictures:
    pattern = MovingPattern(*size)

    def pictures(stopping: Event, rate: Rate) -> Generator[Image, None, None]:
        for now in ticks(rate, stopping):
            yield pattern.at(now)

    return pictures
