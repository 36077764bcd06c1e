"""Under which names identities have been seen, also those of who is gone; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from proconf_tui.protocol.ids import Identity
from proconf_tui.room.model import Participant, RoomState, Waiting

MOST: Final = 1000


class KnownNames:
    """The newest `MOST` identities; whoever was seen first is forgotten first."""

    def __init__(self) -> None:
        self._names: dict[Identity, str] = {}

    def seen(self, room: RoomState | None) -> Mapping[Identity, str]:
        """Remember all who are in or wait, and return every name that is known."""
        if room is not None:
            seats: list[Participant | Waiting] = [*room.participants.values(), *room.lobby.values()]
            self._names |= {seat.identity: seat.name for seat in seats}
            while len(self._names) > MOST:
                del self._names[next(iter(self._names))]
        return self._names
