"""Every event of the sdk as data: the one list that the sdk emits and the control link prints.

On the link an event is one line, ``{"event": "new-peer-joined", "peerId": "…", "name": "…"}``;
a callback of the sdk receives the same object without the ``event`` key. Names and payloads are
those of the two seed systems.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from proconf_tui.protocol.ids import Label, PeerId, Role

Json = dict[str, Any]

MEDIA_UNREACHABLE: Final = "MEDIA_UNREACHABLE"
"""The code of the notification that neither sound nor pictures get through."""

MEDIA_REACHED: Final = "MEDIA_REACHED"
"""The code of the notification that they get through after all."""


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
    """One begins to connect."""


class RoomAwaiting(Event, frozen=True, tag="room-awaiting"):
    """One waits; ``reason`` says for what, and ``message`` says it in a sentence."""

    reason: Literal[
        "WAITING_FOR_PERMISSIONS", "WAITING_FOR_ROOM_TO_START", "WAITING_FOR_ADMIN_TO_JOIN"
    ]
    message: str


class RoomJoined(Event, frozen=True, tag="room-joined"):
    """One is in."""


class RoomJoinedFailed(Event, frozen=True, tag="room-joined-failed"):
    """One was not let in; ``message`` is a sentence for people."""

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
    """The connection broke and is being made again; the seat is kept for 30 seconds."""


class RoomReconnected(Event, frozen=True, tag="room-reconnected"):
    """The connection is back, in the same seat unless it was given up."""


class RoomLeft(Event, frozen=True, tag="room-left"):
    """One has left, of one's own will."""


class RoomClosed(Event, frozen=True, tag="room-closed"):
    """One is out for good; ``message`` is a sentence for people."""

    reason: Literal["CLOSED", "KICKED", "DENIED", "EXPIRED", "FULL", "LOST"]
    message: str


# --- the others -----------------------------------------------------------------------------------


class NewPeerJoined(Event, frozen=True, tag="new-peer-joined"):
    """Somebody came in."""

    peer_id: PeerId
    name: str
    role: Role
    metadata: Json


class PeerLeft(Event, frozen=True, tag="peer-left"):
    """Somebody is gone; ``LOST`` when their connection did not come back in time."""

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
    """Who waits in the lobby now, longest waiting first; moderators only."""

    peer_ids: list[PeerId]


class RoomRoleUpdated(Event, frozen=True, tag="room-role-updated"):
    """Somebody, perhaps oneself, has another role."""

    peer_id: PeerId
    new_role: Role
    prev_role: Role


class ConnectionQuality(Event, frozen=True, tag="connection-quality"):
    """How well somebody is connected; ``lost`` while their seat is kept for them."""

    peer_id: PeerId
    quality: Literal["good", "fair", "poor", "lost"]


class HandRaised(Event, frozen=True, tag="hand-raised"):
    """Somebody asks for the floor."""

    peer_id: PeerId


class HandLowered(Event, frozen=True, tag="hand-lowered"):
    """Somebody asks for the floor no longer."""

    peer_id: PeerId


# --- the room -------------------------------------------------------------------------------------


class RoomControlsUpdated(Event, frozen=True, tag="room-controls-updated"):
    """The room's controls are now these; all of them are named."""

    room_locked: bool
    allow_produce: bool
    allow_produce_sources: dict[str, bool]
    allow_consume: bool
    allow_send_data: bool


class MetadataUpdated(Event, frozen=True, tag="metadata-updated"):
    """The room's metadata are now these."""

    metadata: Json


class PeerMetadataUpdated(Event, frozen=True, tag="peer-metadata-updated"):
    """Somebody's metadata are now these."""

    peer_id: PeerId
    metadata: Json


class RoomNotification(Event, frozen=True, tag="room-notification"):
    """Something one should know; ``code`` is stable, ``message`` is a sentence for people."""

    code: str
    message: str


# --- streams and data -----------------------------------------------------------------------------


class StreamAdded(Event, frozen=True, tag="stream-added"):
    """Somebody, perhaps oneself, publishes a stream."""

    peer_id: PeerId
    label: Label


class StreamClosed(Event, frozen=True, tag="stream-closed"):
    """A stream is over; ``reason`` says who ended it."""

    peer_id: PeerId
    label: Label
    reason: Literal["STOPPED", "MODERATOR", "CONTROLS", "PERMISSIONS", "LEFT"]


class StreamPaused(Event, frozen=True, tag="stream-paused"):
    """A stream is silent or frozen for now: its sender is muted."""

    peer_id: PeerId
    label: Label


class StreamResumed(Event, frozen=True, tag="stream-resumed"):
    """A paused stream goes on."""

    peer_id: PeerId
    label: Label


class ReceiveData(Event, frozen=True, tag="receive-data"):
    """Somebody sent data: ``chat``, ``reaction``, or any other label."""

    from_: PeerId = msgspec.field(name="from")
    payload: str
    label: str


class ActiveSpeakersChange(Event, frozen=True, tag="active-speakers-change"):
    """Who speaks now, loudest first, and who has the floor; told at most five times a second."""

    peer_ids: list[PeerId]
    dominant_speaker: PeerId | None


SDK_EVENTS: dict[str, type[Event]] = {name_of(cls): cls for cls in Event.__subclasses__()}
"""Every event a room of the sdk can emit, by name."""
