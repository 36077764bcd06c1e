"""One voice sent over a simulated network, and what two ways to receive make of it; no clock.

Ours is this client's `Voice`; aiortc's is its jitter buffer and its decoder, as its receiver sets
them up, and a plain queue of 40 ms. Both are asked for 10 ms of sound every 10 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, NamedTuple

import av
import numpy as np
import numpy.typing as npt
from aiortc.codecs.opus import OpusDecoder
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket

from bench.lib.fifo import Fifo
from bench.lib.network import Arrival
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.pcm import (
    DEVICE_BLOCK_SAMPLES,
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    to_int16,
    to_mono_float,
)
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice
from proconf_tui.media.voice_encoder import VoiceEncoder

BLOCK_S: Final = DEVICE_BLOCK_SAMPLES / SAMPLE_RATE_HZ
PREFILL_SAMPLES: Final = SAMPLE_RATE_HZ * 40 // 1000
TAIL_S: Final = 3.5
"""Listened for after the last word, so that it is heard by whoever hears it late."""

PHASE_SAMPLES: Final = 178
"""When the loudspeaker first asks: no device's pace falls together with a sender's."""

Samples = npt.NDArray[np.float32]


class Sent(NamedTuple):
    """A packet and when it was sent, in seconds from the first word."""

    at_s: float
    packet: AudioPacket


def encoded(said: Samples, loss_percent: int) -> list[Sent]:
    """Return the packets of this client for speech; silence makes none."""
    encoder = VoiceEncoder()
    encoder.loss_percent = loss_percent
    sent: list[Sent] = []
    for start in range(0, len(said) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        samples = to_int16(said[start : start + FRAME_SAMPLES])
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, start
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        payloads, timestamp = encoder.encode(frame)
        for payload in payloads:
            packet = AudioPacket(len(sent), timestamp, payload, rms_dbfs(samples))
            sent.append(Sent(start / SAMPLE_RATE_HZ + FRAME_S, packet))
    return sent


class OurEar:
    """This client's way, and how late it wanted to be at each moment."""

    def __init__(self) -> None:
        self.voice = Voice()
        self.target_ms: list[float] = []

    def push(self, packet: AudioPacket, now: float) -> None:
        """Take a packet."""
        self.voice.push(packet, now)

    def pull(self, now: float) -> Samples | None:
        """Return the next 10 ms, None for silence."""
        samples = self.voice.pull(DEVICE_BLOCK_SAMPLES, now)
        self.target_ms.append(self.voice.statistics(now).target_ms)
        return samples


class AiortcEar:
    """aiortc's way."""

    def __init__(self) -> None:
        self._buffer = JitterBuffer(capacity=16, prefetch=4)
        self._decoder = OpusDecoder()
        self._fifo = Fifo(PREFILL_SAMPLES)

    def push(self, packet: AudioPacket, _now: float) -> None:
        """Take a packet."""
        rtp = RtpPacket(
            payload_type=96,
            sequence_number=packet.sequence,
            timestamp=packet.timestamp,
            payload=packet.payload,
        )
        # Its receiver writes this before the buffer sees a packet.
        rtp._data = packet.payload  # type: ignore[attr-defined]  # noqa: SLF001
        _, ready = self._buffer.add(rtp)
        if ready is None:
            return
        for frame in self._decoder.decode(ready):
            if isinstance(frame, av.AudioFrame):
                samples = frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)
                self._fifo.push(to_mono_float(samples, frame.layout.nb_channels))

    def pull(self, _now: float) -> Samples:
        """Return the next 10 ms."""
        return self._fifo.pull(DEVICE_BLOCK_SAMPLES)


def heard(
    sent: list[Sent],
    came: list[Arrival],
    push: Callable[[AudioPacket, float], None],
    pull: Callable[[float], Samples | None],
) -> Samples:
    """Return what is played from the first word on."""
    blocks: list[Samples] = [np.zeros(PHASE_SAMPLES, np.float32)]
    waiting = iter(came)
    arrival = next(waiting, None)
    for number in range(round((sent[-1].at_s + TAIL_S) / BLOCK_S)):
        now = number * BLOCK_S + PHASE_SAMPLES / SAMPLE_RATE_HZ
        while arrival is not None and arrival.at_s <= now:
            push(sent[arrival.number].packet, arrival.at_s)
            arrival = next(waiting, None)
        samples = pull(now)
        blocks.append(np.zeros(DEVICE_BLOCK_SAMPLES, np.float32) if samples is None else samples)
    return np.concatenate(blocks)
