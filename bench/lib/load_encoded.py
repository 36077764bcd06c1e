"""Media for load clients that a server can decode: a tone and a picture that moves."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder
from av import AudioFrame, VideoFrame

from bench.lib.load_media import LoadMedia

FRAMES_PER_S: Final = 20
_SECONDS: Final = 3
_WIDTH_PX, _HEIGHT_PX = 320, 240
_BLOCK_PX: Final = 8
_VIDEO_BPS: Final = 250_000
_RATE_HZ: Final = 48000
_SAMPLES: Final = 960
_TONE_HZ: Final = 440.0


def encoded() -> LoadMedia:
    """Return three seconds of 320 x 240 VP8 at 20 pictures a second, and of Opus."""
    return LoadMedia(_audio(), _video(), FRAMES_PER_S, is_stamped=False)


def _video() -> tuple[tuple[bytes, ...], ...]:
    encoder = Vp8Encoder()
    encoder.target_bitrate = _VIDEO_BPS
    chance = np.random.default_rng(1)
    blocks = chance.integers(60, 200, (_HEIGHT_PX // _BLOCK_PX, _WIDTH_PX // _BLOCK_PX))
    pattern = np.kron(blocks, np.ones((_BLOCK_PX, _BLOCK_PX))).astype(np.uint8)
    pictures = []
    for number in range(_SECONDS * FRAMES_PER_S):
        planes = np.full((_HEIGHT_PX * 3 // 2, _WIDTH_PX), 128, np.uint8)
        planes[:_HEIGHT_PX] = np.roll(pattern, 2 * number, axis=1)
        frame = VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = number * 90000 // FRAMES_PER_S
        frame.time_base = Fraction(1, 90000)
        payloads, _ = encoder.encode(frame)
        pictures.append(tuple(payloads))
    return tuple(pictures)


def _audio() -> tuple[bytes, ...]:
    encoder = OpusEncoder()
    packets: list[bytes] = []
    for number in range(_SECONDS * _RATE_HZ // _SAMPLES):
        at_s = (number * _SAMPLES + np.arange(_SAMPLES)) / _RATE_HZ
        wave = (6000.0 * np.sin(2.0 * np.pi * _TONE_HZ * at_s)).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
        frame.sample_rate = _RATE_HZ
        frame.pts = number * _SAMPLES
        frame.time_base = Fraction(1, _RATE_HZ)
        payloads, _ = encoder.encode(frame)
        packets += payloads
    return tuple(packets)
