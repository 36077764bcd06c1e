"""Who is shown as speaking: also between two words, so that nothing flickers. Pure."""

from __future__ import annotations

from collections.abc import Set
from typing import Final, Generic, TypeVar

Who = TypeVar("Who")

HELD_FOR_S: Final = 1.0
"""So long one is still shown as speaking after the last that was heard."""


class SpeakingHold(Generic[Who]):
    """Remembers who was heard; times are in seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._heard_at: dict[Who, float] = {}
        self._loud: Set[Who] = frozenset()

    def hear(self, loud: Set[Who], now: float) -> bool:
        """Take in who is loud now; return whether somebody has just become quiet."""
        is_new_pause = bool(self._loud - loud)
        self._heard_at |= dict.fromkeys(self._loud | loud, now)
        self._loud = loud
        return is_new_pause

    def speaking(self, now: float) -> Set[Who]:
        """Return who is loud, or was a moment ago."""
        self._heard_at = {
            who: at for who, at in self._heard_at.items() if now - at < HELD_FOR_S
        } | dict.fromkeys(self._loud, now)
        return self._heard_at.keys()
