"""The state of a room as data: who is in, who waits, what is allowed.

Everything here is immutable and can be encoded to JSON as it stands; a snapshot for a client is
simply a `RoomState` with the parts hidden that this client has no right to (see ``view``).
Instants are seconds since the epoch, handed in by the caller.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from proconf_tui.protocol.ids import Identity, Label, PeerId, Role, RoomId
from proconf_tui.room.permissions import Controls, Permissions, Rights

Json = dict[str, Any]
"""A JSON object."""

CloseReason = Literal["CLOSED", "EXPIRED"]
"""Why a whole room ended."""


class StreamState(msgspec.Struct, frozen=True, rename="camel"):
    """One published stream; a paused one stays published and is not forwarded."""

    is_paused: bool = False


class Participant(msgspec.Struct, frozen=True, rename="camel"):
    """An admitted member of the room."""

    peer_id: PeerId
    identity: Identity
    name: str
    role: Role
    permissions: Permissions
    joined_at: float
    metadata: Json = {}
    streams: dict[Label, StreamState] = {}
    hand_raised_at: float | None = None
    is_connected: bool = True
    """False while the seat is kept for somebody whose connection broke."""
    joined_version: int = 0
    """The room's version when they came in; chat said before is not theirs to read."""
    token_id: str = ""
    """The ``jti`` of the token they came with; names it, and opens nothing."""


class Waiting(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody in the lobby, with all that is needed to make a participant of them."""

    peer_id: PeerId
    identity: Identity
    name: str
    role: Role
    permissions: Permissions
    knocked_at: float
    metadata: Json = {}
    is_connected: bool = True
    token_id: str = ""


class ChatLine(msgspec.Struct, frozen=True, rename="camel"):
    """One line of chat; ``to`` is None for everybody."""

    from_peer_id: PeerId
    from_name: str
    text: str
    said_at: float
    to: PeerId | None = None
    version: int = 0
    """The room's version with this line in it; names the line, and grows from line to line."""
    key: str = ""
    """What the sender named it by, so that a line sent again is not said twice."""


class RoomState(msgspec.Struct, frozen=True, rename="camel"):
    """Everything durable about one room; ``version`` counts the events folded into it."""

    room_id: RoomId
    version: int = 0
    created_at: float = 0.0
    is_started: bool = False
    closed: CloseReason | None = None
    closed_at: float = 0.0
    controls: Controls = Controls()
    metadata: Json = {}
    passcode_hash: str | None = None
    max_peers: int | None = None
    expires_at: float | None = None
    participants: dict[PeerId, Participant] = {}
    lobby: dict[PeerId, Waiting] = {}
    blocked: frozenset[Identity] = frozenset()
    refused_tokens: frozenset[str] = frozenset()
    """``jti`` of the tokens of those who were kicked."""
    chat: tuple[ChatLine, ...] = ()

    def rights_of(self, peer_id: PeerId) -> Rights | None:
        """Return what this participant may do now, or None for somebody who is not in."""
        member = self.participants.get(peer_id)
        return Rights(member.permissions, self.controls) if member else None
