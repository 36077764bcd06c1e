"""What everybody may ask for without a server token: a guest's token for one room."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from proconf_tui.errors import (
    BadPasscode,
    InvalidToken,
    LimitExceeded,
    MeetingNotStarted,
    PermissionDenied,
    ServerUnreachable,
)
from proconf_tui.protocol.text import clean_name
from proconf_tui.room.model import RoomState
from proconf_tui.server import api, names, passcodes, tokens
from proconf_tui.server.admission import check_rate
from proconf_tui.server.limits import JOINS
from proconf_tui.server.routes.base import ROOM, Call, Operation, refusal
from proconf_tui.server.routes.failures import Refused

_TOO_OFTEN: Final = 429


async def guest_token(call: Call, wanted: api.AskForToken) -> api.GuestToken:
    server = call.server
    server.check_open()
    _check_rate(call)
    if wanted.invite is not None:
        tokens.verify_invite(wanted.invite, server.credentials, time.time(), call.room_id)
    elif not server.config.can_guests_join:
        raise PermissionDenied("This server lets in only who has an invite; ask the moderator.")
    state = call.room.state
    if wanted.invite is None:
        await _check_passcode(state, wanted.passcode or "")
    if not (state.is_started or wanted.will_wait):
        raise MeetingNotStarted
    token = tokens.mint(
        server.credentials,
        room=state.room_id,
        identity=names.guest_identity(wanted.device),
        role="guest",
        now=time.time(),
        name=clean_name(wanted.name or "") or None,
    )
    return api.GuestToken(token, state.room_id)


def _check_rate(call: Call) -> None:
    """Slow down who may be guessing a passcode."""
    try:
        check_rate(call.server.guests, call.address)
    except LimitExceeded as error:
        raise Refused(_TOO_OFTEN, error, {"Retry-After": f"{JOINS.period_s:.0f}"}) from error


async def _check_passcode(state: RoomState, given: str) -> None:
    kept = state.passcode_hash
    if kept is not None and not await asyncio.to_thread(passcodes.matches, given, kept):
        raise BadPasscode


OPERATIONS: Final = (
    Operation(
        method="POST",
        path=f"{ROOM}/guest-token",
        summary="Get a guest's token, with the room's passcode or an invite",
        handler=guest_token,
        body=api.AskForToken,
        answer=api.GuestToken,
        own_refusals=(
            refusal(InvalidToken, "The invite is wrong, expired or another room's."),
            refusal(PermissionDenied, "The server lets in only who has an invite."),
            refusal(BadPasscode),
            refusal(MeetingNotStarted),
            refusal(LimitExceeded, "Too many have asked from one address.", status=_TOO_OFTEN),
            refusal(ServerUnreachable, "The server is shutting down."),
        ),
        is_open=True,
    ),
)
