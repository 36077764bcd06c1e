"""What moderators ask for; whether they are moderators is decided by the room."""

from __future__ import annotations

from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Request
from proconf_tui.room import commands
from proconf_tui.server.handlers.base import Caller, Handler, Result


async def admit(caller: Caller, request: messages.Admit) -> Result:
    return await caller.command(commands.Admit(actor=caller.peer_id, peer_id=request.peer_id))


async def admit_all(caller: Caller, _: messages.AdmitAll) -> Result:
    return await caller.command(commands.AdmitAll(actor=caller.peer_id))


async def deny(caller: Caller, request: messages.Deny) -> Result:
    return await caller.command(commands.Deny(actor=caller.peer_id, peer_id=request.peer_id))


async def kick(caller: Caller, request: messages.Kick) -> Result:
    return await caller.command(
        commands.Kick(actor=caller.peer_id, peer_id=request.peer_id, block=request.block)
    )


async def unblock(caller: Caller, request: messages.Unblock) -> Result:
    return await caller.command(commands.Unblock(actor=caller.peer_id, identity=request.identity))


async def update_controls(caller: Caller, request: messages.UpdateControls) -> Result:
    return await caller.command(
        commands.UpdateControls(
            actor=caller.peer_id,
            room_locked=request.room_locked,
            allow_produce=request.allow_produce,
            allow_produce_sources=request.allow_produce_sources,
            allow_consume=request.allow_consume,
            allow_send_data=request.allow_send_data,
        )
    )


async def close_streams(caller: Caller, request: messages.CloseStreams) -> Result:
    return await caller.command(
        commands.CloseStreams(
            actor=caller.peer_id,
            labels=frozenset(request.labels),
            peer_ids=None if request.peer_ids is None else tuple(request.peer_ids),
        )
    )


async def mute_everyone(caller: Caller, request: messages.MuteEveryone) -> Result:
    return await caller.command(
        commands.MuteEveryone(actor=caller.peer_id, allow_unmute=request.allow_unmute)
    )


async def update_role(caller: Caller, request: messages.UpdateRole) -> Result:
    return await caller.command(
        commands.UpdateRole(actor=caller.peer_id, peer_id=request.peer_id, role=request.role)
    )


async def update_permissions(caller: Caller, request: messages.UpdatePermissions) -> Result:
    return await caller.command(
        commands.UpdatePermissions(
            actor=caller.peer_id, peer_id=request.peer_id, changes=request.permissions
        )
    )


HANDLERS: dict[type[Request], Handler] = {
    messages.Admit: admit,
    messages.AdmitAll: admit_all,
    messages.Deny: deny,
    messages.Kick: kick,
    messages.Unblock: unblock,
    messages.UpdateControls: update_controls,
    messages.CloseStreams: close_streams,
    messages.MuteEveryone: mute_everyone,
    messages.UpdateRole: update_role,
    messages.UpdatePermissions: update_permissions,
}
