"""What a meeting's server answers over HTTP, as types; an answer of another form is not ours."""

from __future__ import annotations

from typing import Any, TypedDict

import msgspec

Json = dict[str, Any]


class PeerInfo(TypedDict):
    """Somebody in a room."""

    peerId: str
    identity: str
    name: str
    role: str


class RoomInfo(TypedDict):
    """A room under the wire's names; instants in seconds since 1970."""

    roomId: str
    isStarted: bool
    isLocked: bool
    hasPasscode: bool
    peers: list[PeerInfo]
    waiting: int
    createdAt: float
    metadata: Json
    maxPeers: int | None
    expiresAt: float | None


class RoomList(msgspec.Struct, frozen=True):
    """All rooms of a server."""

    rooms: list[RoomInfo]


class GuestToken(msgspec.Struct, frozen=True):
    """What opens one room for one guest."""

    token: str
