"""What makes packets of one's own voice for aiortc: silence left out, the rest encoded once.

It knows no connection: who owns the sender hands it the reports (`aiortc_patches`). Without
libopus it encodes by FFmpeg, and the expectation of loss stays what it is.
Source: RFC 7587 (the RTP payload of Opus; its section 4.2 lets the timestamp go on in silence).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import av
import numpy as np
from aiortc.codecs.base import Encoder
from av.frame import Frame
from av.packet import Packet

from proconf_tui.media import opus
from proconf_tui.media.ffmpeg_opus import FfmpegOpusEncoder
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.loss_expectation import FLOOR_PERCENT, LossExpectation
from proconf_tui.media.pcm import FRAME_SAMPLES, SAMPLE_RATE_HZ, Int16Samples
from proconf_tui.media.silence_gate import SilenceGate


class _Opus(Protocol):
    def expect_loss(self, percent: int) -> None: ...
    def encode(self, samples: Int16Samples) -> bytes: ...


class VoiceEncoder(Encoder):
    """Mono Opus with in-band error correction for the loss that is reported."""

    def __init__(self) -> None:
        self._opus, self._max_samples = _best_opus()
        self._gate = SilenceGate()
        self._shaper = _Shaper()
        self._expectation = LossExpectation()
        self._loss_percent = 0
        self.loss_percent = FLOOR_PERCENT

    @property
    def loss_percent(self) -> int:
        """How many of 100 packets are expected to be lost; the more, the better the copies."""
        return self._loss_percent

    @loss_percent.setter
    def loss_percent(self, percent: int) -> None:
        if percent != self._loss_percent:
            self._opus.expect_loss(percent)
            self._loss_percent = percent

    def take_report(self, fraction_lost: int, highest_sequence: int) -> None:
        """Follow a receiver's report (RFC 3550 section 6.4.1). Not while encoding."""
        self._expectation.report(fraction_lost, highest_sequence)
        self.loss_percent = self._expectation.percent

    def take_request(self, sequences: Iterable[int]) -> None:
        """Note which packets a receiver asks for again (RFC 4585 section 6.2.1)."""
        self._expectation.miss(sequences)

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Return the packet of an audio frame and its time; no packet for silence."""
        assert isinstance(frame, av.AudioFrame)
        samples, timestamp = self._shaper.shape(frame)
        if not _is_admitted(self._gate, samples):
            return [], timestamp
        return [self._opus.encode(part) for part in _parts(samples, self._max_samples)], timestamp

    def pack(self, packet: Packet[Any]) -> tuple[list[bytes], int]:
        """Pass on what is encoded already."""
        return [bytes(packet)], _timestamp(packet)


def _best_opus() -> tuple[_Opus, int]:
    """Return an encoder and the longest frame it knows, in samples.

    What one frame of a source holds beyond that becomes packets more, of the same timestamp.
    """
    if opus.is_available():
        return opus.OpusEncoder(), 3 * FRAME_SAMPLES
    return FfmpegOpusEncoder(FLOOR_PERCENT), FRAME_SAMPLES


class _Shaper:
    """Makes 48 kHz mono of whatever comes, a whole number of 20 ms at a time."""

    def __init__(self) -> None:
        self._resampler = _mono_resampler()
        self._shape: tuple[str, str, int] | None = None

    def shape(self, frame: av.AudioFrame) -> tuple[Int16Samples, int]:
        """Return (n,) samples, none while a frame fills, and the time of the first."""
        if _is_plain(frame):
            return _mono(_interleaved(frame), frame.layout.nb_channels), _timestamp(frame)
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            # A resampler refuses every shape but its first, and a track can change its source.
            self._shape, self._resampler = shape, _mono_resampler()
        shaped = self._resampler.resample(frame)
        if not shaped:
            return np.zeros(0, np.int16), _timestamp(frame)
        return np.concatenate([_interleaved(each) for each in shaped]), _timestamp(shaped[0])


def _is_plain(frame: av.AudioFrame) -> bool:
    return (
        frame.format.name == "s16"
        and frame.layout.name in ("mono", "stereo")
        and frame.sample_rate == SAMPLE_RATE_HZ
        and frame.samples == FRAME_SAMPLES
    )


def _interleaved(frame: av.AudioFrame) -> Int16Samples:
    """Return the samples of a packed s16 frame, all channels."""
    count = frame.samples * frame.layout.nb_channels
    return np.frombuffer(bytes(frame.planes[0]), np.int16, count)


def _mono(interleaved: Int16Samples, channels: int) -> Int16Samples:
    if channels == 1:
        return interleaved
    return np.asarray(interleaved.reshape(-1, channels).mean(axis=1), np.int16)


def _mono_resampler() -> av.AudioResampler:
    return av.AudioResampler(
        format="s16", layout="mono", rate=SAMPLE_RATE_HZ, frame_size=FRAME_SAMPLES
    )


def _is_admitted(gate: SilenceGate, samples: Int16Samples) -> bool:
    # Every frame is shown to the gate, which counts them, even when one is admitted already.
    admitted = [gate.admit(rms_dbfs(part)) for part in _parts(samples, FRAME_SAMPLES)]
    return any(admitted)


def _parts(samples: Int16Samples, size: int) -> Iterator[Int16Samples]:
    return (samples[at : at + size] for at in range(0, len(samples), size))


def _timestamp(timed: Frame | Packet[Any]) -> int:
    """Return the time in samples at 48 kHz; 0 without one."""
    if timed.pts is None or timed.time_base is None:
        return 0
    return int(timed.pts * timed.time_base * SAMPLE_RATE_HZ)
