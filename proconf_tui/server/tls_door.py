"""Takes connections and sees them through the TLS handshake, in bounded time, number and rate.

What asyncio does by itself counts nobody before the handshake is over. Who speaks plain HTTP is
told where to go. Refuses to know what is said afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable
from typing import Final

import structlog

from proconf_tui.server.first_words import answer_plain_http, is_plain_http
from proconf_tui.server.limits import Handshakes

_log = structlog.get_logger(__name__)

SHUTDOWN_S: Final = 2.0
"""How long a client may take to answer the end of TLS."""
_RETRY_S: Final = 1.0
_LEAST_S: Final = 0.001
"""For a handshake that is late; asyncio takes no 0."""
_SHORTAGES: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
"""Why nobody can be accepted; every other error is of one connection (accept(2))."""


class TlsDoor:
    """Hands each connection to a protocol of its own once it speaks TLS.

    ``handshakes`` counts those that do not yet, which have ``within_s`` for it.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        handshakes: Handshakes,
        within_s: float,
        make_protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        self._context = context
        self._handshakes = handshakes
        self._within_s = within_s
        self._make_protocol = make_protocol
        self._loop = asyncio.get_running_loop()
        self._waits: dict[socket.socket, asyncio.TimerHandle | None] = {}
        """The listeners, each with its end of a pause."""
        self._greeting: dict[asyncio.Task[None], socket.socket] = {}

    def open(self, listeners: list[socket.socket]) -> None:
        """Begin to take connections; the listeners do not block."""
        for listener in listeners:
            self._watch(listener)

    async def aclose(self) -> None:
        """Take no more, and drop those that do not speak TLS yet; the listeners stay open."""
        for listener, pause in self._waits.items():
            self._loop.remove_reader(listener)
            if pause is not None:
                pause.cancel()
        for connection in self._greeting.values():
            # A task that is cancelled leaves its socket open; at the end of input it closes it.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        await asyncio.gather(*self._greeting, return_exceptions=True)

    def _watch(self, listener: socket.socket) -> None:
        self._waits[listener] = None
        self._loop.add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, address = listener.accept()
        except OSError as error:
            if error.errno not in _SHORTAGES:
                return
            # It takes a moment to change.
            _log.warning("cannot accept", reason=error.strerror)
            self._loop.remove_reader(listener)
            self._waits[listener] = self._loop.call_later(_RETRY_S, self._watch, listener)
            return
        if not self._handshakes.enter(address[0], self._loop.time()):
            connection.close()
            return
        connection.setblocking(False)
        task = self._loop.create_task(self._greet(connection, address[0]), name="tls-handshake")
        self._greeting[task] = connection
        task.add_done_callback(self._greeting.pop)

    async def _greet(self, connection: socket.socket, address: str) -> None:
        end_at = self._loop.time() + self._within_s
        try:
            if await self._is_turned_away(connection, end_at):
                return
            await self._loop.connect_accepted_socket(
                self._make_protocol,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=max(_LEAST_S, end_at - self._loop.time()),
                ssl_shutdown_timeout=SHUTDOWN_S,
            )
        except OSError as error:
            # It was silent, spoke no TLS, or did not like our certificate.
            _log.debug("no TLS", address=address, reason=str(error))
        finally:
            self._handshakes.leave(address)

    async def _is_turned_away(self, connection: socket.socket, end_at: float) -> bool:
        """Answer and close a connection that begins with plain HTTP; leave any other as it is."""
        with contextlib.ExitStack() as unless_tls:
            unless_tls.callback(connection.close)
            async with asyncio.timeout_at(end_at):
                if await is_plain_http(connection):
                    await answer_plain_http(connection)
                    return True
            unless_tls.pop_all()
        return False
