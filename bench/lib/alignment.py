"""How much later each stretch of speech was heard, measured in what was heard; pure.

The delay of a voice changes while it is played, so each window is found for itself: near where
the one before it was, else wherever it resembles what was heard most. One that is found nowhere
(it was lost) is taken to be as late as the one before it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

RATE_HZ: Final = 48_000
WINDOW_S: Final = 0.5
_SILENCE_RMS: Final = 0.005
_NEAR_S: Final = 0.06
_LONGEST_S: Final = 3.0
_LIKE: Final = 0.7
"""What is as alike as this is the same speech."""
_UNLIKE: Final = 0.4
"""What is less alike than this is other speech."""
_QUIETEST: Final = 1e-3

Samples = npt.NDArray[np.float32]


class Window(NamedTuple):
    """A stretch of speech from ``said_at_s`` on, ``WINDOW_S`` long, and where it was heard."""

    said_at_s: float
    delay_s: float
    likeness: float


def align(said: Samples, heard: Samples) -> list[Window]:
    """Return where each window of ``said`` that is not silent was heard; both at 48 kHz."""
    length = int(WINDOW_S * RATE_HZ)
    # So that the last windows can be looked for as far as the others.
    heard = np.pad(heard, (0, int(_LONGEST_S * RATE_HZ) + length))
    windows: list[Window] = []
    delay_s: float | None = None
    for at in range(0, len(said) - length + 1, length):
        window = said[at : at + length]
        if float(np.sqrt(np.mean(window**2))) < _SILENCE_RMS:
            continue
        delay_s, likeness = _find(window, heard[at:], delay_s)
        windows.append(Window(at / RATE_HZ, delay_s, likeness))
    return windows


def joined(said: Samples, heard: Samples, windows: list[Window]) -> tuple[Samples, Samples]:
    """Return the windows of ``said`` in a row, and what was heard of them in the same places."""
    length = int(WINDOW_S * RATE_HZ)
    heard = np.pad(heard, (0, int(_LONGEST_S * RATE_HZ) + length))
    said_at = [round(window.said_at_s * RATE_HZ) for window in windows]
    heard_at = [
        at + round(window.delay_s * RATE_HZ) for at, window in zip(said_at, windows, strict=True)
    ]
    return (
        np.concatenate([said[at : at + length] for at in said_at]),
        np.concatenate([heard[at : at + length] for at in heard_at]),
    )


def _find(window: Samples, heard: Samples, expected_s: float | None) -> tuple[float, float]:
    """Return the delay of ``window`` in ``heard``, which begins when it was said, and likeness."""
    if expected_s is not None:
        delay_s, likeness = _best(window, heard, expected_s - _NEAR_S, expected_s + _NEAR_S)
        if likeness >= _LIKE:
            return delay_s, likeness
        wide_s, wide_likeness = _best(window, heard, 0.0, _LONGEST_S)
        if wide_likeness >= _LIKE:
            return wide_s, wide_likeness
        return (delay_s, likeness) if likeness >= _UNLIKE else (expected_s, likeness)
    return _best(window, heard, 0.0, _LONGEST_S)


def _best(window: Samples, heard: Samples, from_s: float, to_s: float) -> tuple[float, float]:
    """Return the delay from ``from_s`` to ``to_s`` with the greatest normalised correlation."""
    first = max(0, int(from_s * RATE_HZ))
    searched = heard[first : int(to_s * RATE_HZ) + len(window)].astype(np.float64)
    # A power of two is fast; what wraps around does not reach the places that are looked at.
    size = 1 << (len(searched) - 1).bit_length()
    spectrum = np.fft.rfft(searched, size) * np.conj(np.fft.rfft(window, size))
    places = len(searched) - len(window) + 1
    dots = np.fft.irfft(spectrum, size)[:places]
    powers = np.concatenate([[0.0], np.cumsum(searched**2)])
    energies = np.maximum(powers[len(window) :] - powers[:places], _QUIETEST)
    likeness = dots / np.sqrt(energies * float(window.astype(np.float64) @ window))
    at = int(likeness.argmax())
    return (first + at) / RATE_HZ, float(likeness[at])
