"""Which microphones, loudspeakers and cameras there are, and which one a name means.

It opens nothing, except for cameras where the system has no list of them. Only the devices of
PortAudio's default host API are listed: elsewhere each appears several times.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import opencv, portaudio

_SYS_VIDEO = Path("/sys/class/video4linux")
_DEV = Path("/dev")
_PROBED_CAMERAS = 4


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A microphone or a loudspeaker; ``index`` is PortAudio's and holds until `refresh`."""

    name: str
    index: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera; ``index`` is OpenCV's, and the N of /dev/videoN on Linux."""

    name: str
    index: int
    is_default: bool


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def is_default(self) -> bool: ...


N = TypeVar("N", bound=_Named)


def refresh() -> bool:
    """Look for audio devices again; False, changing nothing, while one is in use.

    Raises DeviceUnavailable where PortAudio is not installed.
    """
    return portaudio.refresh()


def list_microphones() -> list[AudioDevice]:
    """Return the microphones.

    Raises DeviceUnavailable where PortAudio is not installed.
    """
    return _list_audio("max_input_channels", "default_input_device")


def list_speakers() -> list[AudioDevice]:
    """Return the loudspeakers.

    Raises DeviceUnavailable where PortAudio is not installed.
    """
    return _list_audio("max_output_channels", "default_output_device")


def list_cameras() -> list[CameraDevice]:
    """Return the cameras, the first of which is the default. May take seconds off Linux."""
    found = linux_cameras(_SYS_VIDEO, _DEV) if sys.platform == "linux" else _probed_cameras()
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


def find_microphone(wanted: str) -> AudioDevice:
    """Return the microphone ``wanted``: "default" or (part of) a name.

    Raises DeviceUnavailable.
    """
    return choose(wanted, list_microphones, "microphone", "--mic")


def find_speaker(wanted: str) -> AudioDevice:
    """Return the loudspeaker ``wanted``: "default" or (part of) a name.

    Raises DeviceUnavailable.
    """
    return choose(wanted, list_speakers, "loudspeaker", "--speaker")


def find_camera(wanted: str) -> CameraDevice:
    """Return the camera ``wanted``: "default" or (part of) a name.

    Raises DeviceUnavailable.
    """
    return choose(wanted, list_cameras, "camera", "--camera")


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


def _list_audio(channels_key: str, default_key: str) -> list[AudioDevice]:
    with portaudio.mapped_errors("The sound system") as sounddevice:
        apis = sounddevice.query_hostapis()
        if not apis:
            return []
        api = apis[sounddevice.default.hostapi]
        devices = [sounddevice.query_devices(index) for index in api["devices"]]
    return [
        AudioDevice(device["name"], device["index"], device["index"] == api[default_key])
        for device in devices
        if device[channels_key] > 0
    ]


def _probed_cameras() -> Iterator[tuple[int, str]]:
    for index in range(_PROBED_CAMERAS):
        if opencv.can_open(index):
            yield index, f"Camera {index}"


def _read(path: Path, fallback: str) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return fallback
