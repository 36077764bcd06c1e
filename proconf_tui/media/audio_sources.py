"""Where a microphone's sound comes from: a device, a tone, or a file played over and over.

Each source delivers int16 mono blocks at 48 kHz on a thread of its own. It knows no tracks and
no network. Sound files are decoded by PyAV.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import av
import numpy as np

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.device_stream import STREAM_SETTINGS, DeviceStream, Reports
from proconf_tui.media.device_thread import DeviceThread, paced, pump
from proconf_tui.media.devices import WantedDevice
from proconf_tui.media.files import media_file
from proconf_tui.media.pcm import (
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    FrameAssembler,
    Int16Samples,
    to_int16,
)
from proconf_tui.media.portaudio import SoundDevice, Stream
from proconf_tui.media.processing import VoiceProcessor

Deliver: TypeAlias = Callable[[Int16Samples], None]

DEFAULT_TONE_HZ = 440
# A sine of this amplitude has a root mean square of -20 dBFS.
_TONE_AMPLITUDE = 0.1 * math.sqrt(2.0)
_SOUND_SUFFIXES = {".wav", ".mp3", ".ogg", ".opus", ".flac", ".m4a", ".aac", ".webm", ".mp4"}


class AudioSource(Protocol):
    """Something that delivers sound between `start` and `close`; both block."""

    @property
    def device_name(self) -> str: ...
    def start(self) -> None: ...
    def close(self) -> None: ...


class DeviceSource:
    """The microphone that ``wanted`` names, processed by ``processor`` if there is one."""

    def __init__(
        self,
        wanted: str,
        deliver: Deliver,
        reports: Reports,
        processor: VoiceProcessor | None = None,
    ) -> None:
        self._deliver = deliver
        self._processor = processor
        self._stream = DeviceStream(WantedDevice(wanted, "microphone"), self._make, reports)
        self.start = self._stream.start
        self.close = self._stream.close

    @property
    def device_name(self) -> str:
        """The device in use."""
        return self._stream.device_name

    def _make(self, sounddevice: SoundDevice, index: int) -> Stream:
        return sounddevice.InputStream(
            device=index, dtype="int16", callback=self._on_block, **STREAM_SETTINGS
        )

    def _on_block(self, block: Any, _frames: int, _time: object, _status: object) -> None:
        # PortAudio's thread: it reuses the block's memory as soon as this returns.
        self._stream.touch()
        samples = block[:, 0].copy()
        self._deliver(self._processor.process(samples) if self._processor else samples)


class PacedSource:
    """Frames that exist already, delivered at the pace of a device."""

    def __init__(
        self,
        name: str,
        frames: Iterator[Int16Samples],
        deliver: Deliver,
        reports: Reports,
    ) -> None:
        self.device_name = name
        self._frames = frames
        self._deliver = deliver
        self._thread = DeviceThread(name, self._run, reports.lost)
        self.start = self._thread.start
        self.close = self._thread.stop

    def _run(self, thread: DeviceThread) -> None:
        pump(thread, paced(self._frames, FRAME_S, thread.stopping), self._deliver)


def make_source(
    spec: str,
    deliver: Deliver,
    reports: Reports,
    processor: VoiceProcessor | None = None,
) -> AudioSource:
    """Return the source that ``spec`` means: default, tone, tone:HZ, a file, or a name.

    Only what a device hears is processed. Raises DeviceUnavailable.
    """
    kind, _, pitch = spec.partition(":")
    if kind == "tone":
        pitch_hz = _parse_pitch(pitch)
        return PacedSource(f"{pitch_hz} Hz tone", tone_frames(pitch_hz), deliver, reports)
    if spec == "default":
        return DeviceSource(spec, deliver, reports, processor)
    path = media_file(spec, _SOUND_SUFFIXES, "sound", "--mic")
    if path is not None:
        return PacedSource(path.name, file_frames(path), deliver, reports)
    return DeviceSource(spec, deliver, reports, processor)


def tone_frames(pitch_hz: int) -> Iterator[Int16Samples]:
    """Yield 20 ms frames of an endless sine at -20 dBFS."""
    # A whole number of periods fits into one second, so that a second can be repeated.
    phase = 2.0 * math.pi * pitch_hz / SAMPLE_RATE_HZ * np.arange(SAMPLE_RATE_HZ)
    second = to_int16((_TONE_AMPLITUDE * np.sin(phase)).astype(np.float32))
    return itertools.cycle(second.reshape(-1, FRAME_SAMPLES))


def file_frames(path: Path) -> Generator[Int16Samples, None, None]:
    """Yield 20 ms frames of the sound in ``path``, over and over.

    Raises DeviceUnavailable when nothing in it can be decoded.
    """
    assembler = FrameAssembler()
    while True:
        has_sound = False
        for block in _decoded(path):
            for frame in assembler.push(block):
                has_sound = True
                yield frame
        if not has_sound:
            raise DeviceUnavailable(f"{path.name} holds no sound that can be played.")


def _decoded(path: Path) -> Generator[Int16Samples, None, None]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                return
            for decoded in itertools.chain(container.decode(audio=0), [None]):
                for frame in resampler.resample(decoded):
                    yield frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)
    except (av.FFmpegError, OSError) as error:
        reason = error.strerror or "unknown format"
        raise DeviceUnavailable(f"{path.name} cannot be played: {reason}.") from error


def _parse_pitch(text: str) -> int:
    if not text:
        return DEFAULT_TONE_HZ
    if text.isascii() and text.isdigit() and 20 <= int(text) <= 20_000:
        return int(text)
    raise DeviceUnavailable(f"“tone:{text}” is no tone; use tone:HZ with 20 to 20000 Hz.")
