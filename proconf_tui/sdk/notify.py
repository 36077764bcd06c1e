"""What the sdk tells its user about a room event: one small function for each, in one table.

Pure: the room's state before and after an event (or before and after a gap) in, the events of
`proconf_tui.control.events` out. The seeds' names live there; here is only which follows what.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import msgspec

from proconf_tui.control import events as told
from proconf_tui.protocol.ids import CHAT_LABEL, PeerId
from proconf_tui.room import events as room
from proconf_tui.room.model import Participant, RoomState


@dataclasses.dataclass(frozen=True, slots=True)
class Fold:
    """One step of a client's view: ``me`` is whose view it is."""

    before: RoomState
    after: RoomState
    me: PeerId

    @property
    def is_moderator(self) -> bool:
        rights = self.after.rights_of(self.me)
        return rights is not None and rights.is_moderator


Told = Iterator[told.Event]


def told_of(event: room.Event, fold: Fold) -> list[told.Event]:
    """Return what the user hears of ``event``, in order; nothing for what does not concern them."""
    handler = _HANDLERS.get(type(event))
    return list(handler(event, fold)) if handler else []


def told_of_gap(fold: Fold) -> list[told.Event]:
    """Return what the user hears after a whole new view replaced the one from before."""
    return [
        *_peers_gone(fold),
        *_peers_come(fold),
        *_peers_changed(fold),
        *_room_changed(fold),
        *_chat_missed(fold),
    ]


# --- one event ------------------------------------------------------------------------------------


def _peer_joined(event: room.PeerJoined, fold: Fold) -> Told:
    peer = event.participant
    if peer.peer_id != fold.me:
        yield from _arrival(peer)
    if peer.peer_id in fold.before.lobby:
        yield from _lobby(event, fold)


def _peer_left(event: room.PeerLeft, fold: Fold) -> Told:
    peer = fold.before.participants.get(event.peer_id)
    if peer is not None and peer.peer_id != fold.me:
        yield from _departure(peer, event.reason)


def _lobby(_: object, fold: Fold) -> Told:
    if fold.is_moderator:
        yield told.LobbyPeersUpdated(peer_ids=list(fold.after.lobby))


def _controls(_: object, fold: Fold) -> Told:
    controls = fold.after.controls
    yield told.RoomControlsUpdated(
        room_locked=controls.room_locked,
        allow_produce=controls.allow_produce,
        allow_produce_sources=msgspec.structs.asdict(controls.allow_produce_sources),
        allow_consume=controls.allow_consume,
        allow_send_data=controls.allow_send_data,
    )


def _room_metadata(_: object, fold: Fold) -> Told:
    yield told.MetadataUpdated(metadata=fold.after.metadata)


def _stream_added(event: room.StreamAdded, _: Fold) -> Told:
    yield told.StreamAdded(peer_id=event.peer_id, label=event.label)


def _stream_closed(event: room.StreamClosed, _: Fold) -> Told:
    yield told.StreamClosed(peer_id=event.peer_id, label=event.label, reason=event.reason)


def _stream_paused(event: room.StreamPaused, _: Fold) -> Told:
    yield told.StreamPaused(peer_id=event.peer_id, label=event.label)


def _stream_resumed(event: room.StreamResumed, _: Fold) -> Told:
    yield told.StreamResumed(peer_id=event.peer_id, label=event.label)


def _role(event: room.RoleUpdated, _: Fold) -> Told:
    yield told.RoomRoleUpdated(
        peer_id=event.peer_id, new_role=event.role, prev_role=event.previous_role
    )


def _permissions(event: room.PermissionsUpdated, fold: Fold) -> Told:
    if event.peer_id == fold.me:
        yield told.RoomNotification(
            code="PERMISSIONS_UPDATED", message="A moderator changed what you may do here."
        )


def _peer_metadata(event: room.PeerMetadataUpdated, _: Fold) -> Told:
    yield told.PeerMetadataUpdated(peer_id=event.peer_id, metadata=event.metadata)


def _hand_raised(event: room.HandRaised, _: Fold) -> Told:
    yield told.HandRaised(peer_id=event.peer_id)


def _hand_lowered(event: room.HandLowered, _: Fold) -> Told:
    yield told.HandLowered(peer_id=event.peer_id)


def _chat(event: room.ChatSaid, fold: Fold) -> Told:
    line = event.line
    if line.from_peer_id != fold.me:
        yield told.ReceiveData(from_=line.from_peer_id, payload=line.text, label=CHAT_LABEL)


_HANDLERS: Final[dict[type, Callable[[Any, Fold], Told]]] = {
    room.PeerJoined: _peer_joined,
    room.PeerLeft: _peer_left,
    room.PeerKnocked: _lobby,
    room.LobbyLeft: _lobby,
    room.ControlsUpdated: _controls,
    room.RoomMetadataUpdated: _room_metadata,
    room.StreamAdded: _stream_added,
    room.StreamClosed: _stream_closed,
    room.StreamPaused: _stream_paused,
    room.StreamResumed: _stream_resumed,
    room.RoleUpdated: _role,
    room.PermissionsUpdated: _permissions,
    room.PeerMetadataUpdated: _peer_metadata,
    room.HandRaised: _hand_raised,
    room.HandLowered: _hand_lowered,
    room.ChatSaid: _chat,
}


# --- a whole new view -----------------------------------------------------------------------------


def _arrival(peer: Participant) -> Told:
    yield told.NewPeerJoined(
        peer_id=peer.peer_id, name=peer.name, role=peer.role, metadata=peer.metadata
    )
    yield told.ParticipantConnected(peer_id=peer.peer_id, name=peer.name)


def _departure(peer: Participant, reason: Literal["LEFT", "KICKED", "LOST", "CLOSED"]) -> Told:
    for label in peer.streams:
        yield told.StreamClosed(peer_id=peer.peer_id, label=label, reason="LEFT")
    yield told.PeerLeft(peer_id=peer.peer_id, name=peer.name, role=peer.role, reason=reason)
    yield told.ParticipantDisconnected(peer_id=peer.peer_id, name=peer.name)


def _peers_gone(fold: Fold) -> Told:
    for peer_id, peer in fold.before.participants.items():
        if peer_id not in fold.after.participants and peer_id != fold.me:
            # Why they left is in an event that was missed.
            yield from _departure(peer, "LEFT")


def _peers_come(fold: Fold) -> Told:
    for peer_id, peer in fold.after.participants.items():
        if peer_id not in fold.before.participants and peer_id != fold.me:
            yield from _arrival(peer)
            yield from (told.StreamAdded(peer_id=peer_id, label=label) for label in peer.streams)


def _peers_changed(fold: Fold) -> Told:
    for peer_id, peer in fold.after.participants.items():
        old = fold.before.participants.get(peer_id)
        if old is not None:
            yield from _peer_changed(old, peer)


def _peer_changed(old: Participant, new: Participant) -> Told:
    me = new.peer_id
    if old.role != new.role:
        yield told.RoomRoleUpdated(peer_id=me, new_role=new.role, prev_role=old.role)
    if old.metadata != new.metadata:
        yield told.PeerMetadataUpdated(peer_id=me, metadata=new.metadata)
    if (old.hand_raised_at is None) != (new.hand_raised_at is None):
        is_lowered = new.hand_raised_at is None
        yield told.HandLowered(peer_id=me) if is_lowered else told.HandRaised(peer_id=me)
    yield from _streams_changed(old, new)


def _streams_changed(old: Participant, new: Participant) -> Told:
    me = new.peer_id
    for label in old.streams.keys() - new.streams.keys():
        yield told.StreamClosed(peer_id=me, label=label, reason="STOPPED")
    for label, stream in new.streams.items():
        previous = old.streams.get(label)
        if previous is None:
            yield told.StreamAdded(peer_id=me, label=label)
        elif previous.is_paused != stream.is_paused:
            changed = told.StreamPaused if stream.is_paused else told.StreamResumed
            yield changed(peer_id=me, label=label)


def _room_changed(fold: Fold) -> Told:
    if fold.before.controls != fold.after.controls:
        yield from _controls(None, fold)
    if fold.before.metadata != fold.after.metadata:
        yield from _room_metadata(None, fold)
    if fold.before.lobby.keys() != fold.after.lobby.keys():
        yield from _lobby(None, fold)


def _chat_missed(fold: Fold) -> Told:
    known = set(fold.before.chat)
    for line in fold.after.chat:
        if line not in known:
            yield from _chat(room.ChatSaid(line=line), fold)
