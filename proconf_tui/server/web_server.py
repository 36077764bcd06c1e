"""uvicorn as this server needs it: no signal handling of its own, and sockets that really close.

uvicorn raises a signal again after it has shut down, which would kill the caller that still has
things to put in order; and it waits for ever for a client that has stopped reading.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from proconf_tui.protocol.limits import MESSAGE_BYTES

GRACE_S: Final = 3
_LINGER_S: Final = 2.0


class _WebSocketProtocol(WebSocketsSansIOProtocol):
    """Gives a client that does not read a moment for the last bytes, and then hangs up."""

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(_LINGER_S, self.transport.abort)


class WebServer(uvicorn.Server):
    """Serves one ASGI application on a socket that is already bound."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
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

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs this server."""
        yield

    async def serve_on(self, listener: socket.socket) -> None:
        """Serve until `stop`; closes ``listener``."""
        await self.serve([listener])

    def stop(self) -> None:
        """Take no more connections and close those that are left."""
        self.should_exit = True
