"""What a meeting's server answers over HTTP, as types; an answer of another form is not ours.

All under the wire's names. Instants are seconds since 1970.
"""

from __future__ import annotations

from typing import Any, TypedDict

import msgspec

Json = dict[str, Any]


class StreamInfo(TypedDict):
    """A stream that somebody publishes."""

    isPaused: bool


class PeerInfo(TypedDict):
    """Somebody in a room; ``streams`` by their labels."""

    peerId: str
    identity: str
    name: str
    role: str
    isConnected: bool
    handRaisedAt: float | None
    streams: dict[str, StreamInfo]


class LobbyPeer(TypedDict):
    """Somebody who waits to be let in."""

    peerId: str
    identity: str
    name: str


class Controls(TypedDict):
    """What those who are no moderators may do."""

    roomLocked: bool
    allowProduce: bool
    allowProduceSources: dict[str, bool]
    allowConsume: bool
    allowSendData: bool


class RoomInfo(TypedDict):
    """A room; ``waiting`` counts its lobby, ``blocked`` names the identities kept out."""

    roomId: str
    isStarted: bool
    isLocked: bool
    hasPasscode: bool
    peers: list[PeerInfo]
    waiting: int
    lobby: list[LobbyPeer]
    createdAt: float
    metadata: Json
    maxPeers: int | None
    expiresAt: float | None
    controls: Controls
    blocked: list[str]


class RoomList(msgspec.Struct, frozen=True):
    """All rooms of a server."""

    rooms: list[RoomInfo]


class RoomMetadata(msgspec.Struct, frozen=True):
    """The metadata a room has now."""

    metadata: Json


class ClosedStream(TypedDict):
    """A stream that a mute has closed."""

    peerId: str
    label: str


class Muted(msgspec.Struct, frozen=True):
    """What a mute has closed."""

    closed: list[ClosedStream]


class SentTo(msgspec.Struct, frozen=True, rename="camel"):
    """Whom data was sent to."""

    peer_ids: list[str]


class GuestToken(msgspec.Struct, frozen=True):
    """What opens one room for one guest."""

    token: str
