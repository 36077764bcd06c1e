"""Coming in and going: create, enter, knock, admit, deny, leave, lose and take back a seat.

Letting in those who need not wait any longer is not decided here but after every command, by
`proconf_tui.room.settle`.
"""

from __future__ import annotations

import msgspec

from proconf_tui.errors import (
    Blocked,
    ConfigError,
    InvalidToken,
    MeetingNotStarted,
    PermissionDenied,
    RoomFull,
    RoomNotFound,
)
from proconf_tui.protocol.boundary import clean_json
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.limits import (
    LOBBY_PEERS,
    PEER_METADATA_BYTES,
    ROOM_METADATA_BYTES,
    check_json_size,
    check_max_peers,
)
from proconf_tui.protocol.text import clean_name, is_valid_room_id
from proconf_tui.room import commands, events, who
from proconf_tui.room.events import Event
from proconf_tui.room.model import Participant, RoomState, Waiting

NAMELESS = "Guest"
"""The display name of somebody whose name has nothing to show."""


def create_room(state: RoomState | None, command: commands.CreateRoom, now: float) -> list[Event]:
    """Open a room; whether the one who asks may is for the token to say."""
    if state is not None and state.closed is None:
        raise ConfigError("A meeting with this name exists already; choose another name.")
    if not is_valid_room_id(command.room_id):
        raise ConfigError("A room's name is 1 to 64 letters, digits, dots, dashes or underscores.")
    check_max_peers(command.max_peers)
    check_json_size(command.metadata, ROOM_METADATA_BYTES, "The metadata of a room")
    return [
        events.RoomCreated(
            room_id=command.room_id,
            created_at=now,
            controls=command.controls,
            metadata=clean_json(command.metadata),
            passcode_hash=command.passcode_hash,
            max_peers=command.max_peers,
            expires_at=command.expires_at,
        )
    ]


# --- entering -----------------------------------------------------------------------------------


def enter(state: RoomState, command: commands.Enter, now: float) -> list[Event]:
    """Come in, knock, or be refused."""
    knocker = _knocker(state, command, now)
    if command.token_id in state.refused_tokens:
        raise InvalidToken("A moderator removed the holder of this invite; ask for a new one.")
    if command.identity in state.blocked:
        raise Blocked
    if state.expires_at is not None and state.expires_at <= now:
        raise RoomNotFound("This meeting has expired; ask for a new invite.")
    if command.permissions.admin:
        return _enter_as_moderator(state, knocker, now)
    if not state.is_started and not command.will_wait:
        raise MeetingNotStarted
    if not has_seat(state, command.max_peers):
        raise RoomFull
    if state.is_started and not state.controls.room_locked:
        return [_joined(state, knocker, now)]
    if len(state.lobby) >= LOBBY_PEERS:
        raise RoomFull(f"The lobby holds at most {LOBBY_PEERS}; try again later.")
    return [events.PeerKnocked(knocker)]


def has_seat(state: RoomState, max_peers: int | None = None) -> bool:
    """Return whether one more may come in; ``max_peers`` is a token's own, tighter limit."""
    seats = [limit for limit in (state.max_peers, max_peers) if limit is not None]
    return not seats or len(state.participants) < min(seats)


def admission(state: RoomState, peer_id: PeerId, now: float, by: PeerId | None) -> Event:
    """Return the event that lets somebody in who waits."""
    return _joined(state, who.waiting(state, peer_id), now, by)


def _knocker(state: RoomState, command: commands.Enter, now: float) -> Waiting:
    if command.actor is None or command.actor in state.participants | state.lobby:
        raise PermissionDenied("You are in this meeting already.")
    check_json_size(command.metadata, PEER_METADATA_BYTES, "The metadata of a participant")
    return Waiting(
        peer_id=command.actor,
        identity=command.identity,
        # A name and metadata may come from a token, which no codec has cleaned.
        name=clean_name(command.name) or NAMELESS,
        role=command.role,
        permissions=command.permissions,
        knocked_at=now,
        metadata=clean_json(command.metadata),
        token_id=command.token_id,
    )


def _enter_as_moderator(state: RoomState, knocker: Waiting, now: float) -> list[Event]:
    happened: list[Event] = [_joined(state, knocker, now)]
    if not state.is_started:
        happened.append(events.RoomStarted(by=knocker.peer_id))
    return happened


def _joined(
    state: RoomState, knocker: Waiting, now: float, by: PeerId | None = None
) -> events.PeerJoined:
    same = msgspec.structs.asdict(knocker)
    del same["knocked_at"]
    member = Participant(**same, joined_at=now, joined_version=state.version)
    return events.PeerJoined(member, by=by)


# --- the lobby ----------------------------------------------------------------------------------


def admit(state: RoomState, command: commands.Admit, now: float) -> list[Event]:
    """Let one in."""
    who.moderator(state, command.actor)
    who.waiting(state, command.peer_id)
    _refuse_to_admit(state)
    return [admission(state, command.peer_id, now, command.actor)]


def admit_all(state: RoomState, command: commands.AdmitAll, now: float) -> list[Event]:
    """Let in everybody who waits, longest waiting first, as far as there is room."""
    who.moderator(state, command.actor)
    if not state.lobby:
        return []
    _refuse_to_admit(state)
    return [admission(state, peer_id, now, command.actor) for peer_id in next_in(state)]


def next_in(state: RoomState) -> list[PeerId]:
    """Return those waiting for whom there is room, longest waiting first."""
    in_order = list(state.lobby)
    if state.max_peers is None:
        return in_order
    return in_order[: max(0, state.max_peers - len(state.participants))]


def deny(state: RoomState, command: commands.Deny, now: float) -> list[Event]:
    """Send one away who waits."""
    del now
    who.moderator(state, command.actor)
    who.waiting(state, command.peer_id)
    return [events.LobbyLeft(command.peer_id, "DENIED", by=command.actor)]


def _refuse_to_admit(state: RoomState) -> None:
    if not state.is_started:
        raise MeetingNotStarted("Nobody can be admitted before a moderator starts the meeting.")
    if not has_seat(state):
        raise RoomFull(f"The meeting has room for {state.max_peers} and is full.")


# --- going --------------------------------------------------------------------------------------


def leave(state: RoomState, command: commands.Leave, now: float) -> list[Event]:
    """Go, from the room or from the lobby."""
    del now
    if command.actor in state.lobby:
        return [events.LobbyLeft(who.waiting(state, command.actor).peer_id, command.reason)]
    return [events.PeerLeft(who.participant(state, command.actor).peer_id, command.reason)]


def disconnect(state: RoomState, command: commands.Disconnect, now: float) -> list[Event]:
    """Note that a connection broke; the seat is kept."""
    del now
    seat = _seat(state, command.actor)
    return [events.PeerDisconnected(seat.peer_id)] if seat.is_connected else []


def reconnect(state: RoomState, command: commands.Reconnect, now: float) -> list[Event]:
    """Take a kept seat again."""
    del now
    seat = _seat(state, command.actor)
    return [] if seat.is_connected else [events.PeerReconnected(seat.peer_id)]


def _seat(state: RoomState, peer_id: PeerId | None) -> Participant | Waiting:
    if peer_id in state.lobby:
        return who.waiting(state, peer_id)
    return who.participant(state, peer_id)
