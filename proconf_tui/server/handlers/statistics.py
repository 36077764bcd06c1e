"""What the server knows of the media, told to those who are in."""

from __future__ import annotations

from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Request
from proconf_tui.room import who
from proconf_tui.server.handlers.base import Caller, Handler, Result


async def stats(caller: Caller, request: messages.Stats) -> Result:
    state = caller.room.state
    who.actor(state, caller.peer_id)
    if request.with_peers:
        who.moderator(state, caller.peer_id)
    figures = caller.sampler.room(state.room_id, state.participants)
    return messages.ServerReport(
        you=figures.peers.get(caller.peer_id),
        room=figures.room,
        server=caller.sampler.load(),
        peers=list(figures.peers.values()) if request.with_peers else None,
    )


HANDLERS: dict[type[Request], Handler] = {messages.Stats: stats}
