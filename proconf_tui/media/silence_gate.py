"""Which frames of a voice are sent: all that can be heard, and now and then one that cannot.

Pure: levels in, yes or no out; it counts frames and has no clock. It stands in for the
discontinuous transmission of Opus itself (RFC 6716 section 2.1.9), which takes a steady tone or
held notes of music for background noise and stops sending them: here only the level counts.
"""

from __future__ import annotations

from typing import Final

OPEN_DBFS: Final = -60.0
"""What is louder is always sent. Speech is at -40 to -15, and its softest consonants 20 below."""
CLOSE_DBFS: Final = -65.0
"""What is softer is silence. Noise that wavers around a single threshold would be chopped."""
HOLD_FRAMES: Final = 30
"""600 ms: longer than the pauses within a sentence, so that the gate closes only after it."""
KEEP_ALIVE_FRAMES: Final = 20
"""400 ms: two or three packets in each second's report of loss and jitter, and a level that is
still told; 19 of 20 packets are saved."""


class SilenceGate:
    """Decides frame by frame, 20 ms each; it begins open."""

    def __init__(self) -> None:
        self._silent_frames = 0

    def admit(self, level_dbfs: float) -> bool:
        """Take the level of the next frame; return whether it is to be sent."""
        is_open = self._silent_frames < HOLD_FRAMES
        if level_dbfs > (CLOSE_DBFS if is_open else OPEN_DBFS):
            self._silent_frames = 0
            return True
        self._silent_frames += 1
        withheld = self._silent_frames - HOLD_FRAMES
        return withheld <= 0 or withheld % KEEP_ALIVE_FRAMES == 0
