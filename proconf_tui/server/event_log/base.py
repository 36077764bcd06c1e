"""What the server asks of any store of events.

A room's log is a sequence; a room at version *n* has *n* events. Appending names the version the
writer believes in, so that two writers can never both be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.events import Event


class VersionConflict(ProconfError):
    """Somebody else has appended to this room since its state was read."""

    code = "VERSION_CONFLICT"
    default_message = "The room changed at the same moment; try again."


class EventLog(Protocol):
    """Append-only storage of the events of every room."""

    async def append(self, room_id: RoomId, expected_version: int, events: Sequence[Event]) -> None:
        """Store ``events`` after the first ``expected_version`` ones, all or none.

        Raises:
            VersionConflict: the room's log does not have exactly that length.
        """

    async def read(self, room_id: RoomId, since: int = 0) -> list[Event]:
        """Return the events after the first ``since`` ones, oldest first."""

    async def rooms(self) -> list[RoomId]:
        """Return the rooms that have events."""

    async def delete(self, room_id: RoomId) -> None:
        """Forget a room; one that is not there is no error."""
