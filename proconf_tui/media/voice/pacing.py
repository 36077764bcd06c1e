"""Whether a voice is played a little faster or slower; the decision only, and pure.

Spare is how long before it is played the fastest packet arrives, in samples at 48 kHz. It is
compared with the spare that the arrivals call for.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from proconf_tui.media.pcm import SAMPLES_PER_MS

_RISE: Final = 5 * SAMPLES_PER_MS
# As much as is taken out of silence, or the next frame would need it back.
_TRIM_ABOVE: Final = 10 * SAMPLES_PER_MS
# So little delay is not heard, but a word that is pressed together is.
_SHORTEN_ABOVE: Final = 20 * SAMPLES_PER_MS
_LENGTHEN_BELOW: Final = 10 * SAMPLES_PER_MS
_DROP_ABOVE: Final = 150 * SAMPLES_PER_MS
# One period in 40 ms is as much as speech bears well.
_INTERVAL: Final = 40 * SAMPLES_PER_MS


class Pace(Enum):
    """What becomes of a frame."""

    KEEP = auto()
    TRIM = auto()
    """Shorten it if nothing is said in it."""
    SHORTEN = auto()
    LENGTHEN = auto()


class Pacer:
    """Decides frame by frame, with hysteresis.

    Having too much is believed slowly, from the least spare of the last moments, having too little
    at once: a frame too late is heard, one too early is not.
    """

    def __init__(self) -> None:
        self._pace = Pace.KEEP
        self._floor = 0.0
        self._rest = 0

    def begin(self, spare: float) -> None:
        """Forget what was; the voice begins anew with so much to spare."""
        self._pace = Pace.KEEP
        self._floor = spare
        self._rest = 0

    def is_hopeless(self, spare: float, wanted: float) -> bool:
        """Return whether the voice is so late that whole frames must go."""
        return spare > wanted + _DROP_ABOVE

    def decide(self, spare: float, wanted: float, frame: int, ahead: float = 0.0) -> Pace:
        """Return what becomes of the next ``frame`` samples.

        They may be asked for so long ``ahead`` of being played: what is shortened must leave that.
        """
        self._floor = min(spare, self._floor + _RISE)
        self._pace = self._next(spare, wanted, ahead)
        self._rest = max(0, self._rest - frame)
        return Pace.KEEP if self._rest else self._pace

    def note_stretch(self, samples: int) -> None:
        """Take note that the voice became longer by so many samples (shorter: below zero)."""
        self._floor += samples
        if samples:
            self._rest = _INTERVAL

    def _next(self, spare: float, wanted: float, ahead: float) -> Pace:
        over = self._floor - wanted - ahead
        if spare < wanted - min(_LENGTHEN_BELOW, wanted / 2):
            return Pace.LENGTHEN
        if self._pace is Pace.LENGTHEN and spare < wanted:
            return Pace.LENGTHEN
        if over > _SHORTEN_ABOVE or (self._pace is Pace.SHORTEN and over > 0):
            return Pace.SHORTEN
        return Pace.TRIM if over > _TRIM_ABOVE else Pace.KEEP
