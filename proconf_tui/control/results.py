"""What commands answer where that is neither plain nor a shape of the room's own.

Fields are camelCase on the link, as in events. A property of a peer in the sdk has a field of the
same name here.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from proconf_tui.control.command import Json
from proconf_tui.protocol.ids import Label, PeerId, Role
from proconf_tui.room.permissions import Permissions


class TrackInfo(msgspec.Struct, frozen=True, rename="camel"):
    """A stream of a remote peer; ``levelDbfs`` is its loudness, -127 (silent) to 0 dBFS."""

    peer_id: PeerId
    label: Label
    kind: Literal["audio", "video"]
    is_enabled: bool
    frame_count: int
    level_dbfs: float


class RemotePeerInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Another participant; ``isConnected`` is false while their seat is kept for them.

    ``volume`` is how loud they are played here, 1 as they are sent.
    """

    peer_id: PeerId
    name: str
    role: Role
    permissions: Permissions
    metadata: Json
    labels: list[Label]
    is_connected: bool
    volume: float = 1.0


class LocalPeerInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Oneself, as the room knows it; ``isMuted`` as the agent does."""

    peer_id: PeerId
    name: str
    role: Role
    permissions: Permissions
    metadata: Json
    labels: list[Label]
    is_muted: bool


class Place(msgspec.Struct, frozen=True, rename="camel"):
    """Where one is after coming in, and who is there; ``inviteUrl`` brings others."""

    room_id: str
    peer_id: PeerId
    invite_url: str | None = None
    remote_peers: list[RemotePeerInfo] = []


class KeptSeat(msgspec.Struct, frozen=True, rename="camel"):
    """What takes one's place again after a crash; the key is as secret as a password."""

    peer_id: PeerId
    resume_key: str
