"""How loud a voice is: what its sender tells, for as long as what is decoded bears it out; pure.

A level in a header costs nothing to claim (RFC 6464 section 5): whoever sends silence and tells the
loudest would be decoded for ever in place of somebody who talks.
"""

from __future__ import annotations

from typing import Final

from proconf_tui.media.levels import AUDIBLE_DBFS, LevelMeter
from proconf_tui.media.pcm import SAMPLE_RATE_HZ

# A told level is ahead of what is played by the delay, and includes what a codec leaves out.
_BELIEVED_DB: Final = 20.0
_DOUBTED_SAMPLES: Final = SAMPLE_RATE_HZ
_DISTRUSTED_S: Final = 10.0
# A voice that tells no level and is not decoded counts as talking, so that it gets its turn.
_ASSUMED_DBFS: Final = -30.0


class Loudness:
    """Follows one voice; instants are monotonic seconds.

    Who is silent for a second of decoded sound but claims not to be counts for 10 s as what was
    decoded, and for longer if there is nothing better to decode then.
    """

    def __init__(self) -> None:
        self._told = LevelMeter()
        self._decoded = LevelMeter()
        self._is_told = False
        self._doubted_samples = 0
        self._distrusted_until = 0.0

    def tell(self, level_dbfs: float | None, now: float) -> None:
        """Take what a packet's sender claims; None where it claims nothing."""
        self._is_told = level_dbfs is not None
        if level_dbfs is not None:
            self._told.feed(level_dbfs, now)

    def hear(self, level_dbfs: float, samples: int, now: float) -> None:
        """Take the level of so many decoded samples."""
        self._decoded.feed(level_dbfs, now)
        claimed_dbfs = self._told.read(now)
        # Both fall at a meter's pace: who stops talking has not claimed too much.
        if claimed_dbfs <= max(AUDIBLE_DBFS, self._decoded.read(now) + _BELIEVED_DB):
            self._doubted_samples, self._distrusted_until = 0, 0.0
            return
        self._doubted_samples += samples
        if self._doubted_samples >= _DOUBTED_SAMPLES:
            self._distrusted_until = now + _DISTRUSTED_S

    def pass_over(self, now: float) -> None:
        """Take note of a packet that is not decoded."""
        if not self._is_told:
            self._decoded.feed(_ASSUMED_DBFS, now)

    def read_dbfs(self, now: float) -> float:
        """Return how loud the voice is, -127 to 0."""
        if not self._is_told:
            return self._decoded.read(now)
        told_dbfs = self._told.read(now)
        if now < self._distrusted_until:
            return min(told_dbfs, self._decoded.read(now))
        return told_dbfs
