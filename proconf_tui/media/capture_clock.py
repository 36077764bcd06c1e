"""When the sounds of a microphone were made, counted in samples as RTP counts them.

Pure: instants come as arguments. A device's own count is the better clock as long as it delivers;
where it did not, time has gone on all the same, and who plays pictures beside the sound, or
measures the network by it, must be able to see that.
"""

from __future__ import annotations

from typing import Final

from proconf_tui.media.pcm import SAMPLE_RATE_HZ

MAX_PAUSE_S: Final = 1.0
"""A device that is silent for longer has stopped; in less, a busy machine delivers late."""


class CaptureClock:
    """Numbers what is delivered; the numbers go on through a pause of the device."""

    def __init__(self) -> None:
        self._next = 0
        self._last_at: float | None = None

    def stamp(self, count: int, now: float) -> int:
        """Return the number of the first of ``count`` samples delivered at ``now``."""
        if self._last_at is not None and now - self._last_at > MAX_PAUSE_S:
            self._next += int((now - self._last_at) * SAMPLE_RATE_HZ) - count
        self._last_at = now
        first = self._next
        self._next += count
        return first
