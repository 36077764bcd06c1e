"""What the loudspeaker plays, handed to whoever takes the echo of it out of the microphone.

Two audio threads meet here, of devices whose clocks differ a little: one adds blocks, the other
takes one for each block it has heard. It knows neither device.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from proconf_tui.media.pcm import (
    DEVICE_BLOCK_SAMPLES,
    FloatSamples,
    FrameAssembler,
    Int16Samples,
    to_int16,
)

_KEPT_BLOCKS: Final = 6
# What was never needed during a second only makes the played sound later than its echo.
_WATCHED_TAKES: Final = 100
_RESERVE_BLOCKS: Final = 1


class FarEnd:
    """A short queue of played blocks. Bounded: the oldest is dropped, so that it never lags.

    `add` by one thread and `take` by one thread at a time; neither waits.
    """

    def __init__(self) -> None:
        self._blocks: deque[Int16Samples] = deque(maxlen=_KEPT_BLOCKS)
        self._assembler = FrameAssembler(DEVICE_BLOCK_SAMPLES)
        self._silence: Int16Samples = np.zeros(DEVICE_BLOCK_SAMPLES, np.int16)
        self._takes = 0
        self._spare = _KEPT_BLOCKS

    def add(self, played: FloatSamples) -> None:
        """Add (n,) samples that the device was given; they are copied."""
        self._blocks.extend(self._assembler.push(to_int16(played)))

    def take(self) -> Int16Samples:
        """Return the next (480,) played samples, silence while nothing is played."""
        self._trim()
        try:
            return self._blocks.popleft()
        except IndexError:
            return self._silence

    def _trim(self) -> None:
        self._spare = min(self._spare, len(self._blocks) - 1)
        self._takes += 1
        if self._takes < _WATCHED_TAKES:
            return
        # Only this thread takes away, so those blocks are there.
        for _ in range(self._spare - _RESERVE_BLOCKS):
            self._blocks.popleft()
        self._takes = 0
        self._spare = _KEPT_BLOCKS
