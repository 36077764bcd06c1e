"""Who is speaking, from how loud everybody is: smoothing, two thresholds and some patience.

Pure: levels in dBov (RFC 6464: 0 loudest … -127 silent) and the instant come in, who speaks goes
out. Two thresholds and a hold keep a pause between words from ending a turn; the dominant speaker
changes only for somebody clearly louder, so that the picture does not jump.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

from proconf_tui.protocol.ids import PeerId

SILENT_DB: Final = -127.0
START_DB: Final = -45.0
"""At or above this one starts to speak."""
STOP_DB: Final = -55.0
"""Above this one who speaks goes on."""
HOLD_S: Final = 0.8
"""A pause this long ends a turn."""
TAKEOVER_DB: Final = 6.0
"""This much louder takes the floor from somebody who is still speaking."""
_FALL: Final = 0.3
"""Share of a new, lower level in the smoothed one; a rise is taken at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class Voice:
    """One peer's smoothed level, and since when it has been heard; None while not speaking."""

    level_db: float = SILENT_DB
    heard_at: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Speakers:
    """Everybody's voice and who has the floor."""

    voices: Mapping[PeerId, Voice] = dataclasses.field(default_factory=dict)
    dominant: PeerId | None = None

    @property
    def active(self) -> list[PeerId]:
        """Who is speaking, loudest first."""
        speaking = [peer for peer, voice in self.voices.items() if voice.heard_at is not None]
        return sorted(speaking, key=lambda peer: -self.voices[peer].level_db)


def heard(before: Speakers, levels: Mapping[PeerId, float], now: float) -> Speakers:
    """Return who is speaking after these levels; a peer without one is forgotten."""
    voices = {
        peer: _voice(before.voices.get(peer, Voice()), level, now) for peer, level in levels.items()
    }
    after = Speakers(voices)
    return dataclasses.replace(after, dominant=_dominant(before.dominant, after))


def _voice(before: Voice, level_db: float, now: float) -> Voice:
    smoothed = level_db
    if level_db < before.level_db:
        smoothed = before.level_db + _FALL * (level_db - before.level_db)
    threshold = START_DB if before.heard_at is None else STOP_DB
    if level_db >= threshold:
        return Voice(smoothed, now)
    is_held = before.heard_at is not None and now - before.heard_at < HOLD_S
    return Voice(smoothed, before.heard_at if is_held else None)


def _dominant(before: PeerId | None, after: Speakers) -> PeerId | None:
    active = after.active
    if not active:
        # Whoever spoke last keeps the floor through silence, as long as they are there.
        return before if before in after.voices else None
    if before not in active:
        return active[0]
    loudest, holder = after.voices[active[0]], after.voices[before]
    return active[0] if loudest.level_db >= holder.level_db + TAKEOVER_DB else before
