"""Which microphones, loudspeakers and cameras there are, and which one a name means.

It opens nothing, except for cameras where the system has no list of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import opencv, portaudio
from proconf_tui.media.device_lister import list_elsewhere
from proconf_tui.media.device_lists import AudioDevice, AudioLists
from proconf_tui.media.device_thread import DeviceThread

_SYS_VIDEO = Path("/sys/class/video4linux")
_DEV = Path("/dev")
_PROBED_CAMERAS = 4


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera; ``index`` is OpenCV's, and the N of /dev/videoN on Linux."""

    name: str
    index: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class WantedDevice:
    """A microphone or loudspeaker by ``spec``: "default" or (part of) a name."""

    spec: str
    kind: Literal["microphone", "loudspeaker"]

    def find(self, kept: str | None = None) -> AudioDevice:
        """Return the device among those PortAudio knows; the one of the name ``kept`` if given.

        Raises DeviceUnavailable.
        """
        lists = portaudio.present_lists()
        is_microphone = self.kind == "microphone"
        known = lists.microphones if is_microphone else lists.speakers
        if kept is not None:
            known = tuple(device for device in known if device.name == kept)
        flag = "--mic" if is_microphone else "--speaker"
        return choose(kept or self.spec, lambda: known, self.kind, flag)


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def is_default(self) -> bool: ...


N = TypeVar("N", bound=_Named)
R = TypeVar("R")


def list_audio() -> AudioLists:
    """Return the microphones and loudspeakers there are now; sound in use is not interrupted.

    While a device is in use the indexes mean nothing. Raises DeviceUnavailable.
    """
    return answered(newest_lists)


def has_camera_list() -> bool:
    """Return whether the system has a list of cameras; else each is opened to find it."""
    return sys.platform == "linux"


def list_cameras() -> list[CameraDevice]:
    """Return the cameras, the first of which is the default. May take seconds off Linux."""
    found = linux_cameras(_SYS_VIDEO, _DEV) if has_camera_list() else _probed_cameras()
    return [
        CameraDevice(name, index, is_default=position == 0)
        for position, (index, name) in enumerate(found)
    ]


def linux_cameras(sys_video: Path, dev: Path) -> Iterator[tuple[int, str]]:
    """Yield (N, name) of each /dev/videoN that captures, by N."""
    for node in sorted(dev.glob("video[0-9]*"), key=lambda path: int(path.name[5:])):
        about = sys_video / node.name
        # A camera's further nodes (index 1 and up) carry metadata, not pictures.
        if _read(about / "index", "0") == "0":
            yield int(node.name[5:]), _read(about / "name", node.name)


def find_camera(wanted: str) -> CameraDevice:
    """Return the camera ``wanted``: "default" or (part of) a name.

    Raises DeviceUnavailable.
    """
    return choose(wanted, list_cameras, "camera", "--camera")


def why_no_camera(index: int, name: str, dev: Path = _DEV) -> str:
    """Return in a sentence why the camera at ``index`` could not be opened, as far as it shows."""
    if sys.platform == "linux":
        node = dev / f"video{index}"
        if not any(dev.glob("video[0-9]*")):
            return "No camera was found; plug one in, or use --camera none."
        if not node.exists():
            return f"There is no {name}; plug it in, or choose another with --camera."
        if not os.access(node, os.R_OK | os.W_OK):
            return (
                f"You may not use {name}; add yourself to its group with: "
                "sudo adduser $USER video, and log in again."
            )
    return (
        f"{name} cannot be opened; close other programs that use it, "
        "or choose another with --camera."
    )


def choose(wanted: str, list_devices: Callable[[], Sequence[N]], kind: str, flag: str) -> N:
    """Return the device that ``wanted`` means; the whole name wins over a part of it.

    Case does not matter. Raises DeviceUnavailable, naming the choices.
    """
    devices = list_devices()
    if not devices:
        raise DeviceUnavailable(f"No {kind} was found; plug one in, or use {flag} none.")
    if wanted == "default":
        return next((device for device in devices if device.is_default), devices[0])
    key = wanted.casefold()
    exact = [device for device in devices if device.name.casefold() == key]
    partial = [device for device in devices if key in device.name.casefold()]
    # Devices of the very same name cannot be told apart; the first is as good as any.
    if exact or len(partial) == 1:
        return (exact or partial)[0]
    names = ", ".join(device.name for device in partial or devices)
    problem = f"More than one {kind} matches" if partial else f"No {kind} is called"
    raise DeviceUnavailable(f"{problem} “{wanted}”; choose one of: {names}.")


def newest_lists() -> AudioLists:
    """Return the audio devices there are now, as far as a process in between can tell.

    Raises DeviceUnavailable.
    """
    if portaudio.refresh(may_pause=False):
        return portaudio.present_lists()
    present, found = portaudio.present_lists(), list_elsewhere()
    if found is None:
        return present
    return found.with_used(present, portaudio.open_streams.names)


def learn_of_changes(lost: str | None = None) -> bool:
    """Have PortAudio look again if there are other devices now; sound in use has a gap then.

    Also if the device named ``lost`` is there, which may have to be addressed anew, and if nothing
    is in use. While the sound system does not answer another process nothing is touched: PortAudio
    could hang and take down what works. False if it did not look. Raises DeviceUnavailable.
    """
    found = list_elsewhere()
    if found is None:
        return False
    if portaudio.refresh(may_pause=False):
        return True
    present = portaudio.present_lists()
    newest = found.with_used(present, portaudio.open_streams.names)
    is_back = lost is not None and found.has(lost)
    if not is_back and newest.has_same_names(present):
        return False
    return portaudio.refresh(may_pause=True)


def answered(ask: Callable[[], R]) -> R:
    """Return what ``ask`` returns, on a thread that is given up if the sound system hangs.

    Raises DeviceUnavailable.
    """
    answers: list[R] = []
    thread = DeviceThread(
        "The sound system",
        lambda _: answers.append(ask()),
        lambda _: None,
        advice="start the system's sound service again, or this computer",
    )
    thread.start()
    return answers[0]


def _probed_cameras() -> Iterator[tuple[int, str]]:
    for index in range(_PROBED_CAMERAS):
        if opencv.can_open(index):
            yield index, f"Camera {index}"


def _read(path: Path, fallback: str) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return fallback
