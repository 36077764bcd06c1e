"""A PortAudio stream that is watched: silent for a second, it is reported and opened again.

It does not know whether it plays or records; `microphone` and `speaker` do.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import portaudio
from proconf_tui.media.device_thread import DeviceThread
from proconf_tui.media.devices import AudioDevice
from proconf_tui.media.pcm import DEVICE_BLOCK_SAMPLES, SAMPLE_RATE_HZ
from proconf_tui.media.portaudio import SoundDevice, Stream

_CHECK_S = 0.25
_SILENT_S = 1.0
# A headset that has to be woken takes a while to begin.
_START_GRACE_S = 2.0

STREAM_SETTINGS = {
    "samplerate": SAMPLE_RATE_HZ,
    "blocksize": DEVICE_BLOCK_SAMPLES,
    "latency": "low",
    "channels": 1,
}


class DeviceStream:
    """Keeps a stream of the device that ``find`` returns open until `close`.

    ``make(sounddevice, index)`` returns the stream, whose callback calls `touch` each time.
    ``on_lost`` is called on a thread of its own, once per loss.
    """

    def __init__(
        self,
        find: Callable[[], AudioDevice],
        make: Callable[[SoundDevice, int], Stream],
        on_lost: Callable[[str], None],
    ) -> None:
        self._find = find
        self._make = make
        self._on_lost = on_lost
        self._touched_at = 0.0
        self._device = find()
        self._thread = DeviceThread(self._device.name, self._run, on_lost)

    @property
    def device_name(self) -> str:
        """The device in use; "default" may become another one when it is opened again."""
        return self._device.name

    def start(self) -> None:
        """Open the device; blocks.

        Raises DeviceUnavailable.
        """
        self._thread.start()

    def close(self) -> None:
        """Close the device; blocks for 2 s at most. Again does nothing."""
        self._thread.stop()

    def touch(self) -> None:
        """Note that the device lives. PortAudio's thread."""
        self._touched_at = time.monotonic()

    def _run(self, thread: DeviceThread) -> None:
        stream: Stream | None = self._open()
        thread.report_ready()
        try:
            while not thread.stopping.wait(_CHECK_S):
                if time.monotonic() - self._touched_at > _SILENT_S:
                    stream = self._reopen(stream)
        finally:
            if stream is not None:
                portaudio.close_stream(stream)

    def _open(self) -> Stream:
        self._touched_at = time.monotonic() + _START_GRACE_S
        index = self._device.index
        return portaudio.open_stream(self._device.name, lambda sd: self._make(sd, index))

    def _reopen(self, stream: Stream | None) -> Stream | None:
        if stream is not None:
            self._on_lost(f"{self._device.name} stopped working; trying to open it again.")
            portaudio.close_stream(stream)
        try:
            portaudio.refresh()
            self._device = self._find()
            return self._open()
        except DeviceUnavailable:
            self.touch()
            return None
