"""The streams that are open, and the pause in which none of them is.

PortAudio learns of new devices only when it is initialised again, which kills whatever is open.
So for a moment everybody closes their own stream, on their own thread. It knows no PortAudio
and no device.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from proconf_tui.errors import DeviceUnavailable

STUCK_MESSAGE = (
    "The sound system does not answer; unplug the device that was used last, or start the "
    "system's sound service again."
)
# A device that takes this long to open or close may take for ever; nobody is paused for it.
_SETTLE_S = 1.0
_PAUSE_S = 2.0
# What is done in a pause has hung by then; nobody is to be silent for it without a word.
_OVERDUE_S = 6.0


class OpenStreams:
    """Counts streams and has all of them closed on demand. Every method from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._names: list[str] = []
        self._busy = 0
        self._is_paused = False
        self._overdue_at = 0.0
        self._wakers: list[Callable[[], object]] = []

    @property
    def is_paused(self) -> bool:
        """Whether whoever has a stream is to close it, and to open it again afterwards.

        No longer True when a pause does not end; `opening` says so then.
        """
        return self._is_paused and time.monotonic() < self._overdue_at

    @property
    def is_any(self) -> bool:
        """Whether a stream is open, being opened or being closed."""
        return bool(self._names) or self._busy > 0

    @property
    def names(self) -> set[str]:
        """The names of the devices whose streams are open."""
        return set(self._names)

    @contextmanager
    def member(self, wake: Callable[[], object]) -> Iterator[None]:
        """Have ``wake`` called whenever a pause begins or ends; it must not block."""
        with self._changed:
            self._wakers.append(wake)
        try:
            yield
        finally:
            with self._changed:
                self._wakers.remove(wake)

    @contextmanager
    def opening(self) -> Iterator[list[str]]:
        """Wait for the end of a pause; the body adds the device's name when its stream is open.

        Raises DeviceUnavailable 6 s after a pause began that does not end.
        """
        with self._changed:
            while self._is_paused:
                left_s = self._overdue_at - time.monotonic()
                if left_s <= 0.0:
                    raise DeviceUnavailable(STUCK_MESSAGE)
                self._changed.wait(left_s)
            self._busy += 1
        opened: list[str] = []
        try:
            yield opened
        finally:
            self._settle(*opened)

    @contextmanager
    def closing(self, name: str) -> Iterator[None]:
        """A stream that was open as ``name`` no longer counts when the body has ended."""
        with self._changed:
            self._names.remove(name)
            self._busy += 1
        try:
            yield
        finally:
            self._settle()

    @contextmanager
    def all_closed(self) -> Iterator[bool]:
        """Pause everybody for the length of the body; False if one of them would not close."""
        with self._changed:
            # Of two at once, the second waits, and then pauses in its turn.
            is_settled = self._changed.wait_for(
                lambda: not self._busy and not self._is_paused, _SETTLE_S
            )
            if is_settled:
                self._set_paused(True)
                is_settled = self._changed.wait_for(lambda: not self.is_any, _PAUSE_S)
                if not is_settled:
                    self._set_paused(False)
        if not is_settled:
            yield False
            return
        try:
            yield True
        finally:
            with self._changed:
                self._set_paused(False)

    def _set_paused(self, is_paused: bool) -> None:
        self._is_paused = is_paused
        self._overdue_at = time.monotonic() + _OVERDUE_S
        self._changed.notify_all()
        for wake in self._wakers:
            wake()

    def _settle(self, *opened: str) -> None:
        with self._changed:
            self._busy -= 1
            self._names += opened
            self._changed.notify_all()
