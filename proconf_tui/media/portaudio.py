"""The seam to sounddevice and PortAudio: loading, looking again, opening and closing streams.

Nothing else imports sounddevice, and only here its private names are touched. PortAudio's lists
are not thread-safe, so every call that changes them is made under one lock. What PortAudio
raises leaves as `DeviceUnavailable`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from proconf_tui.errors import DeviceUnavailable

# sounddevice carries no types.
SoundDevice: TypeAlias = Any
Stream: TypeAlias = Any

MISSING_MESSAGE = (
    "There is no sound because PortAudio is missing; install it with: "
    "sudo apt install libportaudio2"
)

_lock = threading.RLock()
_open_streams: set[int] = set()


def load() -> SoundDevice:
    """Return the sounddevice module.

    Raises DeviceUnavailable where PortAudio is not installed.
    """
    try:
        import sounddevice
    except OSError:
        raise DeviceUnavailable(MISSING_MESSAGE) from None
    return sounddevice


@contextmanager
def mapped_errors(what: str) -> Iterator[SoundDevice]:
    """Hold the lock, give sounddevice, and turn its errors into a sentence about ``what``.

    Raises DeviceUnavailable.
    """
    sounddevice = load()
    with _lock:
        try:
            yield sounddevice
        except (sounddevice.PortAudioError, ValueError) as error:
            reason = str(error).removesuffix(".")
            raise DeviceUnavailable(
                f"{what} cannot be used ({reason}); close other programs that use it, "
                "or choose another."
            ) from error


def refresh() -> bool:
    """Look for devices again; False if a stream is open, which PortAudio would kill.

    Raises DeviceUnavailable where PortAudio is not installed.
    """
    with mapped_errors("The sound system") as sounddevice:
        if _open_streams:
            return False
        # PortAudio lists devices once, when it is initialised, and offers no other way.
        sounddevice._terminate()  # noqa: SLF001
        sounddevice._initialize()  # noqa: SLF001
        return True


def open_stream(name: str, make: Callable[[SoundDevice], Stream]) -> Stream:
    """Make a stream of the device ``name`` with ``make(sounddevice)`` and start it.

    Raises DeviceUnavailable.
    """
    with mapped_errors(name) as sounddevice:
        stream = make(sounddevice)
        try:
            stream.start()
        except sounddevice.PortAudioError:
            stream.close(ignore_errors=True)
            raise
        _open_streams.add(id(stream))
        return stream


def close_stream(stream: Stream) -> None:
    """Stop and close ``stream``, whatever state it is in."""
    with _lock:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)
        _open_streams.discard(id(stream))
