"""Makes decoded speech a little shorter or longer without changing its pitch; pure.

One pitch period is taken out or repeated, faded over where it is most like the next one (WSOLA).
Silence has no pitch: any part of it may go.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from proconf_tui.media.pcm import FloatSamples

STRETCHABLE_SAMPLES: Final = 960
"""A block must have so many samples, or comes back unchanged."""

_SHORTEST_PERIOD: Final = 120
_LONGEST_PERIOD: Final = 480
_COARSE: Final = 4
_LEAST_LIKENESS: Final = 0.6
_SILENCE_POWER: Final = 1e-5


def is_silent(block: FloatSamples) -> bool:
    """Return whether a block is below -50 dBFS."""
    return float(np.dot(block, block)) < _SILENCE_POWER * len(block)


def shorten(block: FloatSamples) -> FloatSamples:
    """Return ``block`` without one period of 2.5 to 10 ms; the block itself if it has none."""
    period = _period(block)
    if period is None:
        return block
    fade = _rise(period)
    joined = block[:period] * (1.0 - fade) + block[period : 2 * period] * fade
    return np.concatenate([joined, block[2 * period :]])


def lengthen(block: FloatSamples) -> FloatSamples:
    """Return ``block`` with one period twice; the block itself if it has none."""
    period = _period(block)
    if period is None:
        return block
    fade = _rise(period)
    joined = block[period : 2 * period] * (1.0 - fade) + block[:period] * fade
    return np.concatenate([block[:period], joined, block[period:]])


def _rise(count: int) -> FloatSamples:
    return np.linspace(0.0, 1.0, count, dtype=np.float32)


def _period(block: FloatSamples) -> int | None:
    """Return after how many samples the block is most like its beginning, None if it is not."""
    if len(block) < STRETCHABLE_SAMPLES:
        return None
    if is_silent(block[:STRETCHABLE_SAMPLES]):
        return _LONGEST_PERIOD
    block = block[:STRETCHABLE_SAMPLES]
    smooth = block.reshape(-1, _COARSE).mean(axis=1)
    coarse, _ = _most_alike(
        smooth, _SHORTEST_PERIOD // _COARSE, _LONGEST_PERIOD // _COARSE, _LONGEST_PERIOD // _COARSE
    )
    middle = coarse * _COARSE
    first = max(_SHORTEST_PERIOD, middle - _COARSE)
    period, likeness = _most_alike(
        block, first, min(_LONGEST_PERIOD, middle + _COARSE), _LONGEST_PERIOD
    )
    return period if likeness >= _LEAST_LIKENESS else None


def _most_alike(wave: FloatSamples, first: int, last: int, width: int) -> tuple[int, float]:
    """Return by how much from ``first`` to ``last`` to shift, and the correlation there."""
    template = wave[:width]
    windows = sliding_window_view(wave[first : last + width], width)
    products = windows @ template
    powers = np.einsum("ij,ij->i", windows, windows) * float(np.dot(template, template))
    likeness = products / np.sqrt(powers + 1e-12)
    best = int(np.argmax(likeness))
    return first + best, float(likeness[best])
