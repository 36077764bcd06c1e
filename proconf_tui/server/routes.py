"""What each HTTP route does: the rooms for who holds a server token, a guest's token, an invite."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, cast

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from proconf_tui.errors import (
    BadPasscode,
    ConfigError,
    InvalidToken,
    LimitExceeded,
    MeetingNotStarted,
    PermissionDenied,
    ProconfError,
)
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.text import clean, clean_name
from proconf_tui.room import commands
from proconf_tui.room.permissions import Controls
from proconf_tui.server import api, names, passcodes, tokens
from proconf_tui.server.admission import check_rate
from proconf_tui.server.services import Server


async def health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


# --- rooms, for who holds a server token --------------------------------------------------------


async def list_rooms(request: Request) -> Response:
    server = _authorised(request)
    return _json({"rooms": [api.room_info(room.state) for room in server.hub.rooms]})


async def create_room(request: Request) -> Response:
    server = _authorised(request)
    server.check_open()
    wanted = api.decoded(await _body(request), api.CreateRoom)
    room_id = wanted.room_id or names.new_room_id()
    if room_id in (room.room_id for room in server.hub.rooms):
        message = f"A meeting named {clean(room_id)} exists already; choose another name."
        return _failure(409, ConfigError.code, message)
    passcode_hash = None
    if wanted.passcode:
        passcode_hash = await asyncio.to_thread(passcodes.hashed, wanted.passcode)
    if wanted.expires_s is not None and not wanted.expires_s > 0:
        raise ConfigError("A room must last for some time; raise expiresS.")
    command = commands.CreateRoom(
        actor=None,
        room_id=room_id,
        controls=Controls(room_locked=wanted.room_locked),
        metadata=wanted.metadata,
        passcode_hash=passcode_hash,
        max_peers=wanted.max_peers,
        expires_at=None if wanted.expires_s is None else time.time() + wanted.expires_s,
    )
    room = await server.hub.create_room(command)
    return _json(api.room_info(room.state), 201)


async def get_room(request: Request) -> Response:
    server = _authorised(request)
    return _json(api.room_info(server.hub.room(_room_id(request)).state))


async def end_room(request: Request) -> Response:
    server = _authorised(request)
    await server.hub.room(_room_id(request)).apply(commands.CloseRoom(actor=None))
    return Response(status_code=204)


# --- for everybody ------------------------------------------------------------------------------


async def guest_token(request: Request) -> Response:
    server = _server(request)
    server.check_open()
    check_rate(server.guests, request.client.host if request.client else "")
    wanted = api.decoded(await _body(request), api.AskForToken)
    if wanted.invite is not None:
        tokens.verify_invite(wanted.invite, server.credentials, time.time(), _room_id(request))
    elif not server.config.can_guests_join:
        raise PermissionDenied("This server lets in only who has an invite; ask the moderator.")
    state = server.hub.room(_room_id(request)).state
    if wanted.invite is None and state.passcode_hash is not None:
        given = wanted.passcode or ""
        if not await asyncio.to_thread(passcodes.matches, given, state.passcode_hash):
            raise BadPasscode
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
    return _json(api.GuestToken(token, state.room_id))


async def invite(request: Request) -> Response:
    url = f"{request.url.scheme}://{request.url.netloc}/j/{clean(_room_id(request))}"
    return PlainTextResponse(
        "This is an invitation to a meeting. Join it from a terminal:\n\n"
        f"    proconf-tui join '{url}'\n\n"
        "with the whole link you were given, the part after # included.\n"
    )


# --------------------------------------------------------------------------------------------


def _server(request: Request) -> Server:
    return cast("Server", request.app.state.server)


def _room_id(request: Request) -> RoomId:
    return RoomId(request.path_params["room_id"])


def _authorised(request: Request) -> Server:
    server = _server(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken("This needs a server token: Authorization: Bearer TOKEN.")
    tokens.verify_server(token.strip(), server.credentials, time.time())
    return server


async def _body(request: Request) -> bytes:
    within_s = _server(request).config.join_within_s
    try:
        async with asyncio.timeout(within_s):
            return await _whole_body(request)
    except TimeoutError:
        text = f"A request must be complete within {within_s:g} seconds."
        raise HTTPException(408, text, {"Connection": "close"}) from None
    except ClientDisconnect:
        # Nobody is left to read this; it only ends the request.
        raise HTTPException(400, "The request was broken off.") from None


async def _whole_body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > api.BODY_BYTES:
            raise LimitExceeded(f"A request may be at most {api.BODY_BYTES // 1024} KiB.")
    return body


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _failure(status: int, code: str, message: str) -> Response:
    return _json(api.Failure(code, message), status)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProconfError)
    return _failure(api.status_of(error), error.code, error.message)


async def _http_failure(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = _failure(error.status_code, "HTTP", error.detail)
    answer.headers.update(error.headers or {})
    return answer


async def _mistake(_: Request, _error: Exception) -> Response:
    return _failure(500, ProconfError.code, "The server made a mistake; try again.")


EXCEPTION_HANDLERS: Final[Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]] = {
    ProconfError: _refused,
    HTTPException: _http_failure,
    Exception: _mistake,
}
