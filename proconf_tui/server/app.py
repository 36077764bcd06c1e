"""The server's routes, put together: HTTP API, signalling websocket, health, invite page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from proconf_tui.errors import PermissionDenied
from proconf_tui.server.connection import Connection
from proconf_tui.server.logs import Seldom
from proconf_tui.server.routes import pages
from proconf_tui.server.routes.failures import EXCEPTION_HANDLERS, failure, failure_of, status_of
from proconf_tui.server.routes.notices import is_browser, notice
from proconf_tui.server.routes.page_files import PageOnDemand
from proconf_tui.server.routes.serving import http_routes
from proconf_tui.server.routes.table import OPERATIONS, SIGNALLING
from proconf_tui.server.services import Server
from proconf_tui.server.web_checks import is_own_host, is_own_origin, own_names

_log = structlog.get_logger(__name__)

_NOT_OURS: Final = "This server does not go by that name, or the request comes from another site."
_NOT_CALLED_SO: Final = (
    "This server does not go by that name",
    "There may well be a meeting here, but not at this address. Open the link you were given, or "
    "ask whoever gave it to you for another one.",
    "If the server is yours: start it with --allowed-host and the name in the address bar, or with "
    "a certificate for that name.",
)


def create_app(server: Server, names: Sequence[str] = ()) -> Starlette:
    """Return the ASGI application of ``server``, whose rooms must be served by one loop only.

    ``names``, its certificate's, are its own like those that its configuration allows.
    """
    app = Starlette(
        routes=[
            WebSocketRoute(SIGNALLING, _websocket),
            *http_routes(OPERATIONS),
            *pages.ROUTES,
            WebSocketRoute("/{path:path}", _no_websocket),
        ],
        exception_handlers={**EXCEPTION_HANDLERS, HTTPStatus.NOT_FOUND: pages.nothing_here},
    )
    # A path with a slash too many is another path, and an error like any other.
    app.router.redirect_slashes = False
    app.state.server = server
    app.state.page = PageOnDemand()
    app.add_middleware(_OwnRequestsOnly, allowed_hosts=(*server.config.allowed_hosts, *names))
    return app


async def _websocket(websocket: WebSocket) -> None:
    server: Server = websocket.app.state.server
    task = asyncio.current_task()
    assert task is not None
    server.conversations.add(task)
    try:
        await Connection(server, websocket).run()
    finally:
        server.conversations.discard(task)


async def _no_websocket(websocket: WebSocket) -> None:
    await websocket.send_denial_response(failure_of(HTTPStatus.NOT_FOUND))


class _OwnRequestsOnly:
    """Refuses what was meant for another host or sent by another site's page."""

    def __init__(self, app: ASGIApp, allowed_hosts: tuple[str, ...]) -> None:
        self._app = app
        self._names = own_names(allowed_hosts)
        self._refusals = Seldom("foreign request refused")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            host, origin = headers.get("host"), headers.get("origin")
            if not (is_own_host(host, self._names) and is_own_origin(origin, host)):
                self._refusals.log(_log, host=host, origin=origin)
                await _refuse(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    status = status_of(PermissionDenied)
    refused = (
        notice(status, *_NOT_CALLED_SO)
        if is_browser(HTTPConnection(scope))
        else failure(status, PermissionDenied.code, _NOT_OURS)
    )
    await refused(scope, receive, send)
