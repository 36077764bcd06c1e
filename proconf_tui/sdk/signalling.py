"""One signalling websocket: a thin shell of sockets and timers around `ClientSession`.

It connects, joins, pairs requests with answers, keeps the heartbeat, and says when the
connection is gone. Whether to connect again is `proconf_tui.sdk.link`'s business.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    WebSocketException,
)

from proconf_tui.errors import ConnectionLost, InvalidMessage, ProconfError, ServerUnreachable
from proconf_tui.protocol.limits import SERVER_MESSAGE_BYTES
from proconf_tui.protocol.messages import Join, Joined, Notification, Ping, Request
from proconf_tui.protocol.session import ClientEvent, ClientSession, Failed
from proconf_tui.sdk import http
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.tls import context_for

OPEN_S: Final = 6.0
"""How long connecting may take, and as long the answer to a join."""
CLOSE_S: Final = 1.0
FAREWELL_S: Final = 2 * CLOSE_S
"""How long closing may take where not even the farewell can be sent."""

_BUSY_STATUSES: Final = (403, 429, 503)

_log = logging.getLogger(__name__)


async def open_signalling(server: ServerAddress) -> Signalling:
    """Connect to ``server``.

    Raises:
        ServerUnreachable: with the sentence that says what to look at.
    """
    context = await asyncio.to_thread(context_for, server)
    try:
        websocket = await _StraightConnect(
            server.websocket_url,
            ssl=context,
            compression=None,
            max_size=SERVER_MESSAGE_BYTES,
            open_timeout=OPEN_S,
            close_timeout=CLOSE_S,
            # The heartbeat is a message of ours, so that it shows the server's loop alive too.
            ping_interval=None,
            proxy=None if server.is_loopback else True,
        )
    except InvalidStatus as error:
        raise _refused(server, error.response.status_code) from error
    except (InvalidHandshake, WebSocketException) as error:
        raise http.not_ours(server) from error
    except (OSError, EOFError, UnicodeError) as error:
        raise http.unreachable(server, error) from error
    return Signalling(websocket)


class _StraightConnect(connect):
    """Follows no redirection: a token is for the server that it was made for."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


def _refused(server: ServerAddress, status: int) -> ServerUnreachable:
    if status in _BUSY_STATUSES:
        return ServerUnreachable(
            f"The server at {server.url} takes no connections just now; try again in a moment."
        )
    return http.not_ours(server)


class Signalling:
    """An open connection: `join` first, then `start`."""

    def __init__(self, websocket: ClientConnection) -> None:
        self._websocket = websocket
        self._loop = asyncio.get_running_loop()
        self._session = ClientSession(self._loop.time())
        self._waiting: dict[int, asyncio.Future[msgspec.Struct]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_notification: Callable[[Notification], None] = _ignore
        self._is_over = False

    async def join(self, request: Join, within_s: float = OPEN_S) -> Joined:
        """Send the first message and return its answer; nothing that follows is read yet.

        Raises:
            ConnectionLost: the server went away or did not answer.
            ProconfError: the server's refusal.
        """
        answer = self._sent(request)
        try:
            async with asyncio.timeout(within_s):
                await self._websocket.send(answer.frame)
                while not answer.future.done():
                    self._take(await self._websocket.recv())
        except (ConnectionClosed, OSError) as error:
            raise ConnectionLost("The server did not answer; try again.") from error
        finally:
            _drop(answer.future)
        return cast("Joined", answer.future.result())

    def start(
        self, on_notification: Callable[[Notification], None], on_lost: Callable[[], None]
    ) -> None:
        """Begin to read. ``on_lost`` is called once, unless `aclose` comes first."""
        self._on_notification = on_notification
        reading = self._start(self._read(), "signalling-read")
        reading.add_done_callback(lambda _: self._finished(on_lost))
        beating = self._start(self._beat(), "signalling-beat")
        beating.add_done_callback(self._beaten)

    async def request(self, request: Request) -> msgspec.Struct:
        """Ask the server and return its answer.

        Raises:
            ConnectionLost: the connection is gone or the answer did not come in time.
            ProconfError: the server's refusal.
        """
        if self._is_over:
            raise ConnectionLost
        answer = self._sent(request)
        # A cut network takes nothing for long, and the wait for the answer must end all the same.
        sending = self._start(self._send(answer.frame), "signalling-send")
        try:
            result: msgspec.Struct = await answer.future
            return result
        finally:
            sending.cancel()
            self._waiting.pop(answer.request_id, None)
            _drop(answer.future)

    async def aclose(self) -> None:
        """Close the connection; what still waits for an answer fails."""
        self._is_over = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._fail_all()
        try:
            async with asyncio.timeout(FAREWELL_S):
                await self._websocket.close()
        except TimeoutError:
            self._websocket.transport.abort()

    # --- in and out -----------------------------------------------------------------------------

    def _sent(self, request: Request) -> _Answer:
        request_id, frame = self._session.request(request, self._loop.time())
        future: asyncio.Future[msgspec.Struct] = self._loop.create_future()
        self._waiting[request_id] = future
        return _Answer(request_id, frame, future)

    async def _read(self) -> None:
        try:
            async for frame in self._websocket:
                self._take(frame)
        except (ConnectionClosed, OSError, InvalidMessage):
            # After nonsense, or events that do not follow from what was shown, only a fresh
            # view helps, and that comes with the next connection.
            return

    def _take(self, frame: str | bytes) -> None:
        for event in self._session.receive(frame, self._loop.time()):
            self._handle(event)

    def _handle(self, event: ClientEvent) -> None:
        if isinstance(event, Notification):
            self._on_notification(event)
            return
        future = self._waiting.pop(event.id, None)
        if future is None or future.done():
            return
        if isinstance(event, Failed):
            future.set_exception(event.error)
        else:
            future.set_result(event.result)

    # --- time -----------------------------------------------------------------------------------

    async def _beat(self) -> None:
        """Judge time, and wait for nothing else; it returns when the connection is dead."""
        while not self._session.is_dead(self._loop.time()):
            now = self._loop.time()
            for request_id in self._session.expire(now):
                late = ConnectionLost("The server did not answer in time; try again.")
                self._fail(request_id, late)
            if self._session.is_ping_due(now):
                _, frame = self._session.request(Ping(), now)
                # Few are under way at once: the connection is dead before the fourth is due.
                self._start(self._send(frame), "signalling-ping")
            await asyncio.sleep(max(0.01, self._session.next_deadline - self._loop.time()))

    def _beaten(self, beating: asyncio.Task[None]) -> None:
        """Break a connection that is dead, or that nobody would notice to be."""
        if beating.cancelled():
            return
        if beating.exception() is not None:
            _log.error("the heartbeat failed", exc_info=beating.exception())
        self._websocket.transport.abort()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _send(self, frame: str) -> None:
        try:
            await self._websocket.send(frame)
        except ConnectionClosed:
            # The reader sees the same and says so.
            return

    def _finished(self, on_lost: Callable[[], None]) -> None:
        if not self._is_over:
            self._is_over = True
            self._fail_all()
            on_lost()

    def _fail_all(self) -> None:
        for failed in self._session.fail_all():
            self._fail(failed.id, failed.error)

    def _fail(self, request_id: int, error: ProconfError) -> None:
        future = self._waiting.pop(request_id, None)
        if future is not None and not future.done():
            future.set_exception(error)


class _Answer:
    __slots__ = ("frame", "future", "request_id")

    def __init__(self, request_id: int, frame: str, future: asyncio.Future[Any]) -> None:
        self.request_id = request_id
        self.frame = frame
        self.future = future


def _drop(future: asyncio.Future[Any]) -> None:
    """Want nothing more of ``future``, be it an error."""
    if not future.cancel() and not future.cancelled():
        future.exception()


def _ignore(_: Notification) -> None:
    """Nothing can come before the join is answered."""
