"""uvicorn as this server needs it: no signal handling of its own, and sockets that really close.

uvicorn raises a signal again after it has shut down, which would kill the caller that still has
things to put in order; and it waits for ever for a client that has stopped reading, or that never
says what it wants. What it does not promise to keep as it is, is used in this file only.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Response
from websockets.server import ServerProtocol
from websockets.typing import StatusLike

from proconf_tui.errors import InvalidMessage, LimitExceeded
from proconf_tui.protocol.limits import MESSAGE_BYTES
from proconf_tui.protocol.text import clean
from proconf_tui.server.limits import Handshakes, OpenSockets
from proconf_tui.server.raw_answers import last_answer
from proconf_tui.server.routes.failures import failure, failure_of
from proconf_tui.server.tls_door import TlsDoor

if TYPE_CHECKING:
    import h11

GRACE_S: Final = 3
_LINGER_S: Final = 2.0


def _last_words(status: HTTPStatus, code: str, message: str) -> bytes:
    """Return a whole answer, for where there is no request that a route could answer."""
    return last_answer(failure(status, code, message))


_TOO_MANY: Final = _last_words(
    HTTPStatus.TOO_MANY_REQUESTS,
    LimitExceeded.code,
    "Too many connections from one address; close some.",
)
_NO_HTTP: Final = _last_words(
    HTTPStatus.BAD_REQUEST, InvalidMessage.code, "This is no HTTP request that a server can read."
)


class _Config(uvicorn.Config):
    """What every connection is given, with our own limits among it."""

    def __init__(self, app: ASGIApp, sockets: OpenSockets, within_s: float, **choices: Any) -> None:
        super().__init__(app, **choices)
        self.sockets = sockets
        self.within_s = within_s


class _HttpProtocol(H11Protocol):
    """Ends a connection that does not complete a request in time, and counts it until then.

    One that waits for an answer has that time once more, for the route to say what is wrong. A
    connection that becomes a websocket is from then on counted by who serves the websocket.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        self._limits = cast("_Config", self.config)
        self._address = self.client[0] if self.client else ""
        self._is_counted = self._limits.sockets.enter(self._address)
        self._deadline = self._after_deadline(self._give_up)
        if not self._is_counted:
            self.transport.write(_TOO_MANY)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._let_go()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._let_go()
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        self._deadline.cancel()
        self._deadline = self._after_deadline(self._give_up)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, like anything else; not into the midst of an answer."""
        cycle = self._cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(_NO_HTTP)
        self.transport.close()

    @property
    def _cycle(self) -> RequestResponseCycle | None:
        # uvicorn has none before the first request, which its annotation does not say.
        return self.cycle

    def _give_up(self) -> None:
        cycle = self._cycle
        if cycle is None or cycle.response_complete:
            self.transport.abort()
        else:
            self._deadline = self._after_deadline(self.transport.abort)

    def _after_deadline(self, action: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(self._limits.within_s, action)

    def _let_go(self) -> None:
        self._deadline.cancel()
        if self._is_counted:
            self._is_counted = False
            self._limits.sockets.leave(self._address)


class _Handshakes(ServerProtocol):
    """Refuses a handshake as any other request is refused."""

    def reject(self, status: StatusLike, text: str) -> Response:
        answer = failure_of(status, clean(text).strip())
        refused = super().reject(status, bytes(answer.body).decode())
        for name, value in answer.headers.items():
            refused.headers.pop(name, None)
            refused.headers[name] = value
        return refused


class _WebSocketProtocol(WebSocketsSansIOProtocol):
    """Gives a client that does not read a moment for the last bytes, and then hangs up."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.conn = _Handshakes(max_size=self.config.ws_max_size, logger=self.logger)

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            # Else uvicorn complains that a handshake which was refused was not completed.
            self.handshake_complete = True

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(_LINGER_S, self.transport.abort)


class WebServer(uvicorn.Server):
    """Serves one ASGI application on a socket that is already bound."""

    def __init__(
        self,
        app: ASGIApp,
        sockets: OpenSockets,
        handshakes: Handshakes,
        within_s: float,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``within_s`` is how long a connection may take for a request; ``sockets`` counts them.

        With ``tls`` nothing else is spoken; ``handshakes`` are counted, and may take as long.
        """
        super().__init__(
            _Config(
                app,
                sockets,
                within_s,
                http=_HttpProtocol,
                ws=_WebSocketProtocol,
                ws_max_size=MESSAGE_BYTES,
                ws_per_message_deflate=False,
                # Our own heartbeat says who is alive; a second one would only disagree with it.
                ws_ping_interval=None,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._door = TlsDoor(tls, handshakes, within_s, self._protocol) if tls else None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs this server."""
        yield

    async def serve_on(self, listeners: list[socket.socket]) -> None:
        """Serve until `stop`; closes ``listeners``."""
        await self.serve(listeners)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections, with TLS by a door of our own."""
        await super().startup([] if self._door else sockets)
        if self._door is not None:
            self._door.open(sockets or [])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the door before its sockets."""
        if self._door is not None:
            await self._door.aclose()
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        return _HttpProtocol(self.config, self.server_state, self.lifespan.state)

    def stop(self) -> None:
        """Take no more connections and close those that are left."""
        self.should_exit = True
