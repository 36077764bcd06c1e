"""A PortAudio stream that is watched: when its device stops working, it is opened again.

It does not know whether it plays or records; `audio_sources` and `speaker` do.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import portaudio
from proconf_tui.media.device_thread import DeviceThread
from proconf_tui.media.devices import WantedDevice, learn_of_changes
from proconf_tui.media.pcm import DEVICE_BLOCK_SAMPLES, SAMPLE_RATE_HZ
from proconf_tui.media.portaudio import SoundDevice, Stream
from proconf_tui.media.stream_watch import StreamWatch

_CHECK_S = 0.25

STREAM_SETTINGS = {
    "samplerate": SAMPLE_RATE_HZ,
    "blocksize": DEVICE_BLOCK_SAMPLES,
    "latency": "low",
    "channels": 1,
}


@dataclass(frozen=True, slots=True)
class Reports:
    """Whom a device tells how it fares; called on a thread of its own."""

    lost: Callable[[str], None]
    """With a sentence, once per loss."""
    returned: Callable[[str], None]
    """With the device's name, when it or another in its place works after a loss."""


class DeviceStream:
    """Keeps a stream of the device ``wanted`` open until `close`.

    ``make(sounddevice, index)`` returns the stream, whose callback calls `touch` each time.
    """

    def __init__(
        self,
        wanted: WantedDevice,
        make: Callable[[SoundDevice, int], Stream],
        reports: Reports,
    ) -> None:
        self._wanted = wanted
        self._make = make
        self._reports = reports
        self._name = wanted.spec
        self._stream: Stream | None = None
        self._watch = StreamWatch()
        self._woken = threading.Event()
        self._thread = DeviceThread(wanted.spec, self._run, reports.lost)

    @property
    def device_name(self) -> str:
        """The device in use; "default" may become another one when it is opened again."""
        return self._name

    def start(self) -> None:
        """Open the device; blocks.

        Raises DeviceUnavailable.
        """
        self._thread.start()

    def close(self) -> None:
        """Close the device; blocks for 2 s at most. Again does nothing."""
        self._thread.stopping.set()
        self._woken.set()
        self._thread.stop()

    def touch(self) -> None:
        """Note that the device lives. PortAudio's thread."""
        self._watch.touched(time.monotonic())

    def _run(self, thread: DeviceThread) -> None:
        with portaudio.open_streams.member(self._woken.set):
            self._open_first()
            thread.report_ready()
            try:
                while not thread.stopping.is_set():
                    self._woken.wait(_CHECK_S)
                    self._woken.clear()
                    if not thread.stopping.is_set():
                        self._check(time.monotonic())
            finally:
                self._release()

    def _check(self, now: float) -> None:
        if portaudio.open_streams.is_paused:
            self._release()
        elif self._stream is None and not self._watch.is_lost:
            self._resume(now)
        elif self._stream is None:
            if now >= self._watch.retry_at:
                self._retry(now)
        else:
            self._judge(now, self._stream)

    def _judge(self, now: float, stream: Stream) -> None:
        verdict = self._watch.judge(now, is_active=portaudio.is_active(stream))
        if verdict == "returned":
            self._reports.returned(self._name)
        elif verdict == "lost":
            self._report_lost()
        if verdict in ("lost", "still lost"):
            self._release()

    def _report_lost(self) -> None:
        self._reports.lost(
            f"{self._name} stopped working; it is used again as soon as it answers, "
            "or choose another."
        )

    def _open_first(self) -> None:
        try:
            self._open()
        except DeviceUnavailable:
            if not learn_of_changes():
                raise
            self._open()

    def _resume(self, now: float) -> None:
        try:
            self._open(kept=self._name)
        except DeviceUnavailable:
            self._watch.lose(now)
            self._report_lost()

    def _retry(self, now: float) -> None:
        try:
            self._open()
        except DeviceUnavailable:
            self._watch.failed(now)
            if now >= self._watch.look_at:
                self._look_again()

    def _look_again(self) -> None:
        """Have PortAudio look for devices: once if this one is there, then if there are others."""
        has_looked = False
        # That the device is lost is told already; the next attempt comes.
        with suppress(DeviceUnavailable):
            has_looked = learn_of_changes(None if self._watch.has_looked else self._name)
        self._watch.looked(time.monotonic(), has_looked=has_looked)

    def _open(self, kept: str | None = None) -> None:
        self._watch.opening()
        find = partial(self._wanted.find, kept)
        self._name, self._stream = portaudio.open_stream(find, self._make)
        self._watch.opened(time.monotonic())

    def _release(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            portaudio.close_stream(self._name, stream)
