"""Short marks in sound that are found again to a fraction of a millisecond; pure.

A chirp spreads its energy over time and pitch, so that its matched filter has one sharp peak, and
resamplers and quiet noise do not hide it. It glides as slowly as speech does: Opus at a speech
bitrate returns faster ones up to five times as loud.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

RATE_HZ: Final = 48_000
_CHIRP_S: Final = 0.1
_LOW_HZ, _HIGH_HZ = 200.0, 2000.0
_AMPLITUDE: Final = 0.3
_FIRST_S: Final = 0.5
_UNEVEN_S: Final = 0.15
_LONGEST_S: Final = 0.6
_FOUND_SHARE: Final = 0.25

Samples = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]


def chirp() -> Samples:
    """Return the mark: 100 ms that glide upwards, faded in and out."""
    at_s = np.arange(int(_CHIRP_S * RATE_HZ)) / RATE_HZ
    phase = 2.0 * np.pi * (_LOW_HZ * at_s + (_HIGH_HZ - _LOW_HZ) / (2.0 * _CHIRP_S) * at_s**2)
    return (_AMPLITUDE * np.hanning(len(at_s)) * np.sin(phase)).astype(np.float32)


def marked(count: int, spacing_s: float, mark: Samples, seed: int = 1) -> Samples:
    """Return silence with ``count`` marks, unevenly spaced so that none is taken for another."""
    random = np.random.default_rng(seed)
    samples: Samples = np.zeros(int((2.0 * _FIRST_S + count * spacing_s) * RATE_HZ), np.float32)
    for number in range(count):
        at_s = _FIRST_S + number * spacing_s + random.uniform(0.0, _UNEVEN_S)
        at = int(at_s * RATE_HZ)
        samples[at : at + len(mark)] += mark
    return samples


def found_at_s(samples: Samples, mark: Samples) -> Times:
    """Return when the marks in ``samples`` begin, in seconds, in order."""
    likeness = _matched(samples, mark)
    if not len(likeness):
        return np.zeros(0)
    apart = int(_LONGEST_S / 2.0 * RATE_HZ)
    enough = _FOUND_SHARE * float(likeness.max())
    found: list[int] = []
    while enough > 0.0 and float(likeness.max()) > enough:
        at = int(likeness.argmax())
        found.append(at)
        likeness[max(0, at - apart) : at + apart] = 0.0
    return np.sort(np.array(found, np.float64)) / RATE_HZ


def delays_ms(said_at_s: Times, heard_at_s: Times) -> Times:
    """Return how much later each mark was heard; marks never heard are left out."""
    delays = [
        (float(later[0]) - said) * 1000.0
        for said in said_at_s.tolist()
        if len(later := heard_at_s[(heard_at_s > said) & (heard_at_s < said + _LONGEST_S)])
    ]
    return np.array(delays, np.float64)


def _matched(samples: Samples, mark: Samples) -> Times:
    """Return |matched filter| at each place at which a whole mark can begin."""
    if len(samples) < len(mark):
        return np.zeros(0)
    size = 1 << (len(samples) - 1).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(mark, size))
    filtered: Times = np.abs(np.fft.irfft(spectrum, size)[: len(samples) - len(mark) + 1])
    return filtered
