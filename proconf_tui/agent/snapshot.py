"""The room as the sdk knows it → the snapshot that a screen shows; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from proconf_tui.control.screen import (
    BlockedInfo,
    ChatInfo,
    ControlsInfo,
    LobbyPeerInfo,
    PeerInfo,
    RoomSnapshot,
    RoomStateName,
)
from proconf_tui.protocol.ids import Identity, PeerId
from proconf_tui.room.model import ChatLine, Participant, RoomState, Waiting
from proconf_tui.room.permissions import Controls

CHAT_LINES: Final = 200
"""The newest lines a snapshot carries."""


class Seen(NamedTuple):
    """What a participant knows: ``room`` is None until admitted, ``me`` until seated.

    ``is_muted`` is by one's own wish, which the room may not know yet.
    ``names`` are those under which identities have been seen, also of who is gone; ``volumes`` are
    how loud the others are played.
    """

    state: RoomStateName
    room_id: str
    me: PeerId | None
    room: RoomState | None
    invite_url: str | None
    names: Mapping[Identity, str] = {}
    volumes: Mapping[PeerId, float] = {}
    is_muted: bool = False
    media_trouble: str | None = None


def snapshot_of(seen: Seen) -> RoomSnapshot:
    """Return the whole picture; peers in the order they joined, the lobby as they knocked."""
    room = seen.room
    if room is None:
        return RoomSnapshot(seen.state, seen.room_id, invite_url=seen.invite_url)
    me = room.participants.get(seen.me) if seen.me else None
    others = sorted(
        (one for one in room.participants.values() if one is not me), key=lambda one: one.joined_at
    )
    lobby = sorted(room.lobby.values(), key=lambda one: one.knocked_at)
    return RoomSnapshot(
        state=seen.state,
        room_id=seen.room_id,
        me=_me(me, is_muted=seen.is_muted) if me else None,
        peers=[_peer(one, seen.volumes.get(one.peer_id, 1.0)) for one in others],
        lobby=[_waiting(one) for one in lobby],
        blocked=[BlockedInfo(one, seen.names.get(one)) for one in sorted(room.blocked)],
        controls=_controls(room.controls),
        chat=[_chat(line) for line in room.chat[-CHAT_LINES:]],
        invite_url=seen.invite_url,
        created_at=room.created_at,
        media_trouble=seen.media_trouble,
    )


def _me(me: Participant, *, is_muted: bool) -> PeerInfo:
    shown = _peer(me)
    if is_muted and "audio" in shown.streams:
        shown.streams["audio"] = "paused"
    return shown


def _peer(one: Participant, volume: float = 1.0) -> PeerInfo:
    return PeerInfo(
        peer_id=one.peer_id,
        name=one.name,
        role=one.role,
        is_moderator=one.permissions.admin,
        joined_at=one.joined_at,
        streams={
            label: "paused" if stream.is_paused else "live" for label, stream in one.streams.items()
        },
        hand_raised_at=one.hand_raised_at,
        is_connected=one.is_connected,
        metadata=one.metadata,
        volume=volume,
    )


def _waiting(one: Waiting) -> LobbyPeerInfo:
    return LobbyPeerInfo(one.peer_id, one.name, one.knocked_at, one.metadata)


def _controls(controls: Controls) -> ControlsInfo:
    return ControlsInfo(
        room_locked=controls.room_locked,
        allow_produce=controls.allow_produce,
        allow_produce_sources=msgspec.structs.asdict(controls.allow_produce_sources),
        allow_consume=controls.allow_consume,
        allow_send_data=controls.allow_send_data,
    )


def _chat(line: ChatLine) -> ChatInfo:
    is_private = line.to is not None
    return ChatInfo(line.from_peer_id, line.from_name, line.text, line.said_at, is_private, line.to)
