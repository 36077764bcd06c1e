"""How loud sound is, in dB relative to full scale (dBFS), and a meter that is pleasant to watch.

Pure: arrays and instants in, numbers out. It knows no device, clock or screen. The range is
that of RFC 6464: -127 (silence) to 0 (a full-scale square wave).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

SILENCE_DBFS = -127.0
AUDIBLE_DBFS = -50.0
"""What is softer is hardly heard, beside other voices not at all."""
_DECAY_DB_PER_S = 40.0
_INT16_FULL_SCALE = 32768.0


def rms_dbfs(samples: npt.NDArray[np.int16] | npt.NDArray[np.float32]) -> float:
    """Return the root mean square of ``samples`` in dBFS, between -127 and 0.

    Any shape; int16 is measured against 32768, float32 against 1.0. No samples are silence.
    """
    if samples.size == 0:
        return SILENCE_DBFS
    wave = samples.reshape(-1).astype(np.float32)
    rms = math.sqrt(float(np.dot(wave, wave)) / wave.size)
    if samples.dtype == np.int16:
        rms /= _INT16_FULL_SCALE
    if rms <= 0.0:
        return SILENCE_DBFS
    return min(0.0, max(SILENCE_DBFS, 20.0 * math.log10(rms)))


class LevelMeter:
    """Follows a level up at once and down at 40 dB per second.

    ``now`` is any monotonic instant in seconds. A meter that is no longer fed falls to silence.
    """

    def __init__(self) -> None:
        self._level_dbfs = SILENCE_DBFS
        self._at = 0.0

    def feed(self, level_dbfs: float, now: float) -> None:
        """Take one measurement."""
        self._level_dbfs = max(level_dbfs, self.read(now))
        self._at = now

    def read(self, now: float) -> float:
        """Return what the meter shows at ``now``, in dBFS."""
        fallen_db = _DECAY_DB_PER_S * max(0.0, now - self._at)
        return max(SILENCE_DBFS, self._level_dbfs - fallen_db)
