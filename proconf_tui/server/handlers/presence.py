"""Leaving, ending and staying alive."""

from __future__ import annotations

from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Request
from proconf_tui.room import commands
from proconf_tui.server.handlers.base import DONE, Caller, Handler, Result


async def leave(caller: Caller, _: messages.Leave) -> Result:
    return await caller.command(commands.Leave(actor=caller.peer_id))


async def end_room(caller: Caller, _: messages.EndRoom) -> Result:
    return await caller.command(commands.CloseRoom(actor=caller.peer_id))


async def ping(_caller: Caller, _: messages.Ping) -> Result:
    return DONE


HANDLERS: dict[type[Request], Handler] = {
    messages.Leave: leave,
    messages.EndRoom: end_room,
    messages.Ping: ping,
}
