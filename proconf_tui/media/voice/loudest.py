"""Which of many voices are heard: the loudest, without much coming and going; pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final, NamedTuple

from proconf_tui.media.levels import AUDIBLE_DBFS

HEARD_VOICES: Final = 8
_REMEMBERED_S: Final = 0.3
_AHEAD_DB: Final = 3.0


class _Peak(NamedTuple):
    """The loudest that a voice was of late, and when."""

    level_dbfs: float
    at: float


class LoudestVoices:
    """Chooses up to ``places`` of the voices, each known by its key.

    Who has a place counts as loud as at their latest peak for 300 ms after it, and a newcomer has
    to be louder by 3 dB; but whoever is audible goes before all who have not been for that long.
    """

    def __init__(self, places: int = HEARD_VOICES) -> None:
        self._places = places
        self._held: dict[Hashable, _Peak] = {}

    def choose(self, levels_dbfs: Mapping[Hashable, float], now: float) -> set[Hashable]:
        """Return the keys of those that are heard at the instant ``now``."""
        peaks = {key: self._peak(key, level, now) for key, level in levels_dbfs.items()}
        chosen = set(sorted(peaks, key=lambda key: self._rank(key, peaks[key]))[: self._places])
        self._held = {key: peaks[key] for key in chosen}
        return chosen

    def _peak(self, key: Hashable, level_dbfs: float, now: float) -> _Peak:
        before = self._held.get(key)
        if before is None or level_dbfs >= before.level_dbfs or now >= before.at + _REMEMBERED_S:
            return _Peak(level_dbfs, now)
        return before

    def _rank(self, key: Hashable, peak: _Peak) -> tuple[bool, float]:
        """Return what sorts the voices, those to be heard first."""
        lead_db = _AHEAD_DB if key in self._held else 0.0
        return peak.level_dbfs <= AUDIBLE_DBFS, -(peak.level_dbfs + lead_db)
