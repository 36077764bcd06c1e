"""What happened in a room, in the past tense; the room's durable truth is the list of these.

Events are tagged structs (``{"type": "PeerJoined", …}``), so that the event log and the wire
carry the same thing. ``by`` is the moderator who did it, or None for the server itself.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from proconf_tui.protocol.ids import Identity, Label, PeerId, Role, RoomId
from proconf_tui.room.model import ChatLine, CloseReason, Json, Participant, Waiting
from proconf_tui.room.permissions import Controls, Permissions

LeaveReason = Literal["LEFT", "KICKED", "LOST", "CLOSED"]
LobbyReason = Literal["DENIED", "LEFT", "LOST", "CLOSED", "KICKED"]
StreamReason = Literal["STOPPED", "MODERATOR", "CONTROLS", "PERMISSIONS"]


class _Event(msgspec.Struct, frozen=True, rename="camel", tag=True):
    """Base of the events: encoded with the class name as ``type``."""


class RoomCreated(_Event, frozen=True):
    """The room was made, or one that had ended was opened again: everything begins anew."""

    room_id: RoomId
    created_at: float
    controls: Controls = Controls()
    metadata: Json = {}
    passcode_hash: str | None = None
    max_peers: int | None = None
    expires_at: float | None = None


class RoomStarted(_Event, frozen=True):
    """The first moderator came in; from now on others may."""

    by: PeerId


class RoomClosed(_Event, frozen=True):
    """The room is over, for everybody in it and in its lobby."""

    reason: CloseReason
    by: PeerId | None = None
    closed_at: float = 0.0


class ControlsUpdated(_Event, frozen=True):
    """The room's controls are now these; all of them are named."""

    controls: Controls
    by: PeerId | None = None


class RoomMetadataUpdated(_Event, frozen=True):
    """The room's metadata are now these."""

    metadata: Json
    by: PeerId | None = None


class PeerKnocked(_Event, frozen=True):
    """Somebody waits in the lobby."""

    waiting: Waiting


class LobbyLeft(_Event, frozen=True):
    """Somebody who waited waits no longer and was not let in."""

    peer_id: PeerId
    reason: LobbyReason
    by: PeerId | None = None


class PeerJoined(_Event, frozen=True):
    """Somebody is in; if they waited, they no longer do."""

    participant: Participant
    by: PeerId | None = None


class PeerLeft(_Event, frozen=True):
    """Somebody who was in is gone, with their streams and their raised hand."""

    peer_id: PeerId
    reason: LeaveReason
    by: PeerId | None = None


class PeerDisconnected(_Event, frozen=True):
    """The connection of one who is in or waits broke; the seat is kept for a while."""

    peer_id: PeerId


class PeerReconnected(_Event, frozen=True):
    """Somebody took their kept seat again."""

    peer_id: PeerId


class IdentityBlocked(_Event, frozen=True):
    """An identity may not come in until it is unblocked."""

    identity: Identity
    by: PeerId | None = None


class IdentityUnblocked(_Event, frozen=True):
    """A blocked identity may come in again."""

    identity: Identity
    by: PeerId | None = None


class StreamAdded(_Event, frozen=True):
    """A participant publishes a stream."""

    peer_id: PeerId
    label: Label


class StreamClosed(_Event, frozen=True):
    """A stream is over; ``reason`` says who ended it. One who leaves takes theirs along."""

    peer_id: PeerId
    label: Label
    reason: StreamReason
    by: PeerId | None = None


class StreamPaused(_Event, frozen=True):
    """A stream is forwarded to nobody for now."""

    peer_id: PeerId
    label: Label


class StreamResumed(_Event, frozen=True):
    """A paused stream is forwarded again."""

    peer_id: PeerId
    label: Label


class RoleUpdated(_Event, frozen=True):
    """A participant has another role, and with it these rights."""

    peer_id: PeerId
    role: Role
    previous_role: Role
    permissions: Permissions
    by: PeerId | None = None


class PermissionsUpdated(_Event, frozen=True):
    """A participant may do this now, whatever their role."""

    peer_id: PeerId
    permissions: Permissions
    by: PeerId | None = None


class PeerMetadataUpdated(_Event, frozen=True):
    """A participant's metadata are now these."""

    peer_id: PeerId
    metadata: Json


class HandRaised(_Event, frozen=True):
    """A participant asks for the floor."""

    peer_id: PeerId
    raised_at: float


class HandLowered(_Event, frozen=True):
    """A participant asks for the floor no longer."""

    peer_id: PeerId
    by: PeerId | None = None


class ChatSaid(_Event, frozen=True):
    """A line of chat was said."""

    line: ChatLine


Event = (
    RoomCreated
    | RoomStarted
    | RoomClosed
    | ControlsUpdated
    | RoomMetadataUpdated
    | PeerKnocked
    | LobbyLeft
    | PeerJoined
    | PeerLeft
    | PeerDisconnected
    | PeerReconnected
    | IdentityBlocked
    | IdentityUnblocked
    | StreamAdded
    | StreamClosed
    | StreamPaused
    | StreamResumed
    | RoleUpdated
    | PermissionsUpdated
    | PeerMetadataUpdated
    | HandRaised
    | HandLowered
    | ChatSaid
)
