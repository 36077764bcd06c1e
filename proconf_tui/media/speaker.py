"""Plays the mixed voices on a loudspeaker, or writes them to a file.

It knows no peers: it pulls from a `Mixer` at the pace of the device.
"""

from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.device_stream import STREAM_SETTINGS, DeviceStream, Reports
from proconf_tui.media.device_thread import DeviceThread, paced, pump
from proconf_tui.media.devices import WantedDevice
from proconf_tui.media.files import is_other_than_file
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.pcm import (
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    FloatSamples,
    to_int16,
)
from proconf_tui.media.portaudio import SoundDevice, Stream
from proconf_tui.media.processing import VoiceProcessor
from proconf_tui.media.reporting import Reporting


def open_speaker(
    spec: str, mixer: Mixer, processor: VoiceProcessor | None = None
) -> Speaker | None:
    """Open ``default``, ``none`` (None), a device's name or FILE.wav, and play ``mixer`` on it.

    ``processor`` learns what a device played, for its echo. Blocks while the device opens.
    Raises DeviceUnavailable.
    """
    if spec == "none":
        return None
    speaker = Speaker(spec, mixer, processor)
    speaker.start()
    return speaker


class _Sink(Protocol):
    @property
    def device_name(self) -> str: ...
    def start(self) -> None: ...
    def play(self, mixer: Mixer, processor: VoiceProcessor | None) -> None: ...
    def close(self) -> None: ...


class Speaker(Reporting):
    """One open loudspeaker or sound file."""

    def __init__(self, spec: str, mixer: Mixer, processor: VoiceProcessor | None = None) -> None:
        reports = self._reports()
        self._sink: _Sink
        if spec.lower().endswith(".wav"):
            self._sink = _FileSink(Path(spec), mixer, reports)
        else:
            self._sink = _DeviceSink(spec, mixer, processor, reports)

    @property
    def device_name(self) -> str:
        """The device in use, for people."""
        return self._sink.device_name

    def start(self) -> None:
        """Open the device; blocks.

        Raises DeviceUnavailable.
        """
        self._sink.start()

    def play(self, mixer: Mixer, processor: VoiceProcessor | None = None) -> None:
        """Play ``mixer`` from the next block on, in place of the one before.

        From then on it is ``processor`` that learns what a device played.
        """
        self._sink.play(mixer, processor)

    async def aclose(self) -> None:
        """Stop playing and release the device; again does nothing."""
        await asyncio.to_thread(self._sink.close)


class _DeviceSink:
    def __init__(
        self,
        wanted: str,
        mixer: Mixer,
        processor: VoiceProcessor | None,
        reports: Reports,
    ) -> None:
        # One value: PortAudio's thread must not see half a change.
        self._playing = mixer, processor
        self._latency_s = 0.0
        self._stream = DeviceStream(WantedDevice(wanted, "loudspeaker"), self._make, reports)
        self.start = self._stream.start
        self.close = self._stream.close

    @property
    def device_name(self) -> str:
        return self._stream.device_name

    def _make(self, sounddevice: SoundDevice, index: int) -> Stream:
        stream = sounddevice.OutputStream(
            device=index, dtype="float32", callback=self._fill, **STREAM_SETTINGS
        )
        self._latency_s = float(stream.latency)
        mixer, _ = self._playing
        mixer.output_latency_s = self._latency_s
        return stream

    def play(self, mixer: Mixer, processor: VoiceProcessor | None) -> None:
        mixer.output_latency_s = self._latency_s
        self._playing = mixer, processor

    def _fill(self, block: Any, frames: int, _time: object, _status: object) -> None:
        # PortAudio's thread: it must not block.
        self._stream.touch()
        mixer, processor = self._playing
        mixed = mixer.mix(frames, time.monotonic())
        block[:, 0] = mixed
        if processor is not None:
            processor.played(mixed)


class _FileSink:
    def __init__(self, path: Path, mixer: Mixer, reports: Reports) -> None:
        self.device_name = path.name
        self._path = path
        self._mixer = mixer
        self._thread = DeviceThread(path.name, self._run, reports.lost)
        self.close = self._thread.stop

    def start(self) -> None:
        # A pipe nobody reads would block the thread that opens it.
        if is_other_than_file(self._path):
            raise DeviceUnavailable(
                f"{self._path} is no file to write sound to; choose another after --speaker."
            )
        self._thread.start()

    def play(self, mixer: Mixer, processor: VoiceProcessor | None) -> None:
        self._mixer = mixer

    def _run(self, thread: DeviceThread) -> None:
        try:
            with self._path.open("wb") as raw, wave.open(raw, "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(SAMPLE_RATE_HZ)
                # writeframes mends the header each time, so that a killed client leaves a
                # file that plays.
                mixed = paced(self._mixed(), FRAME_S, thread.stopping)
                pump(thread, mixed, lambda mix: file.writeframes(to_int16(mix).tobytes()))
        except OSError as error:
            raise DeviceUnavailable(
                f"Sound cannot be written to {self._path}: {error.strerror}."
            ) from error

    def _mixed(self) -> Iterator[FloatSamples]:
        while True:
            yield self._mixer.mix(FRAME_SAMPLES, time.monotonic())
