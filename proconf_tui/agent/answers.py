"""What the sdk returns → what the link answers: JSON data, or structs that encode to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from proconf_tui.control.results import (
    KeptSeat,
    LocalPeerInfo,
    Place,
    RemotePeerInfo,
    TrackInfo,
)
from proconf_tui.sdk import LocalPeer, RemotePeer, RemoteTrack, Room, Seat


@singledispatch
def answer(value: Any) -> Any:
    """Return what stands for ``value`` on the link; plain data and structs stand for themselves."""
    return value


@answer.register
def _(peer: LocalPeer) -> LocalPeerInfo:
    return LocalPeerInfo(
        peer_id=peer.peer_id,
        name=peer.name,
        role=peer.role,
        permissions=peer.permissions,
        metadata=peer.metadata,
        labels=peer.labels,
        is_muted=peer.is_muted,
    )


@answer.register
def _(peer: RemotePeer) -> RemotePeerInfo:
    return RemotePeerInfo(
        peer_id=peer.peer_id,
        name=peer.name,
        role=peer.role,
        permissions=peer.permissions,
        metadata=peer.metadata,
        labels=peer.labels,
        is_connected=peer.is_connected,
        volume=peer.volume,
    )


@answer.register
def _(track: RemoteTrack) -> TrackInfo:
    return TrackInfo(
        peer_id=track.peer_id,
        label=track.label,
        kind=track.kind,
        is_enabled=track.is_enabled,
        frame_count=track.frame_count,
        level_dbfs=track.level_dbfs,
    )


@answer.register
def _(room: Room) -> Place:
    return Place(
        room_id=room.room_id,
        peer_id=room.local_peer.peer_id,
        invite_url=room.invite_url,
        remote_peers=[answer(peer) for peer in room.remote_peers.values()],
    )


@answer.register
def _(seat: Seat) -> KeptSeat:
    return KeptSeat(seat.peer_id, seat.resume_key)


@answer.register(Mapping)
def _(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: answer(value) for key, value in values.items()}


@answer.register(frozenset)
def _(values: frozenset[str]) -> list[str]:
    return sorted(values)
