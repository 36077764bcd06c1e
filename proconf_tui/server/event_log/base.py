"""What the server asks of any store of events.

A room's log is a sequence; a room at version *n* has had *n* events. Appending names the version
the writer believes in, so that two writers can never both be right. Old events can give way to a
snapshot of what followed from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState


class VersionConflict(ProconfError):
    """Somebody else has appended to this room since its state was read."""

    code = "VERSION_CONFLICT"
    default_message = "The room changed at the same moment; try again."


class StoreFailed(ProconfError):
    """The store cannot be read or written; nothing of what was asked has been done."""

    code = "STORE_FAILED"
    default_message = (
        "The server cannot keep what happens in the room; ask its operator to see to its disk."
    )


class StoreDamaged(StoreFailed):
    """What is stored of one room cannot be read; it stays as it is, and the others are sound."""

    code = "STORE_DAMAGED"
    default_message = "The server cannot read what it keeps of this room; start another room."


class StoredRoom(NamedTuple):
    """What is kept of one room; nothing at all for a room that is not there."""

    snapshot: RoomState | None
    events: list[Event]
    """The events after the snapshot, or all of them; oldest first."""


class EventLog(Protocol):
    """Append-only storage of the events of every room.

    Any method raises `StoreFailed` if the store behind it fails. Each is done whole or not at all,
    but who is cancelled while waiting for one cannot know which.
    """

    async def append(self, room_id: RoomId, expected_version: int, events: Sequence[Event]) -> None:
        """Store ``events`` after the first ``expected_version`` ones, all or none.

        Raises:
            VersionConflict: the room has not had exactly that many events.
        """

    async def load(self, room_id: RoomId) -> StoredRoom:
        """Return everything that is kept of a room.

        Raises:
            StoreDamaged: it cannot be read.
        """

    async def trim(self, room_id: RoomId, snapshot: RoomState) -> None:
        """Keep ``snapshot`` instead of the events up to its version.

        Raises:
            VersionConflict: the room has not come so far, or is trimmed further already.
        """

    async def rooms(self) -> list[RoomId]:
        """Return the rooms of which something is kept, the damaged ones among them."""

    async def delete(self, room_id: RoomId) -> None:
        """Forget a room; one that is not there is no error."""

    async def aclose(self) -> None:
        """Let go of the store; closing twice is no error."""
