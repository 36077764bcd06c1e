"""Takes connections and sees them through the TLS handshake, in bounded time and number.

What asyncio does by itself counts nobody before the handshake is over. Refuses to know what is
said afterwards.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

from proconf_tui.server.limits import OpenSockets

_log = structlog.get_logger(__name__)

SHUTDOWN_S: Final = 2.0
"""How long a client may take to answer the end of TLS."""
_RETRY_S: Final = 1.0


class TlsDoor:
    """Hands each connection to a protocol of its own once it speaks TLS.

    ``sockets`` counts those that do not yet, which have ``within_s`` for it.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        sockets: OpenSockets,
        within_s: float,
        make_protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        self._context = context
        self._sockets = sockets
        self._within_s = within_s
        self._make_protocol = make_protocol
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, listeners: list[socket.socket]) -> None:
        """Begin to take connections."""
        for listener in listeners:
            self._start(self._accept(listener), "tls-accept")

    async def aclose(self) -> None:
        """Take no more, and drop those that do not speak TLS yet."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(listener)
            except OSError as error:
                # As a rule too many files are open, which takes a moment to change.
                _log.warning("cannot accept", reason=error.strerror)
                await asyncio.sleep(_RETRY_S)
                continue
            if self._sockets.enter(address[0]):
                self._start(self._welcome(connection, address[0]), "tls-handshake")
            else:
                connection.close()

    async def _welcome(self, connection: socket.socket, address: str) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._make_protocol,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=self._within_s,
                ssl_shutdown_timeout=SHUTDOWN_S,
            )
        except OSError as error:
            # It was silent, spoke no TLS, or did not like our certificate.
            _log.debug("no TLS", address=address, reason=str(error))
        finally:
            self._sockets.leave(address)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
