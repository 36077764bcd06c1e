"""The seam to sounddevice and PortAudio: loading, looking again, opening and closing streams.

Nothing else imports sounddevice, and only here its private names are touched. PortAudio's lists
are not thread-safe, so every call that reads or changes them is made under one lock. What
PortAudio raises leaves as `DeviceUnavailable`.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal, TypeAlias

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.device_lists import AudioDevice, AudioLists
from proconf_tui.media.open_streams import STUCK_MESSAGE, OpenStreams

# sounddevice carries no types.
SoundDevice: TypeAlias = Any
Stream: TypeAlias = Any

MISSING_MESSAGE = (
    "There is no sound because PortAudio is missing; install it with: "
    "sudo apt install libportaudio2"
)
_LOCK_TIMEOUT_S = 5.0
# paDeviceUnavailable of portaudio.h.
_DEVICE_UNAVAILABLE = -9985

open_streams = OpenStreams()
_lock = threading.RLock()


@cache
def load() -> SoundDevice:
    """Return the sounddevice module.

    Raises DeviceUnavailable where PortAudio is not installed.
    """
    try:
        import sounddevice
    except OSError:
        raise DeviceUnavailable(MISSING_MESSAGE) from None
    # At exit sounddevice closes whatever is open, which waits for ever for a device that hangs.
    atexit.unregister(sounddevice._exit_handler)  # noqa: SLF001
    atexit.register(_terminate_unless_open, sounddevice)
    return sounddevice


@contextmanager
def mapped_errors(what: str) -> Iterator[SoundDevice]:
    """Hold the lock, give sounddevice, and turn its errors into a sentence about ``what``.

    Raises DeviceUnavailable, also when another thread's call has not returned for 5 s.
    """
    with _told_errors(what) as sounddevice:
        if not _lock.acquire(timeout=_LOCK_TIMEOUT_S):
            raise DeviceUnavailable(STUCK_MESSAGE)
        try:
            yield sounddevice
        finally:
            _lock.release()


def refresh(*, may_pause: bool) -> bool:
    """Look for devices again; open streams are closed for that if they may pause.

    False, and nothing has changed, where they may not or one of them does not close. Blocks for
    3 s at most as far as streams are concerned. Raises DeviceUnavailable.
    """
    load()
    if open_streams.is_any and not may_pause:
        return False
    with open_streams.all_closed() as is_closed:
        if is_closed:
            _initialise_again()
        return is_closed


def present_lists() -> AudioLists:
    """Return the devices that PortAudio found when it looked last.

    Raises DeviceUnavailable.
    """
    with mapped_errors("The sound system") as sounddevice:
        return AudioLists(_listed(sounddevice, "input"), _listed(sounddevice, "output"))


def open_stream(
    find: Callable[[], AudioDevice], make: Callable[[SoundDevice, int], Stream]
) -> tuple[str, Stream]:
    """Make a stream of the device found with ``make(sounddevice, index)``, start and name it.

    Raises DeviceUnavailable.
    """
    # Between finding and opening nobody may look again: the index would be another device's.
    with open_streams.opening() as opened:
        with mapped_errors("The sound system"):
            device = find()
            with mapped_errors(device.name) as sounddevice:
                stream = make(sounddevice, device.index)
        # PortAudio may wait for ever for its own thread when ALSA refuses to start the device.
        # That is to keep nobody else from opening theirs, so it happens outside of the lock.
        with _told_errors(device.name) as sounddevice:
            try:
                stream.start()
            except sounddevice.PortAudioError:
                with _lock:
                    stream.close(ignore_errors=True)
                raise
        opened.append(device.name)
        return device.name, stream


def is_active(stream: Stream) -> bool:
    """Return whether the device has not ended ``stream`` by itself."""
    try:
        return bool(stream.active)
    except load().PortAudioError:
        return False


def close_stream(name: str, stream: Stream) -> None:
    """Stop and close the ``stream`` opened as ``name``; blocks for as long as its device does."""
    with open_streams.closing(name):
        # A device that hangs does so here, where nobody else is kept waiting.
        stream.abort(ignore_errors=True)
        with _lock:
            stream.close(ignore_errors=True)


@contextmanager
def _told_errors(what: str) -> Iterator[SoundDevice]:
    sounddevice = load()
    try:
        yield sounddevice
    except (sounddevice.PortAudioError, ValueError) as error:
        raise DeviceUnavailable(_sentence(what, error)) from error


def _listed(
    sounddevice: SoundDevice, direction: Literal["input", "output"]
) -> tuple[AudioDevice, ...]:
    # Only the default host API: elsewhere each device appears several times.
    apis = sounddevice.query_hostapis()
    if not apis:
        return ()
    api = apis[sounddevice.default.hostapi]
    default = api[f"default_{direction}_device"]
    devices = [sounddevice.query_devices(index) for index in api["devices"]]
    return tuple(
        AudioDevice(device["name"], device["index"], device["index"] == default)
        for device in devices
        if device[f"max_{direction}_channels"] > 0
    )


def _initialise_again() -> None:
    with mapped_errors("The sound system") as sounddevice:
        # PortAudio lists devices once, when it is initialised, and offers no other way.
        _terminate(sounddevice)
        sounddevice._initialize()  # noqa: SLF001


def _sentence(what: str, error: Exception) -> str:
    # (message, PaErrorCode, (host API, its code, its text)), shorter where there is no such code.
    message, code, host = (
        (*error.args, None, None)[:3] if error.args else ("unknown error", 0, None)
    )
    if code == _DEVICE_UNAVAILABLE:
        return (
            f"{what} is unplugged or in use by another program; plug it in, close that program, "
            "or choose another device."
        )
    reason = str(host[2] if host and host[2] else message).removesuffix(".")
    return (
        f"{what} cannot be used ({reason}); check that it is plugged in, close other programs "
        "that use it, or choose another device."
    )


def _terminate_unless_open(sounddevice: SoundDevice) -> None:
    if not open_streams.is_any:
        _terminate(sounddevice)


def _terminate(sounddevice: SoundDevice) -> None:
    # It is not initialised if that failed the last time.
    if sounddevice._initialized:  # noqa: SLF001
        sounddevice._terminate()  # noqa: SLF001
