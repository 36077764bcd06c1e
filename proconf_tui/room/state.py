"""How a room's state follows from what happened: `evolve`, one small function for each event.

Server and clients fold the same events with the same code. It judges nothing (`decide` did), but
an event about somebody who is not there is no event of this room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import msgspec

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.room import chat, events
from proconf_tui.room.events import Event
from proconf_tui.room.model import Participant, RoomState, StreamState

replace = msgspec.structs.replace

K = TypeVar("K")
V = TypeVar("V")


def evolve(state: RoomState | None, event: Event) -> RoomState:
    """Return the state after ``event``, one version further.

    Raises:
        InvalidMessage: if the event cannot have happened in this room.
    """
    if isinstance(event, events.RoomCreated):
        return _created(state, event)
    if state is None:
        raise InvalidMessage("A room's first event says that it was created.")
    evolved = _HANDLERS[type(event)](state, event)
    return replace(evolved, version=state.version + 1)


def fold(happened: Iterable[Event], state: RoomState | None = None) -> RoomState:
    """Return the state after all of ``happened``, oldest first.

    Raises:
        InvalidMessage: if they are not the events of one room, or there are none.
    """
    for event in happened:
        state = evolve(state, event)
    if state is None:
        raise InvalidMessage("A room's first event says that it was created.")
    return state


def follow(state: RoomState, happened: Iterable[Event], version: int) -> RoomState:
    """Return a client's view after the events it was shown, at the room's ``version``.

    A client is not shown everything, so it cannot count versions itself.

    Raises:
        InvalidMessage: if they do not follow from what the client was shown before.
    """
    return replace(fold(happened, state), version=version)


def _created(before: RoomState | None, event: events.RoomCreated) -> RoomState:
    return RoomState(
        room_id=event.room_id,
        # A room that is opened again goes on counting: its log is one.
        version=before.version + 1 if before else 1,
        created_at=event.created_at,
        controls=event.controls,
        metadata=event.metadata,
        passcode_hash=event.passcode_hash,
        max_peers=event.max_peers,
        expires_at=event.expires_at,
    )


# --- the room -----------------------------------------------------------------------------------


def _started(state: RoomState, _: events.RoomStarted) -> RoomState:
    return replace(state, is_started=True)


def _closed(state: RoomState, event: events.RoomClosed) -> RoomState:
    return replace(
        state,
        closed=event.reason,
        closed_at=event.closed_at,
        participants={},
        lobby={},
        chat=(),
    )


def _controls_updated(state: RoomState, event: events.ControlsUpdated) -> RoomState:
    return replace(state, controls=event.controls)


def _metadata_updated(state: RoomState, event: events.RoomMetadataUpdated) -> RoomState:
    return replace(state, metadata=event.metadata)


def _blocked(state: RoomState, event: events.IdentityBlocked) -> RoomState:
    return replace(state, blocked=state.blocked | {event.identity})


def _unblocked(state: RoomState, event: events.IdentityUnblocked) -> RoomState:
    return replace(state, blocked=state.blocked - {event.identity})


def _chat_said(state: RoomState, event: events.ChatSaid) -> RoomState:
    return replace(state, chat=chat.with_line(state.chat, event.line))


# --- coming and going ---------------------------------------------------------------------------


def _knocked(state: RoomState, event: events.PeerKnocked) -> RoomState:
    return replace(state, lobby={**state.lobby, event.waiting.peer_id: event.waiting})


def _lobby_left(state: RoomState, event: events.LobbyLeft) -> RoomState:
    return replace(state, lobby=_without(state.lobby, event.peer_id))


def _joined(state: RoomState, event: events.PeerJoined) -> RoomState:
    member = event.participant
    return replace(
        state,
        participants={**state.participants, member.peer_id: member},
        lobby=_without(state.lobby, member.peer_id),
    )


def _left(state: RoomState, event: events.PeerLeft) -> RoomState:
    participants = _without(state.participants, event.peer_id)
    return replace(
        state,
        participants=participants,
        refused_tokens=_refused(state, event),
        chat=chat.without_the_gone(state.chat, participants.keys()),
    )


def _refused(state: RoomState, event: events.PeerLeft) -> frozenset[str]:
    gone = state.participants.get(event.peer_id)
    if gone is None or not gone.token_id or event.reason != "KICKED":
        return state.refused_tokens
    return state.refused_tokens | {gone.token_id}


def _disconnected(state: RoomState, event: events.PeerDisconnected) -> RoomState:
    return _with_connection(state, event.peer_id, is_connected=False)


def _reconnected(state: RoomState, event: events.PeerReconnected) -> RoomState:
    return _with_connection(state, event.peer_id, is_connected=True)


def _with_connection(state: RoomState, peer_id: PeerId, *, is_connected: bool) -> RoomState:
    waiting = state.lobby.get(peer_id)
    if waiting is None:
        return _with_member(state, peer_id, is_connected=is_connected)
    return replace(
        state, lobby={**state.lobby, peer_id: replace(waiting, is_connected=is_connected)}
    )


# --- what a participant does and is -------------------------------------------------------------


def _stream_added(state: RoomState, event: events.StreamAdded) -> RoomState:
    return _with_stream(state, event.peer_id, event.label, StreamState())


def _stream_closed(state: RoomState, event: events.StreamClosed) -> RoomState:
    streams = _without(_member(state, event.peer_id).streams, event.label)
    return _with_member(state, event.peer_id, streams=streams)


def _stream_paused(state: RoomState, event: events.StreamPaused) -> RoomState:
    return _with_stream(state, event.peer_id, event.label, StreamState(is_paused=True))


def _stream_resumed(state: RoomState, event: events.StreamResumed) -> RoomState:
    return _with_stream(state, event.peer_id, event.label, StreamState())


def _with_stream(state: RoomState, peer_id: PeerId, label: Label, stream: StreamState) -> RoomState:
    streams = {**_member(state, peer_id).streams, label: stream}
    return _with_member(state, peer_id, streams=streams)


def _role_updated(state: RoomState, event: events.RoleUpdated) -> RoomState:
    return _with_member(state, event.peer_id, role=event.role, permissions=event.permissions)


def _permissions_updated(state: RoomState, event: events.PermissionsUpdated) -> RoomState:
    return _with_member(state, event.peer_id, permissions=event.permissions)


def _peer_metadata_updated(state: RoomState, event: events.PeerMetadataUpdated) -> RoomState:
    return _with_member(state, event.peer_id, metadata=event.metadata)


def _hand_raised(state: RoomState, event: events.HandRaised) -> RoomState:
    return _with_member(state, event.peer_id, hand_raised_at=event.raised_at)


def _hand_lowered(state: RoomState, event: events.HandLowered) -> RoomState:
    return _with_member(state, event.peer_id, hand_raised_at=None)


# --- parts --------------------------------------------------------------------------------------


def _member(state: RoomState, peer_id: PeerId) -> Participant:
    member = state.participants.get(peer_id)
    if member is None:
        raise InvalidMessage("The event is about somebody who is not in this room.")
    return member


def _with_member(state: RoomState, peer_id: PeerId, **changes: Any) -> RoomState:
    changed = replace(_member(state, peer_id), **changes)
    return replace(state, participants={**state.participants, peer_id: changed})


def _without(mapping: dict[K, V], key: K) -> dict[K, V]:
    return {each: value for each, value in mapping.items() if each != key}


_HANDLERS: Final[dict[type[Any], Callable[[RoomState, Any], RoomState]]] = {
    events.RoomStarted: _started,
    events.RoomClosed: _closed,
    events.ControlsUpdated: _controls_updated,
    events.RoomMetadataUpdated: _metadata_updated,
    events.PeerKnocked: _knocked,
    events.LobbyLeft: _lobby_left,
    events.PeerJoined: _joined,
    events.PeerLeft: _left,
    events.PeerDisconnected: _disconnected,
    events.PeerReconnected: _reconnected,
    events.IdentityBlocked: _blocked,
    events.IdentityUnblocked: _unblocked,
    events.StreamAdded: _stream_added,
    events.StreamClosed: _stream_closed,
    events.StreamPaused: _stream_paused,
    events.StreamResumed: _stream_resumed,
    events.RoleUpdated: _role_updated,
    events.PermissionsUpdated: _permissions_updated,
    events.PeerMetadataUpdated: _peer_metadata_updated,
    events.HandRaised: _hand_raised,
    events.HandLowered: _hand_lowered,
    events.ChatSaid: _chat_said,
}
