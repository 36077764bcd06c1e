"""The one shape of sound inside a client: 48 kHz, mono, in frames of 20 ms.

Constants, array types and the small conversions around them. It knows no device and no codec.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 48_000
SAMPLES_PER_MS = 48
FRAME_SAMPLES = 960
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
# Two device blocks make a frame; of the sizes measured, 10 ms was the best on every backend.
DEVICE_BLOCK_SAMPLES = 480

Int16Samples: TypeAlias = npt.NDArray[np.int16]
FloatSamples: TypeAlias = npt.NDArray[np.float32]

# Half a period of a cosine: it has no corner at either end, which would be heard as a click too.
_FADE_SAMPLES = SAMPLE_RATE_HZ * 5 // 1000
_FADE_IN: FloatSamples = (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, _FADE_SAMPLES))).astype(
    np.float32
)


def to_int16(samples: FloatSamples) -> Int16Samples:
    """Convert (n,) float32 in -1..1 to int16, clipping what is outside."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16)


def to_mono_float(interleaved: Int16Samples, channels: int) -> FloatSamples:
    """Average interleaved int16 ``channels`` into (n,) float32 in -1..1."""
    by_channel = interleaved.reshape(-1, channels)
    mono: FloatSamples = by_channel.mean(axis=1, dtype=np.float32) / np.float32(32768.0)
    return mono


def faded_in(samples: Int16Samples) -> Int16Samples:
    """Return (n,) samples that begin from silence: it takes the first 5 ms, so that none clicks."""
    return _at_first(samples, _FADE_IN, 1.0)


def faded_out(samples: Int16Samples) -> Int16Samples:
    """Return (n,) samples that are silent but for the first 5 ms, in which they fade."""
    return _at_first(samples, 1.0 - _FADE_IN, 0.0)


def _at_first(samples: Int16Samples, gains: FloatSamples, gain_after: float) -> Int16Samples:
    by_sample = np.full(len(samples), gain_after, np.float32)
    by_sample[: len(gains)] = gains[: len(samples)]
    return (samples * by_sample).astype(np.int16)


class FrameAssembler:
    """Turns blocks of any length into frames of exactly ``count`` samples; keeps the rest."""

    def __init__(self, count: int = FRAME_SAMPLES) -> None:
        self._count = count
        self._rest: Int16Samples = np.zeros(0, np.int16)

    def push(self, block: Int16Samples) -> list[Int16Samples]:
        """Add (n,) int16 samples and return the frames that are now complete, oldest first."""
        samples = np.concatenate([self._rest, block])
        whole = len(samples) // self._count * self._count
        self._rest = samples[whole:]
        return [samples[at : at + self._count] for at in range(0, whole, self._count)]
