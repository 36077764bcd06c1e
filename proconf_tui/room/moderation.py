"""What moderators do: kick and block, rights and roles, the room's controls, the end."""

from __future__ import annotations

from typing import Any

import msgspec

from proconf_tui.errors import PeerNotFound, PermissionDenied
from proconf_tui.protocol.ids import SOURCE_OF, Identity, PeerId
from proconf_tui.room import commands, events, who
from proconf_tui.room.events import Event
from proconf_tui.room.model import Participant, RoomState, Waiting
from proconf_tui.room.permissions import BY_ROLE, Controls, Permissions, merge

# --- removing -----------------------------------------------------------------------------------


def kick(state: RoomState, command: commands.Kick, now: float) -> list[Event]:
    """Remove one who is in or waits; with ``block`` everybody with that identity, for good."""
    del now
    by = who.moderator(state, command.actor)
    identities = _identities(state)
    identity = identities.get(command.peer_id)
    if identity is None:
        raise PeerNotFound
    if not command.block:
        return [_removal(state, by, command.peer_id)]
    same = [peer_id for peer_id, each in identities.items() if each == identity]
    removals = [_removal(state, by, peer_id) for peer_id in same]
    return [events.IdentityBlocked(identity, by=command.actor), *removals]


def unblock(state: RoomState, command: commands.Unblock, now: float) -> list[Event]:
    """Let an identity come again."""
    del now
    who.moderator(state, command.actor)
    if command.identity not in state.blocked:
        return []
    return [events.IdentityUnblocked(command.identity, by=command.actor)]


def close_room(state: RoomState, command: commands.CloseRoom, now: float) -> list[Event]:
    """End the meeting for everybody."""
    who.moderator(state, command.actor)
    if command.only_if_empty and (state.participants or state.lobby):
        return []
    return [events.RoomClosed(command.reason, by=command.actor, closed_at=now)]


def _identities(state: RoomState) -> dict[PeerId, Identity]:
    seats: list[Participant | Waiting] = [*state.participants.values(), *state.lobby.values()]
    return {seat.peer_id: seat.identity for seat in seats}


def _removal(state: RoomState, by: Participant | None, peer_id: PeerId) -> Event:
    actor = by.peer_id if by else None
    if peer_id in state.lobby:
        return events.LobbyLeft(peer_id, "DENIED", by=actor)
    if peer_id == actor:
        raise PermissionDenied("You cannot remove yourself; leave instead.")
    who.protect_hosts(by, who.participant(state, peer_id))
    return events.PeerLeft(peer_id, "KICKED", by=actor)


# --- rights -------------------------------------------------------------------------------------


def update_role(state: RoomState, command: commands.UpdateRole, now: float) -> list[Event]:
    """Give a participant a role and the rights that come with it."""
    del now
    by = who.moderator(state, command.actor)
    target = who.participant(state, command.peer_id)
    who.protect_hosts(by, target)
    if command.role == "host" and by is not None and by.role != "host":
        raise PermissionDenied("Only a host makes somebody a host.")
    permissions = BY_ROLE[command.role]
    if command.role == target.role:
        return _permissions_changed(target, permissions, command.actor)
    return [
        events.RoleUpdated(target.peer_id, command.role, target.role, permissions, by=command.actor)
    ]


def update_permissions(
    state: RoomState, command: commands.UpdatePermissions, now: float
) -> list[Event]:
    """Change what one participant may do, whatever its role."""
    del now
    by = who.moderator(state, command.actor)
    target = who.participant(state, command.peer_id)
    who.protect_hosts(by, target)
    changed = merge(target.permissions, command.changes)
    return _permissions_changed(target, changed, command.actor)


def _permissions_changed(
    target: Participant, permissions: Permissions, by: PeerId | None
) -> list[Event]:
    if permissions == target.permissions:
        return []
    return [events.PermissionsUpdated(target.peer_id, permissions, by=by)]


# --- controls -----------------------------------------------------------------------------------


def update_controls(state: RoomState, command: commands.UpdateControls, now: float) -> list[Event]:
    """Change what everybody who is no moderator may do."""
    del now
    who.moderator(state, command.actor)
    changes: dict[str, Any] = {
        name: value
        for name in Controls.__struct_fields__
        if (value := getattr(command, name)) is not None
    }
    if command.allow_produce_sources is not None:
        sources = {str(name): ok for name, ok in command.allow_produce_sources.items()}
        changes["allow_produce_sources"] = msgspec.structs.replace(
            state.controls.allow_produce_sources, **sources
        )
    return _controls_changed(state, command.actor, **changes)


def mute_everyone(state: RoomState, command: commands.MuteEveryone, now: float) -> list[Event]:
    """Close the named streams of everybody who is no moderator; maybe forbid their sources."""
    del now
    who.moderator(state, command.actor)
    happened: list[Event] = [
        events.StreamClosed(member.peer_id, label, "MODERATOR", by=command.actor)
        for member in state.participants.values()
        if not member.permissions.admin
        for label in member.streams
        if label in command.labels
    ]
    if command.allow_unmute:
        return happened
    forbidden = {str(SOURCE_OF[label]): False for label in command.labels}
    sources = msgspec.structs.replace(state.controls.allow_produce_sources, **forbidden)
    return happened + _controls_changed(state, command.actor, allow_produce_sources=sources)


def close_streams(state: RoomState, command: commands.CloseStreams, now: float) -> list[Event]:
    """Close the named streams of those peers, or of everybody but the one who asks."""
    del now
    who.moderator(state, command.actor)
    peer_ids = command.peer_ids
    if peer_ids is None:
        peer_ids = tuple(peer_id for peer_id in state.participants if peer_id != command.actor)
    members = [who.participant(state, peer_id) for peer_id in dict.fromkeys(peer_ids)]
    return [
        events.StreamClosed(member.peer_id, label, "MODERATOR", by=command.actor)
        for member in members
        for label in member.streams
        if label in command.labels
    ]


def _controls_changed(state: RoomState, by: PeerId | None, **changes: Any) -> list[Event]:
    """Return the event that changes the named controls, if that changes anything."""
    controls = msgspec.structs.replace(state.controls, **changes)
    return [] if controls == state.controls else [events.ControlsUpdated(controls, by=by)]
