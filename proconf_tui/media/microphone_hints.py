"""What somebody should be told about their microphone: muted while talking, or dead.

Pure: levels and instants in, hints out. It knows no device, no clock and no words for people.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, Literal, TypeAlias

from proconf_tui.media.levels import LevelMeter

Hint: TypeAlias = Literal["talking-while-muted", "silent-microphone", "microphone-heard"]

_SPEECH_DBFS: Final = -45.0
_SPEECH_S: Final = 0.5
_SPEECH_WINDOW_S: Final = 1.0
# A click is one rise and then only the fall of a meter; a voice rises again and again.
_SPEECH_RISES: Final = 3
_TALKING_AGAIN_S: Final = 30.0
# Even the quietest room makes a working microphone noisier than this, after noise suppression too.
_DEAD_DBFS: Final = -95.0
_DEAD_S: Final = 6.0
# Some microphones are silent between words; whoever has one is not to be told all the time.
_DEAD_AGAIN_S: Final = 300.0
# A reading stands for the time since the one before, unless nobody was reading.
_LONGEST_READING_S: Final = 0.3


class MicrophoneWatch:
    """Watches one microphone. Fed about ten times a second, with bare or metered levels."""

    def __init__(self) -> None:
        self._talking = _TalkingWatch()
        self._dead = _DeadWatch()

    def feed(
        self, level_dbfs: float, *, is_muted: bool, is_sending: bool, now: float
    ) -> Hint | None:
        """Take a reading and return what to tell, mostly nothing.

        The level is what is heard before muting. ``is_sending`` says that somebody would hear it
        if it were not muted; ``now`` is any monotonic instant in seconds.
        """
        if self._talking.feed(level_dbfs, is_muted, now):
            return "talking-while-muted"
        return self._dead.feed(level_dbfs, is_sending and not is_muted, now)


class _TalkingWatch:
    def __init__(self) -> None:
        self._meter = LevelMeter()
        self._read_at = -math.inf
        # (instant, seconds for which it was loud, whether it was louder than what came before).
        self._loud: deque[tuple[float, float, bool]] = deque()
        self._told_at = -math.inf

    def feed(self, level_dbfs: float, is_muted: bool, now: float) -> bool:
        """Return whether to tell now that somebody talks."""
        lasted_s = min(max(0.0, now - self._read_at), _LONGEST_READING_S)
        # Not quite at the meter's fall: the levels given may have fallen by a meter's rule too.
        is_rise = level_dbfs > self._meter.read(now) + 0.5
        self._meter.feed(level_dbfs, now)
        self._read_at = now
        if not is_muted:
            self._loud.clear()
            self._told_at = -math.inf
            return False
        if level_dbfs > _SPEECH_DBFS:
            self._loud.append((now, lasted_s, is_rise))
        while self._loud and self._loud[0][0] <= now - _SPEECH_WINDOW_S:
            self._loud.popleft()
        if now - self._told_at < _TALKING_AGAIN_S or not self._is_speech():
            return False
        self._told_at = now
        return True

    def _is_speech(self) -> bool:
        loud_s = sum(lasted_s for _, lasted_s, _ in self._loud)
        rises = sum(is_rise for _, _, is_rise in self._loud)
        # Ten readings of a tenth of a second do not add up to exactly one.
        return loud_s > _SPEECH_S - 0.01 and rises >= _SPEECH_RISES


class _DeadWatch:
    def __init__(self) -> None:
        self._silent_since: float | None = None
        self._told_at = -math.inf
        self._is_told = False

    def feed(self, level_dbfs: float, is_heard_by_others: bool, now: float) -> Hint | None:
        """Return what to tell now."""
        if level_dbfs >= _DEAD_DBFS:
            self._silent_since = None
            if self._is_told:
                self._is_told = False
                return "microphone-heard"
            return None
        if not is_heard_by_others:
            self._silent_since = None
            return None
        if self._silent_since is None:
            self._silent_since = now
        if self._is_told or now - self._told_at < _DEAD_AGAIN_S:
            return None
        if now - self._silent_since < _DEAD_S:
            return None
        self._told_at, self._is_told = now, True
        return "silent-microphone"
