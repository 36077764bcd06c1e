"""Which of many voices are heard: the loudest, without much coming and going; pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

HEARD_VOICES: Final = 8
_HELD_S: Final = 0.3
_AHEAD_DB: Final = 3.0


class LoudestVoices:
    """Chooses up to ``places`` of the voices, each known by its key.

    Who becomes quiet keeps the place for 300 ms; a newcomer has to be louder by 3 dB.
    """

    def __init__(self, places: int = HEARD_VOICES) -> None:
        self._places = places
        self._held_until: dict[Hashable, float] = {}

    def choose(self, levels_dbfs: Mapping[Hashable, float], now: float) -> set[Hashable]:
        """Return the keys of those that are heard at the instant ``now``."""
        held = self._held_until
        raised = {
            key: level + _AHEAD_DB if key in held else level for key, level in levels_dbfs.items()
        }
        loudest = sorted(raised, key=raised.__getitem__, reverse=True)[: self._places]
        keeping = [key for key in held if key in levels_dbfs and held[key] > now]
        chosen = set(list(dict.fromkeys([*keeping, *loudest]))[: self._places])
        until = now + _HELD_S
        self._held_until = {key: until if key in loudest else held.get(key, now) for key in chosen}
        return chosen
