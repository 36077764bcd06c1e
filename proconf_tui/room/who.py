"""Who asks, who is meant, and the rules about people that several commands share."""

from __future__ import annotations

from proconf_tui.errors import PeerNotFound, PermissionDenied
from proconf_tui.protocol.ids import PeerId
from proconf_tui.room.model import Participant, RoomState, Waiting
from proconf_tui.room.permissions import Rights


def participant(state: RoomState, peer_id: PeerId | None) -> Participant:
    """Return the participant with that id.

    Raises:
        PeerNotFound: if nobody who is in has it.
    """
    found = state.participants.get(peer_id) if peer_id is not None else None
    if found is None:
        raise PeerNotFound
    return found


def actor(state: RoomState, peer_id: PeerId | None) -> Participant:
    """Return the participant who asks.

    Raises:
        PermissionDenied: if they wait in the lobby.
        PeerNotFound: if they are not here, or it is the server and only a person can do this.
    """
    if peer_id in state.lobby:
        raise PermissionDenied("You are waiting in the lobby; you can do that once you are in.")
    return participant(state, peer_id)


def moderator(state: RoomState, peer_id: PeerId | None) -> Participant | None:
    """Return the moderator who asks, or None for the server, which may do everything.

    Raises:
        PermissionDenied: if the one who asks is no moderator.
        PeerNotFound: if they are not here.
    """
    if peer_id is None:
        return None
    member = actor(state, peer_id)
    if not member.permissions.admin:
        raise PermissionDenied("Only a moderator may do that; ask one.")
    return member


def waiting(state: RoomState, peer_id: PeerId | None) -> Waiting:
    """Return the one who waits in the lobby with that id.

    Raises:
        PeerNotFound: if nobody who waits has it.
    """
    found = state.lobby.get(peer_id) if peer_id is not None else None
    if found is None:
        raise PeerNotFound("Nobody with that id is waiting in the lobby (any more).")
    return found


def rights(state: RoomState, member: Participant) -> Rights:
    """Return what this participant may do now."""
    return Rights(member.permissions, state.controls)


def protect_hosts(by: Participant | None, target: Participant) -> None:
    """Let only a host, or the server, act against a host.

    Raises:
        PermissionDenied: if another moderator tries.
    """
    if by is None or by.peer_id == target.peer_id or by.role == "host":
        return
    if target.role == "host":
        raise PermissionDenied("Only another host may do that to a host.")


def moderators(state: RoomState) -> list[Participant]:
    """Return the participants who moderate."""
    return [each for each in state.participants.values() if each.permissions.admin]
