"""Who may come in over the websocket: rates, the token, and seats that were kept."""

from __future__ import annotations

import time
from collections.abc import Callable

from proconf_tui.protocol.messages import Join, Joined
from proconf_tui.server import tokens
from proconf_tui.server.handlers.base import Caller
from proconf_tui.server.limits import RateLimits, too_often
from proconf_tui.server.outbox import Outbox
from proconf_tui.server.peer import Peer
from proconf_tui.server.room_actor import RoomActor
from proconf_tui.server.services import Server


async def admit(
    server: Server,
    address: str,
    request: Join,
    outbox: Outbox,
    accept: Callable[[Caller, Joined], None],
) -> None:
    """Let one in, or back in; ``accept`` is given the answer before anything else is told.

    The key of a kept seat is as good as the token that came with it and needs no second look at
    a token that may have expired meanwhile. Without the seat, the token opens a new one.

    Raises:
        ProconfError: the refusal, to be sent back.
    """

    def once_accepted(room: RoomActor, peer: Peer) -> None:
        heartbeat_s = server.config.heartbeat_s
        joined = Joined(peer.room_id, peer.peer_id, peer.resume_key, heartbeat_s)
        accept(Caller(room, peer, server.credentials, server.sampler), joined)

    # Not counted by address: after an outage everybody behind one comes back at once.
    if await server.hub.seats.resume(request, outbox, once_accepted):
        return
    server.check_open()
    check_rate(server.joins, address)
    claims = tokens.verify(request.token, server.credentials, time.time())
    await server.hub.join(claims, request, outbox, once_accepted)


def check_rate(limits: RateLimits, address: str) -> None:
    """Count one attempt from ``address``.

    Raises:
        LimitExceeded: there were too many just now.
    """
    passed = limits.take(address, time.monotonic())
    if passed is not None:
        raise too_often(passed)
