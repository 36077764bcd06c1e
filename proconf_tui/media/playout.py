"""What was received from one remote peer and not yet played.

A bounded buffer between the event loop, which pushes, and the loudspeaker's thread, which
pulls. It waits for 40 ms before it starts, so that jitter does not tear the sound, and starts
over after it ran dry. It knows no packets, codecs or devices.
"""

from __future__ import annotations

import threading
import time

import numpy as np

from proconf_tui.media.levels import LevelMeter, rms_dbfs
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, FloatSamples

_START_SAMPLES = SAMPLE_RATE_HZ * 40 // 1000
_LIMIT_SAMPLES = SAMPLE_RATE_HZ * 300 // 1000
# Delay gathered in a stall is given back where nobody hears it: in a pause.
_CATCH_UP_SAMPLES = SAMPLE_RATE_HZ * 100 // 1000
_PAUSE_DBFS = -55.0


class Playout:
    """One remote voice, ready to be mixed. Every method may be called from any thread."""

    def __init__(self) -> None:
        self.gain = 1.0
        """Linear; applied by the mixer."""
        self._lock = threading.Lock()
        self._samples: FloatSamples = np.zeros(0, np.float32)
        self._is_playing = False
        self._meter = LevelMeter()

    @property
    def level_dbfs(self) -> float:
        """How loud the peer is just now, -127 to 0, before ``gain``."""
        with self._lock:
            return self._meter.read(time.monotonic())

    @property
    def buffered_s(self) -> float:
        """How much sound waits to be played, in seconds."""
        with self._lock:
            return len(self._samples) / SAMPLE_RATE_HZ

    def push(self, samples: FloatSamples) -> None:
        """Append (n,) float32 mono at 48 kHz; beyond 300 ms the oldest are dropped."""
        level_dbfs = rms_dbfs(samples)
        with self._lock:
            self._meter.feed(level_dbfs, time.monotonic())
            if len(self._samples) > _CATCH_UP_SAMPLES and level_dbfs < _PAUSE_DBFS:
                return
            self._samples = np.concatenate([self._samples, samples])[-_LIMIT_SAMPLES:]

    def pull(self, count: int) -> FloatSamples | None:
        """Take the oldest ``count`` samples, (count,) float32; None while there is nothing to play.

        The end of a voice is padded with zeros.
        """
        with self._lock:
            if not self._is_playing and len(self._samples) < _START_SAMPLES:
                return None
            taken = self._samples[:count]
            self._samples = self._samples[count:]
            self._is_playing = len(taken) == count
        if len(taken) == count:
            return taken
        return np.pad(taken, (0, count - len(taken)))
