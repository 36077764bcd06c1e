"""Leaving, ending and staying alive, with a token that stays good."""

from __future__ import annotations

import time
from typing import Literal

from proconf_tui.errors import PeerNotFound
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Request
from proconf_tui.room import commands
from proconf_tui.server import tokens
from proconf_tui.server.handlers.base import DONE, Caller, Handler, Result


async def leave(caller: Caller, _: messages.Leave) -> Result:
    return await caller.command(commands.Leave(actor=caller.peer_id))


async def end_room(caller: Caller, _: messages.EndRoom) -> Result:
    return await caller.command(commands.CloseRoom(actor=caller.peer_id))


async def ping(_caller: Caller, _: messages.Ping) -> Result:
    return DONE


def tell_quality(caller: Caller, quality: Literal["good", "lost"]) -> None:
    """Tell the others who are in how well the server hears one who is."""
    members = caller.room.state.participants
    if caller.peer_id in members:
        told = messages.PeerQuality(caller.peer_id, quality)
        for peer_id in members.keys() & caller.room.peers.keys() - {caller.peer_id}:
            caller.room.peers[peer_id].notify(told)


async def refresh_token(caller: Caller, request: messages.RefreshToken) -> Result:
    state, peer_id = caller.room.state, caller.peer_id
    holder = state.participants.get(peer_id) or state.lobby.get(peer_id)
    if holder is None:
        raise PeerNotFound
    token = tokens.renewed(
        request.token, caller.credentials, state.room_id, holder.token_id, time.time()
    )
    return messages.TokenGranted(token)


HANDLERS: dict[type[Request], Handler] = {
    messages.Leave: leave,
    messages.EndRoom: end_room,
    messages.Ping: ping,
    messages.RefreshToken: refresh_token,
}
