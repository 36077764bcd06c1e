"""What the server tells unasked, one struct each; `messages` says how they travel.

Room events and snapshots are raw JSON here: `proconf_tui.room` knows what is in them.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from proconf_tui.protocol.ids import Label, Mid, PeerId


class Notification(msgspec.Struct, frozen=True, rename="camel"):
    """Base of what the server tells unasked."""

    method: ClassVar[str]


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
    """Back in the kept seat, with too much changed to tell it event by event."""
    has_gap: bool = False
    """Some of what happened meanwhile is no longer kept, and will never be told."""


class Resumed(Notification, frozen=True):
    """Back in the kept seat: exactly what happened meanwhile, as in `RoomEvents`."""

    method = "resumed"

    version: int
    events: list[msgspec.Raw]


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
    """One media section and the stream it carries.

    ``source`` is the CSRC its packets carry; 0 where they carry none.
    """

    mid: Mid
    kind: Literal["audio", "video"]
    peer_id: PeerId
    label: Label
    source: int = 0


class Slots(Notification, frozen=True):
    """Which peer's stream each media section of the subscribing connection carries now."""

    method = "slots"
    feeds: list[SlotFeed]


class SizePx(msgspec.Struct, frozen=True, rename="camel"):
    """A size in pixels."""

    width_px: int
    height_px: int


class Wanted(Notification, frozen=True):
    """The largest size in which anybody looks at each of one's own pictures; null is any size.

    What is not named nobody looks at: nothing of it need be sent. Before the first one nobody does.
    It is told when that changes, at most five times a second, and again with each fresh
    subscribing connection.
    """

    method = "wanted"
    streams: dict[Label, SizePx | None]


class Levels(Notification, frozen=True):
    """How loud who is, in dBov (-127 silent … 0), and who is speaking, loudest first."""

    method = "levels"
    levels: dict[PeerId, float]
    active_speakers: list[PeerId]
    dominant_speaker: PeerId | None = None


class Data(Notification, frozen=True):
    """Passing data from a peer, or from ``server``; nobody keeps it."""

    method = "data"
    from_peer_id: PeerId
    payload: str
    label: str


class PeerQuality(Notification, frozen=True):
    """How well the server hears somebody: ``lost`` is silent, though still connected."""

    method = "peer-quality"

    peer_id: PeerId
    quality: Literal["good", "lost"]


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


NOTIFICATIONS: dict[str, type[Notification]] = {
    kind.method: kind for kind in Notification.__subclasses__()
}
