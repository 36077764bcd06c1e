"""One voice through a simulated network and this client's playout, in simulated time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.opus import OpusEncoder
from proconf_tui.media.pcm import to_int16
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice, VoiceStatistics
from tests.support.signals import RATE_HZ, read_wav, sine

BLOCK_SAMPLES = 480
BLOCK_S = BLOCK_SAMPLES / RATE_HZ
# Both wrap soon after the beginning.
FIRST_SEQUENCE = 0xFFFF - 100
FIRST_TIMESTAMP = 0xFFFF_FFFF - 200_000
_NETWORK_S = 0.03


class Arrival(NamedTuple):
    """A packet and when it comes, in seconds."""

    at_s: float
    packet: AudioPacket


@dataclass(frozen=True)
class Run:
    """What was heard, and how it went at each block of 10 ms."""

    sound: npt.NDArray[np.float32]
    delay_ms: npt.NDArray[np.float64]
    target_ms: npt.NDArray[np.float64]
    statistics: VoiceStatistics


def numbered(number: int, timestamp: int, payload: bytes, level_dbfs: float) -> AudioPacket:
    """Return the packet of a number and a timestamp counted from zero."""
    return AudioPacket(
        (FIRST_SEQUENCE + number) & 0xFFFF,
        (FIRST_TIMESTAMP + timestamp) & 0xFFFF_FFFF,
        payload,
        level_dbfs,
    )


def packets_of(wav: Path, seconds: float, frame_samples: int = 960) -> list[AudioPacket]:
    """Return so much of a spoken file, over and over, as packets made for a lossy network."""
    said = np.resize(read_wav(wav), int(seconds * RATE_HZ) // frame_samples * frame_samples)
    encoder = OpusEncoder()
    encoder.expect_loss(10)
    return [
        numbered(number, number * frame_samples, encoder.encode(frame), rms_dbfs(frame))
        for number, frame in enumerate(said.reshape(-1, frame_samples))
    ]


def tone_packets(count: int, amplitude: float = 0.3) -> list[AudioPacket]:
    """Return so many packets of a tone of 400 Hz."""
    encoder = OpusEncoder()
    frames = to_int16(sine(400.0, count * 0.02, amplitude)).reshape(-1, 960)
    return [
        numbered(number, number * 960, encoder.encode(frame), -10.0)
        for number, frame in enumerate(frames)
    ]


def sent_at_s(packet: AudioPacket) -> float:
    """Return when the last sample of a packet of 20 ms was spoken."""
    return ((packet.timestamp - FIRST_TIMESTAMP) % (1 << 32) + 960) / RATE_HZ


def through_network(
    packets: Sequence[AudioPacket],
    *,
    loss: float = 0.0,
    jitter_s: float = 0.0,
    stall: tuple[float, float] = (0.0, 0.0),
    drift_ppm: float = 0.0,
    seed: int = 0,
) -> list[Arrival]:
    """Return what arrives, in order; ``stall`` holds up what is sent from the first instant to the
    second; a sender with a positive drift is too slow."""
    random = np.random.default_rng(seed)
    arrivals = []
    for packet in packets:
        is_lost, jitter = random.random() < loss, jitter_s * random.exponential()
        at_s = sent_at_s(packet) * (1.0 + drift_ppm * 1e-6) + _NETWORK_S + jitter
        if stall[0] <= at_s < stall[1]:
            at_s = stall[1] + (at_s - stall[0]) * 1e-3
        if not is_lost:
            arrivals.append(Arrival(at_s, packet))
    return sorted(arrivals)


def run(arrivals: Sequence[Arrival], until_s: float, voice: Voice | None = None) -> Run:
    """Push what arrives and pull 10 ms every 10 ms."""
    voice = voice or Voice()
    waiting = list(reversed(arrivals))
    blocks, delays, targets = [], [], []
    for number in range(int(until_s / BLOCK_S)):
        now = number * BLOCK_S
        while waiting and waiting[-1].at_s <= now:
            arrival = waiting.pop()
            voice.push(arrival.packet, arrival.at_s)
        block = voice.pull(BLOCK_SAMPLES, now)
        blocks.append(np.zeros(BLOCK_SAMPLES, np.float32) if block is None else block)
        statistics = voice.statistics(now)
        delays.append(statistics.delay_ms)
        targets.append(statistics.target_ms)
    return Run(np.concatenate(blocks), np.array(delays), np.array(targets), statistics)
