"""A thread that owns one device from opening to release, and the pacing of sources without a clock.

Devices can block for seconds or for ever, in opening, in use and in release; so all three happen
on one daemon thread, which is waited for with a limit and then abandoned. It knows no device.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import TypeVar

from proconf_tui.errors import DeviceUnavailable

T = TypeVar("T")

_OPEN_TIMEOUT_S = 10.0
_CLOSE_TIMEOUT_S = 2.0
# After a stall, at most this much is caught up in a burst.
_BURST_S = 0.1

_log = logging.getLogger(__name__)
# Where nobody has set up a log, logging would write to the terminal.
_log.addHandler(logging.NullHandler())


class DeviceThread:
    """Runs ``body(self)``, which calls `report_ready` once its device works.

    What the body raises as `DeviceUnavailable` before that is raised by `start`; afterwards its
    sentence goes to ``on_lost``, on this thread. Whatever else it raises is logged and becomes a
    sentence too. ``advice`` is what people can do when it hangs.
    """

    def __init__(
        self,
        name: str,
        body: Callable[[DeviceThread], None],
        on_lost: Callable[[str], None],
        advice: str = "unplug it and plug it in again, or choose another",
    ) -> None:
        self.stopping = threading.Event()
        self._name = name
        self._body = body
        self._on_lost = on_lost
        self._advice = advice
        self._answered = threading.Event()
        self._failure: DeviceUnavailable | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Block until the device works, for 10 s at most.

        Raises DeviceUnavailable.
        """
        self.begin()
        if not self._answered.wait(_OPEN_TIMEOUT_S):
            self.stopping.set()
            raise DeviceUnavailable(f"{self._name} does not answer; {self._advice}.")
        if self._failure is not None:
            raise self._failure

    def begin(self) -> None:
        """Have the body run, without waiting for it."""
        self._thread.start()

    def report_ready(self) -> None:
        """Say that the device works; called by the body, again does nothing."""
        self._answered.set()

    def stop(self) -> None:
        """Ask the body to end and wait for it, for 2 s at most; then it is left to itself."""
        self.stopping.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_TIMEOUT_S)

    def _run(self) -> None:
        try:
            self._body(self)
        except DeviceUnavailable as error:
            self._fail(error)
        except Exception:
            _log.exception("%s failed", self._name)
            self._fail(
                DeviceUnavailable(
                    f"{self._name} does not work because of a fault in this program; try it again, "
                    "and report what the log says."
                )
            )
        finally:
            self._answered.set()

    def _fail(self, error: DeviceUnavailable) -> None:
        if not self._answered.is_set():
            self._failure = error
        elif not self.stopping.is_set():
            self._on_lost(error.message)


def pump(
    thread: DeviceThread, items: Generator[T, None, None], deliver: Callable[[T], object]
) -> None:
    """Deliver ``items`` until they end or ``thread`` is asked to stop, then close them."""
    with closing(items):
        for item in items:
            deliver(item)
            thread.report_ready()
            if thread.stopping.is_set():
                return


def paced(
    items: Iterable[T], interval_s: float, stopping: threading.Event
) -> Generator[T, None, None]:
    """Yield ``items`` one per ``interval_s``, without drift, until ``stopping`` is set."""
    due_at = time.monotonic()
    for item in items:
        yield item
        due_at = max(due_at + interval_s, time.monotonic() - _BURST_S)
        if stopping.wait(max(0.0, due_at - time.monotonic())):
            return


def ticks(rate_hz: Callable[[], float], stopping: threading.Event) -> Generator[float, None, None]:
    """Yield the instant ``rate_hz()`` times a second, without drift, until ``stopping`` is set."""
    due_at = time.monotonic()
    while True:
        yield time.monotonic()
        due_at = max(due_at + 1.0 / rate_hz(), time.monotonic() - _BURST_S)
        if stopping.wait(max(0.0, due_at - time.monotonic())):
            return


class Thinner:
    """Says which of the items of a source to take, so that ``rate_hz()`` is kept."""

    def __init__(self, rate_hz: Callable[[], float]) -> None:
        self._rate_hz = rate_hz
        self._due_at = 0.0

    def takes(self, now: float) -> bool:
        """Return whether an item of this instant is one of them."""
        interval_s = 1.0 / self._rate_hz()
        # A source of just this rate jitters around it and must not lose every second item.
        if now < self._due_at - interval_s / 4:
            return False
        is_late = now > self._due_at + interval_s
        self._due_at = (now if is_late else self._due_at) + interval_s
        return True
