"""Half-duplex: while the others are heard from the loudspeaker, the microphone is turned down.

What is left where no echo canceller is to be had: no echo goes back, but neither does a voice
that speaks against the others. Pure: blocks in, blocks out; it knows no device, thread or clock.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, Int16Samples

DUCKED_DB: Final = -28.0
_THRESHOLD_DBFS: Final = -45.0
# An echo comes later than its sound was played, and dies away in the room.
_HOLD_SAMPLES: Final = int(0.35 * SAMPLE_RATE_HZ)
# Down within one device block, before the echo arrives; up slowly enough not to pump.
_FALL_DB_PER_SAMPLE: Final = DUCKED_DB / (0.01 * SAMPLE_RATE_HZ)
_RISE_DB_PER_SAMPLE: Final = -DUCKED_DB / (0.12 * SAMPLE_RATE_HZ)


class Ducker:
    """Turns one microphone down by 28 dB while its loudspeaker plays, and up again afterwards."""

    def __init__(self) -> None:
        self._gain_db = 0.0
        self._held_samples = 0

    def process(self, near: Int16Samples, far: Int16Samples) -> Int16Samples:
        """Return (n,) ``near``, turned down while ``far``, what is being played, is loud."""
        if rms_dbfs(far) > _THRESHOLD_DBFS:
            self._held_samples = _HOLD_SAMPLES
        is_down = self._held_samples > 0
        self._held_samples = max(0, self._held_samples - len(near))
        if not is_down and self._gain_db == 0.0:
            return near
        step_db = _FALL_DB_PER_SAMPLE if is_down else _RISE_DB_PER_SAMPLE
        ramp_db = np.clip(self._gain_db + step_db * np.arange(1, len(near) + 1), DUCKED_DB, 0.0)
        self._gain_db = float(ramp_db[-1]) if len(ramp_db) else self._gain_db
        ducked: Int16Samples = (near * 10.0 ** (ramp_db / 20.0)).astype(np.int16)
        return ducked
