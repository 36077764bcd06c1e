"""What each peer may see of a room, as a snapshot and event by event.

Who waits sees nothing at all. Who is in sees the roster, the controls and the chat said to
everybody, to them or by them since they came in; moderators also see the lobby and who is
blocked. Who may not receive data sees no chat. The passcode's hash never leaves the server.

For everybody who is in, two ways lead to the same picture: folding the visible events onto the
view one had, or taking the view afresh. Only where an event changes how much somebody may see at
all (`needs_fresh_view`) must the view be sent. Versions are the room's: a filtered stream skips
some, so the server says which one a batch ends with.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec

from proconf_tui.protocol.ids import PeerId
from proconf_tui.room import events, who
from proconf_tui.room.events import Event
from proconf_tui.room.model import ChatLine, RoomState

AwaitingReason = Literal[
    "WAITING_FOR_PERMISSIONS", "WAITING_FOR_ROOM_TO_START", "WAITING_FOR_ADMIN_TO_JOIN"
]

AWAITING_MESSAGES: Final[dict[AwaitingReason, str]] = {
    "WAITING_FOR_ROOM_TO_START": "The meeting has not started; you come in when it does.",
    "WAITING_FOR_ADMIN_TO_JOIN": "No moderator is here to let you in; one has to join first.",
    "WAITING_FOR_PERMISSIONS": "You are in the lobby; a moderator has to let you in.",
}
"""The sentence for each reason to wait."""


class _Sight(NamedTuple):
    """How much somebody may see."""

    is_in: bool = False
    sees_lobby: bool = False
    sees_chat: bool = False


def view(state: RoomState, viewer: PeerId) -> RoomState:
    """Return the room as ``viewer`` may see it: for one who is not in, nothing but its name."""
    sight = _sight(state, viewer)
    if not sight.is_in:
        return RoomState(room_id=state.room_id)
    return msgspec.structs.replace(
        state,
        passcode_hash=None,
        lobby=state.lobby if sight.sees_lobby else {},
        blocked=state.blocked if sight.sees_lobby else frozenset(),
        chat=_chat_for(state, viewer) if sight.sees_chat else (),
    )


def is_visible(event: Event, viewer: PeerId, before: RoomState, after: RoomState) -> bool:
    """Return whether ``viewer`` may be told of ``event``, which led from ``before`` to ``after``.

    Nobody is told of their own coming or going this way: `Welcome` and `Closed` say it.
    """
    sight = _sight(before, viewer)
    if not (sight.is_in and _sight(after, viewer).is_in):
        return False
    match event:
        case events.PeerKnocked() | events.LobbyLeft():
            return sight.sees_lobby
        case events.IdentityBlocked() | events.IdentityUnblocked():
            return sight.sees_lobby
        case events.PeerDisconnected(peer_id) | events.PeerReconnected(peer_id):
            return sight.sees_lobby or peer_id not in before.lobby
        case events.ChatSaid(line):
            return sight.sees_chat and _concerns(line, viewer)
    return True


def needs_fresh_view(viewer: PeerId, before: RoomState, after: RoomState) -> bool:
    """Return whether ``viewer`` must be sent the whole view when ``before`` became ``after``.

    So it is when they have just come in, and when they see more or less than before.
    """
    sight = _sight(after, viewer)
    return sight.is_in and sight != _sight(before, viewer)


def awaiting_reason(state: RoomState) -> AwaitingReason:
    """Return what somebody in the lobby waits for; `AWAITING_MESSAGES` has its sentence."""
    if not state.is_started:
        return "WAITING_FOR_ROOM_TO_START"
    if not any(each.is_connected for each in who.moderators(state)):
        return "WAITING_FOR_ADMIN_TO_JOIN"
    return "WAITING_FOR_PERMISSIONS"


def _sight(state: RoomState, viewer: PeerId) -> _Sight:
    member = state.participants.get(viewer)
    if member is None:
        return _Sight()
    may = member.permissions
    return _Sight(is_in=True, sees_lobby=may.admin, sees_chat=may.can_recv_data)


def _chat_for(state: RoomState, viewer: PeerId) -> tuple[ChatLine, ...]:
    since = state.participants[viewer].joined_version
    return tuple(line for line in state.chat if line.version > since and _concerns(line, viewer))


def _concerns(line: ChatLine, viewer: PeerId) -> bool:
    return line.to is None or viewer in (line.to, line.from_peer_id)
