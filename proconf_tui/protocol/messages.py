"""Every message of the signalling websocket, one struct each.

Three shapes, all JSON objects in text frames::

    request       {"id": 7, "method": "kick", "params": {"peerId": "…"}}      client → server
    response      {"id": 7, "result": {…}}  or  {"id": 7, "error": {"code": "…", "message": "…"}}
    notification  {"method": "room-events", "params": {…}}                     server → client

The first request on a connection is ``join``. Room events and snapshots travel as raw JSON:
this layer carries them and does not know what is in them (`proconf_tui.room` does).
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import msgspec

from proconf_tui.protocol.ids import Identity, Label, Mid, PeerId, Role, RoomId, Source

PROTOCOL_VERSION = 1

Json = dict[str, Any]


class Empty(msgspec.Struct, frozen=True):
    """The result of a request that has nothing to tell but that it was done."""


class Request(msgspec.Struct, frozen=True, rename="camel"):
    """Base of the requests; ``method`` names them on the wire, ``result`` types the answer."""

    method: ClassVar[str]
    result: ClassVar[type[msgspec.Struct]] = Empty


class Notification(msgspec.Struct, frozen=True, rename="camel"):
    """Base of what the server tells unasked."""

    method: ClassVar[str]


# --- coming and going ---------------------------------------------------------------------------


class Resume(msgspec.Struct, frozen=True, rename="camel"):
    """The claim to a kept seat: what the server gave in `Joined`, and the last version seen."""

    peer_id: PeerId
    resume_key: str
    version: int = 0


class Joined(msgspec.Struct, frozen=True, rename="camel"):
    """Accepted; whether in or waiting follows as `Welcome` or `Awaiting`."""

    room_id: RoomId
    peer_id: PeerId
    resume_key: str
    heartbeat_s: Annotated[float, msgspec.Meta(gt=0)]


class Join(Request, frozen=True):
    """The first message: who I am (the token) and how I want to come in."""

    method = "join"
    result = Joined
    token: str
    version: int = PROTOCOL_VERSION
    name: str | None = None
    metadata: Json | None = None
    will_wait: bool = False
    has_media: bool = True
    """False: no connections are set up; a bot that only chats and moderates."""
    resume: Resume | None = None


class Leave(Request, frozen=True):
    method = "leave"


class EndRoom(Request, frozen=True):
    method = "end-room"


class Ping(Request, frozen=True):
    """The client's heartbeat; the answer shows the server and the round trip are alive."""

    method = "ping"


# --- media --------------------------------------------------------------------------------------


class PublishResult(msgspec.Struct, frozen=True):
    sdp: str


class Publish(Request, frozen=True):
    """Offer of the publishing connection; ``labels`` names the stream of each media section."""

    method = "publish"
    result = PublishResult
    sdp: str
    labels: dict[Mid, Label]


class AnswerSubscription(Request, frozen=True):
    """Answer to the last `SubscriptionOffer`."""

    method = "answer-subscription"
    sdp: str


class ResetSubscription(Request, frozen=True):
    """Ask for a fresh subscribing connection (an offer follows) when the old one is dead."""

    method = "reset-subscription"


class Produce(Request, frozen=True):
    """Start a stream: from now on what arrives under this label is forwarded."""

    method = "produce"
    label: Label


class StopProducing(Request, frozen=True):
    method = "stop-producing"
    label: Label


class PauseStream(Request, frozen=True):
    method = "pause-stream"
    label: Label


class ResumeStream(Request, frozen=True):
    method = "resume-stream"
    label: Label


# --- moderation ---------------------------------------------------------------------------------


class Admit(Request, frozen=True):
    method = "admit"
    peer_id: PeerId


class AdmitAll(Request, frozen=True):
    method = "admit-all"


class Deny(Request, frozen=True):
    method = "deny"
    peer_id: PeerId


class Kick(Request, frozen=True):
    method = "kick"
    peer_id: PeerId
    block: bool = False


class Unblock(Request, frozen=True):
    method = "unblock"
    identity: Identity


class UpdateControls(Request, frozen=True):
    method = "update-controls"
    room_locked: bool | None = None
    allow_produce: bool | None = None
    allow_produce_sources: dict[Source, bool] | None = None
    allow_consume: bool | None = None
    allow_send_data: bool | None = None


class CloseStreams(Request, frozen=True):
    method = "close-streams"
    labels: list[Label]
    peer_ids: list[PeerId] | None = None


class MuteEveryone(Request, frozen=True):
    method = "mute-everyone"
    allow_unmute: bool = True


class UpdateRole(Request, frozen=True):
    method = "update-role"
    peer_id: PeerId
    role: Role


class UpdatePermissions(Request, frozen=True):
    """``permissions``: the changed ones only, by their camelCase names."""

    method = "update-permissions"
    peer_id: PeerId
    permissions: Json


# --- data ---------------------------------------------------------------------------------------


class UpdateRoomMetadata(Request, frozen=True):
    method = "update-room-metadata"
    metadata: Json


class UpdatePeerMetadata(Request, frozen=True):
    method = "update-peer-metadata"
    metadata: Json


class RaiseHand(Request, frozen=True):
    method = "raise-hand"


class LowerHand(Request, frozen=True):
    method = "lower-hand"
    peer_id: PeerId | None = None


class SendChat(Request, frozen=True):
    method = "send-chat"
    text: str
    to: PeerId | None = None


class SendData(Request, frozen=True):
    """Passing data that nobody keeps; ``to`` None is everybody in the room."""

    method = "send-data"
    payload: str
    label: str = "data"
    to: list[PeerId] | None = None


# --- notifications ------------------------------------------------------------------------------


class Awaiting(Notification, frozen=True):
    """Not in yet, and why."""

    method = "awaiting"
    reason: Literal[
        "WAITING_FOR_PERMISSIONS", "WAITING_FOR_ROOM_TO_START", "WAITING_FOR_ADMIN_TO_JOIN"
    ]
    message: str


class Welcome(Notification, frozen=True):
    """In: the room as this peer may see it. Sent again whenever that view changes as a whole."""

    method = "welcome"
    state: msgspec.Raw
    is_resumed: bool = False


class RoomEvents(Notification, frozen=True):
    """What happened since, oldest first; ``version`` is the room's after the last of them."""

    method = "room-events"
    version: int
    events: list[msgspec.Raw]


class SubscriptionOffer(Notification, frozen=True):
    """The server's offer for the subscribing connection."""

    method = "subscription-offer"
    sdp: str


class SlotFeed(msgspec.Struct, frozen=True, rename="camel"):
    mid: Mid
    kind: Literal["audio", "video"]
    peer_id: PeerId
    label: Label


class Slots(Notification, frozen=True):
    """Which peer's stream each media section of the subscribing connection carries now."""

    method = "slots"
    feeds: list[SlotFeed]


class Levels(Notification, frozen=True):
    """How loud who is, in dBov (-127 silent … 0), and who is speaking, loudest first."""

    method = "levels"
    levels: dict[PeerId, float]
    active_speakers: list[PeerId]
    dominant_speaker: PeerId | None = None


class Data(Notification, frozen=True):
    method = "data"
    from_peer_id: PeerId
    payload: str
    label: str


class MediaLost(Notification, frozen=True):
    """The server hears nothing of this peer's media any more; build fresh connections."""

    method = "media-lost"


class Notice(Notification, frozen=True):
    """Something a person should know that is no event of the room."""

    method = "notice"
    code: str
    message: str


class Closed(Notification, frozen=True):
    """The last message: this peer's time in the room, or the room itself, is over."""

    method = "closed"
    reason: Literal["CLOSED", "KICKED", "DENIED", "EXPIRED", "FULL", "LOST"]
    message: str


def _by_method(base: type[Any]) -> dict[str, type[Any]]:
    return {cls.method: cls for cls in base.__subclasses__()}


REQUESTS: dict[str, type[Request]] = _by_method(Request)
NOTIFICATIONS: dict[str, type[Notification]] = _by_method(Notification)
