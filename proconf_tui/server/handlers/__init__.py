"""What the server does for each request once a peer has joined: one small function for each."""

from __future__ import annotations

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.messages import Request
from proconf_tui.server.handlers import data, media, moderation, presence
from proconf_tui.server.handlers.base import Caller, Handler, Result

_HANDLERS: dict[type[Request], Handler] = {
    **presence.HANDLERS,
    **media.HANDLERS,
    **moderation.HANDLERS,
    **data.HANDLERS,
}


async def handle(caller: Caller, request: Request) -> Result:
    """Do what ``request`` asks for ``caller`` and return the answer.

    Raises:
        ProconfError: the refusal, to be sent back.
    """
    handler = _HANDLERS.get(type(request))
    if handler is None:
        raise InvalidMessage(f"{request.method!r} can only be the first message.")
    return await handler(caller, request)
