"""Every event of the sdk as data: the one list that the sdk emits and the control link prints.

On the link an event is one line, ``{"event": "new-peer-joined", "peerId": "…", "name": "…"}``;
a callback of the sdk receives the same object without the ``event`` key. Names and payloads are
those of the two seed systems.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from proconf_tui.protocol.ids import Label, PeerId, Role

Json = dict[str, Any]


class Event(msgspec.Struct, frozen=True, rename="camel", tag_field="event"):
    """Base of the events; ``name_of`` gives the seed's name."""


def name_of(event: Event | type[Event]) -> str:
    """Return the event's name, such as ``new-peer-joined``."""
    return str(event.__struct_config__.tag)


def payload_of(event: Event) -> Json:
    """Return what a callback receives: the fields under their camelCase names."""
    built: Json = msgspec.to_builtins(event)
    del built["event"]
    return built


# --- my own way through the room ------------------------------------------------------------------


class RoomConnecting(Event, frozen=True, tag="room-connecting"):
    pass


class RoomAwaiting(Event, frozen=True, tag="room-awaiting"):
    reason: Literal[
        "WAITING_FOR_PERMISSIONS", "WAITING_FOR_ROOM_TO_START", "WAITING_FOR_ADMIN_TO_JOIN"
    ]
    message: str


class RoomJoined(Event, frozen=True, tag="room-joined"):
    pass


class RoomJoinedFailed(Event, frozen=True, tag="room-joined-failed"):
    message: str
    status: Literal[
        "ROOM_NOT_FOUND",
        "NOT_STARTED",
        "DENIED",
        "FULL",
        "BAD_TOKEN",
        "BAD_PASSCODE",
        "BLOCKED",
        "ERROR",
    ]


class RoomReconnecting(Event, frozen=True, tag="room-reconnecting"):
    pass


class RoomReconnected(Event, frozen=True, tag="room-reconnected"):
    pass


class RoomLeft(Event, frozen=True, tag="room-left"):
    pass


class RoomClosed(Event, frozen=True, tag="room-closed"):
    reason: Literal["CLOSED", "KICKED", "DENIED", "EXPIRED", "FULL", "LOST"]
    message: str


# --- the others -----------------------------------------------------------------------------------


class NewPeerJoined(Event, frozen=True, tag="new-peer-joined"):
    peer_id: PeerId
    name: str
    role: Role
    metadata: Json


class PeerLeft(Event, frozen=True, tag="peer-left"):
    peer_id: PeerId
    name: str
    role: Role
    reason: Literal["LEFT", "KICKED", "LOST", "CLOSED"]


class ParticipantConnected(Event, frozen=True, tag="participant-connected"):
    """ProCONF's name for `NewPeerJoined`; comes right after it."""

    peer_id: PeerId
    name: str


class ParticipantDisconnected(Event, frozen=True, tag="participant-disconnected"):
    """ProCONF's name for `PeerLeft`; comes right after it."""

    peer_id: PeerId
    name: str


class LobbyPeersUpdated(Event, frozen=True, tag="lobby-peers-updated"):
    peer_ids: list[PeerId]


class RoomRoleUpdated(Event, frozen=True, tag="room-role-updated"):
    peer_id: PeerId
    new_role: Role
    prev_role: Role


class ConnectionQuality(Event, frozen=True, tag="connection-quality"):
    peer_id: PeerId
    quality: Literal["good", "fair", "poor", "lost"]


class HandRaised(Event, frozen=True, tag="hand-raised"):
    peer_id: PeerId


class HandLowered(Event, frozen=True, tag="hand-lowered"):
    peer_id: PeerId


# --- the room -------------------------------------------------------------------------------------


class RoomControlsUpdated(Event, frozen=True, tag="room-controls-updated"):
    room_locked: bool
    allow_produce: bool
    allow_produce_sources: dict[str, bool]
    allow_consume: bool
    allow_send_data: bool


class MetadataUpdated(Event, frozen=True, tag="metadata-updated"):
    metadata: Json


class PeerMetadataUpdated(Event, frozen=True, tag="peer-metadata-updated"):
    peer_id: PeerId
    metadata: Json


class RoomNotification(Event, frozen=True, tag="room-notification"):
    code: str
    message: str


# --- streams and data -----------------------------------------------------------------------------


class StreamAdded(Event, frozen=True, tag="stream-added"):
    peer_id: PeerId
    label: Label


class StreamClosed(Event, frozen=True, tag="stream-closed"):
    peer_id: PeerId
    label: Label
    reason: Literal["STOPPED", "MODERATOR", "CONTROLS", "PERMISSIONS", "LEFT"]


class StreamPaused(Event, frozen=True, tag="stream-paused"):
    peer_id: PeerId
    label: Label


class StreamResumed(Event, frozen=True, tag="stream-resumed"):
    peer_id: PeerId
    label: Label


class ReceiveData(Event, frozen=True, tag="receive-data"):
    from_: PeerId = msgspec.field(name="from")
    payload: str
    label: str


class ActiveSpeakersChange(Event, frozen=True, tag="active-speakers-change"):
    peer_ids: list[PeerId]
    dominant_speaker: PeerId | None


SDK_EVENTS: dict[str, type[Event]] = {name_of(cls): cls for cls in Event.__subclasses__()}
"""Every event a room of the sdk can emit, by name."""
