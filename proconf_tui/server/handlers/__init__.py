"""What the server does for each request once a peer has joined: one small function for each."""

from __future__ import annotations

from proconf_tui.protocol.messages import Request
from proconf_tui.server.handlers import data, media, moderation, presence, statistics
from proconf_tui.server.handlers.base import Caller, Handler, Result

_HANDLERS: dict[type[Request], Handler] = {
    **presence.HANDLERS,
    **media.HANDLERS,
    **statistics.HANDLERS,
    **moderation.HANDLERS,
    **data.HANDLERS,
}


async def handle(caller: Caller, request: Request) -> Result:
    """Do what ``request`` asks for ``caller`` and return the answer.

    Raises:
        ProconfError: the refusal, to be sent back.
    """
    return await _HANDLERS[type(request)](caller, request)
