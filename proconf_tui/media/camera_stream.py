"""Keeps pictures coming from one source: opened again whenever it is lost, until it is closed.

A source may hang at any moment and for ever. So each opening has a thread of its own, and a
watcher, which never waits for any of them, gives up those that fall silent. It knows no tracks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.camera_sources import PictureSource, WantedSource
from proconf_tui.media.captured import Rate, stopped
from proconf_tui.media.device_stream import Reports
from proconf_tui.media.device_thread import DeviceThread, pump
from proconf_tui.media.opencv import Image

Deliver = Callable[[Image | None], object]

_CHECK_S: Final = 0.5
_SILENT_S: Final = 5.0
_OPEN_S: Final = 10.0
_FIRST_RETRY_S: Final = 0.5
_RETRY_S: Final = 2.0
# Each attempt waits longer where it disturbs every camera, which others may use.
_LAST_RETRY_S: Final = 8.0
# What gives a picture and dies again has not come back.
_PROOF_S: Final = 0.5
# More threads that hang are not left behind.
_MOST_ABANDONED: Final = 3


class CameraStream:
    """The source that is ``wanted``, found anew each time it is opened.

    ``deliver`` gets its I420 pictures on its thread, no more than ``rate()`` a second, and None
    when there is none any more.
    """

    def __init__(
        self, wanted: WantedSource, rate: Rate, deliver: Deliver, reports: Reports
    ) -> None:
        self._wanted = wanted
        self._rate = rate
        self._deliver = deliver
        self._reports = reports
        self._source: PictureSource | None = None
        self._woken = threading.Event()
        self._is_closing = False
        self._is_lost = False
        self._retry_at = 0.0
        self._retry_s = _RETRY_S
        self._attempt: _Attempt | None = None
        self._abandoned: list[_Attempt] = []
        name = f"{wanted.name} watch"
        self._watcher = threading.Thread(target=self._watch, name=name, daemon=True)

    @property
    def device_name(self) -> str:
        """The source in use; "default" may become another one when it is opened again."""
        return self._source.name if self._source else self._wanted.name

    @property
    def camera(self) -> int | None:
        """OpenCV's index of the device in use, None where it is no device."""
        return self._source.camera if self._source else None

    def start(self) -> None:
        """Open the source and wait for its first picture; blocks for 10 s at most.

        Raises DeviceUnavailable.
        """
        self._attempt = attempt = self._new_attempt()
        attempt.start()
        self._source = attempt.source
        self._watcher.start()

    def close(self) -> None:
        """Let go of the source; blocks for 2 s at most. Again does nothing."""
        self._is_closing = True
        self._woken.set()
        if self._watcher.is_alive():
            self._watcher.join()
        if self._attempt is not None:
            self._attempt.stop()

    def _new_attempt(self) -> _Attempt:
        return _Attempt(self._wanted, self._rate, self._deliver, self._woken.set)

    def _watch(self) -> None:
        while not self._is_closing:
            self._woken.wait(_CHECK_S)
            self._woken.clear()
            if not self._is_closing:
                self._check(time.monotonic())

    def _check(self, now: float) -> None:
        attempt = self._attempt
        if attempt is None:
            if now >= self._retry_at:
                self._retry(now)
        elif not attempt.is_well(now):
            self._give_up(attempt, now)
        elif self._is_lost and attempt.is_proved(now):
            self._is_lost = False
            self._source = attempt.source
            self._reports.returned(self.device_name)

    def _give_up(self, attempt: _Attempt, now: float) -> None:
        attempt.abandon()
        self._deliver(None)
        self._attempt = None
        self._abandoned.append(attempt)
        if self._is_lost:
            self._retry_at = now + self._retry_s
            if self._wanted.is_found_by_opening:
                self._retry_s = min(2 * self._retry_s, _LAST_RETRY_S)
        else:
            self._is_lost = True
            self._retry_at, self._retry_s = now + _FIRST_RETRY_S, _RETRY_S
            self._reports.lost(attempt.reason or stopped(self.device_name))

    def _retry(self, now: float) -> None:
        self._abandoned = [attempt for attempt in self._abandoned if not attempt.has_ended]
        self._retry_at = now + _RETRY_S
        if len(self._abandoned) < _MOST_ABANDONED:
            self._attempt = self._new_attempt()
            self._attempt.begin()


class _Attempt:
    """One opening of the source; ``on_end`` is called on its thread."""

    def __init__(
        self, wanted: WantedSource, rate: Rate, deliver: Deliver, on_end: Callable[[], None]
    ) -> None:
        self._wanted = wanted
        self._rate = rate
        self._deliver = deliver
        self._on_end = on_end
        self.source: PictureSource | None = None
        """Known before the first picture comes."""
        self._began_at = time.monotonic()
        self._first_at: float | None = None
        self._last_at: float | None = None
        self._delivering = threading.Lock()
        self.has_ended = False
        self.reason = ""
        """Why it is over, in a sentence, where that is known."""
        self._thread = DeviceThread(wanted.name, self._run, lambda _: None, wanted.advice)

    def start(self) -> None:
        """Open it and wait for the first picture. Raises DeviceUnavailable."""
        self._thread.start()

    def begin(self) -> None:
        """Have it opened."""
        self._thread.begin()

    def stop(self) -> None:
        """Close it; blocks for 2 s at most."""
        self._thread.stop()

    def abandon(self) -> None:
        """Leave it to itself: nothing is delivered any more."""
        with self._delivering:
            self._thread.stopping.set()

    def is_well(self, now: float) -> bool:
        """Return whether it gives pictures, or may still begin to."""
        if self.has_ended:
            return False
        last_at = self._last_at
        return now - self._began_at <= _OPEN_S if last_at is None else now - last_at <= _SILENT_S

    def is_proved(self, now: float) -> bool:
        """Return whether it has given pictures for a while."""
        return self._first_at is not None and now - self._first_at >= _PROOF_S

    def _run(self, thread: DeviceThread) -> None:
        try:
            self.source = source = self._wanted.find()
            pump(thread, source.pictures(thread.stopping, self._rate), self._take)
        except DeviceUnavailable as error:
            # Before the watcher is woken, which tells it.
            self.reason = error.message
            raise
        finally:
            self.has_ended = True
            self._on_end()

    def _take(self, picture: Image) -> None:
        with self._delivering:
            if self._thread.stopping.is_set():
                return
            self._last_at = now = time.monotonic()
            self._first_at = self._first_at or now
            self._deliver(picture)
