"""Adds the remote voices up into what the loudspeaker plays.

Pull-driven: whoever plays asks for samples at its own pace. It knows no devices, and its keys
are whatever the caller tells voices apart by.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable

import numpy as np

from proconf_tui.media.pcm import FloatSamples
from proconf_tui.media.playout import Playout

_KNEE = 0.7


def soft_clip(samples: FloatSamples) -> FloatSamples:
    """Bend what exceeds 0.7 smoothly towards 1.0, in place, and return ``samples``."""
    magnitude = np.abs(samples)
    is_loud = magnitude > _KNEE
    if is_loud.any():
        room = 1.0 - _KNEE
        bent = _KNEE + room * np.tanh((magnitude[is_loud] - _KNEE) / room)
        samples[is_loud] = np.copysign(bent, samples[is_loud])
    return samples


class Mixer:
    """The voices of a meeting. Every method may be called from any thread."""

    def __init__(self) -> None:
        self.output_latency_s = 0.0
        """How much later than mixed it is heard; set by whoever plays."""
        self._lock = threading.Lock()
        # Replaced, never changed in place: the audio thread iterates over it without the lock.
        self._playouts: dict[Hashable, Playout] = {}

    def add(self, key: Hashable) -> Playout:
        """Return the voice of ``key``, made now unless it exists."""
        with self._lock:
            playout = self._playouts.get(key)
            if playout is None:
                playout = Playout()
                self._playouts = {**self._playouts, key: playout}
            return playout

    def get(self, key: Hashable) -> Playout | None:
        """Return the voice of ``key``, None if there is none."""
        return self._playouts.get(key)

    def remove(self, key: Hashable) -> None:
        """Stop playing ``key``; an unknown one is ignored."""
        with self._lock:
            self._playouts = {k: v for k, v in self._playouts.items() if k != key}

    def mix(self, count: int) -> FloatSamples:
        """Return the next ``count`` samples of everybody together, (count,) float32 in -1..1."""
        mixed: FloatSamples = np.zeros(count, np.float32)
        for playout in self._playouts.values():
            voice = playout.pull(count)
            if voice is not None:
                mixed += np.float32(playout.gain) * voice
        return soft_clip(mixed)
