"""From a table of operations to Starlette's routes: who may, what they ask, what they are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from proconf_tui.errors import InvalidToken, LimitExceeded
from proconf_tui.protocol.limits import KIB
from proconf_tui.server import api, tokens
from proconf_tui.server.routes.base import Call, Operation
from proconf_tui.server.services import Server


def http_routes(operations: Iterable[Operation]) -> list[Route]:
    """Return one route for each path, which takes the methods that the table has for it."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [Route(path, _endpoint(ways), methods=[*ways]) for path, ways in by_path.items()]


def _endpoint(ways: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        # What takes GET takes HEAD too (RFC 9110 section 9.3.2); the web server drops the body.
        method = "GET" if request.method == "HEAD" else request.method
        return await _answer(ways[method], request)

    return endpoint


async def _answer(operation: Operation, request: Request) -> Response:
    call = Call(cast("Server", request.app.state.server), request)
    if not (operation.is_open or (operation.is_open_here and _asks_as_nobody_from_here(call))):
        _authorise(call)
    body = None
    if operation.body is not None:
        body = api.decoded(await _body(call), operation.body)
    answer = await operation.handler(call, body)
    if isinstance(answer, Response):
        return answer
    if operation.answer is None:
        return Response(status_code=operation.status)
    return _json(answer, operation.status)


def _asks_as_nobody_from_here(call: Call) -> bool:
    return call.is_from_here and "authorization" not in call.request.headers


def _authorise(call: Call) -> None:
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken("This needs a server token: Authorization: Bearer TOKEN.")
    tokens.verify_server(token.strip(), call.server.credentials, time.time())


async def _body(call: Call) -> bytes:
    within_s = call.server.config.join_within_s
    try:
        async with asyncio.timeout(within_s):
            return await _whole_body(call.request)
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
            raise LimitExceeded(f"A request may be at most {api.BODY_BYTES // KIB} KiB.")
    return body


def _json(value: Any, status: int) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
