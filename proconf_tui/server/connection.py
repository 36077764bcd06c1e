"""One websocket, owned by one task: it reads, a child task of it writes, and both end together.

The first message must be ``join``. From then on each request is answered in order. A client that
sends nonsense or too much is told and closed, and nobody else notices; when the socket is gone,
the seat is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any, Final

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from proconf_tui.errors import InvalidMessage, LimitExceeded, ProconfError
from proconf_tui.protocol import messages
from proconf_tui.protocol.codec import encode_error, encode_result
from proconf_tui.protocol.session import ServerSession
from proconf_tui.server import admission, delivery, handlers
from proconf_tui.server.handlers import presence
from proconf_tui.server.handlers.base import Caller
from proconf_tui.server.limits import (
    BYTES,
    CHAT_LINES,
    MEDIA_ANSWERS,
    MEDIA_OFFERS,
    MESSAGES,
    Rate,
    TokenBucket,
)
from proconf_tui.server.outbox import Outbox
from proconf_tui.server.routes.failures import failure
from proconf_tui.server.services import Server

_log = structlog.get_logger(__name__)

MOST_BAD_MESSAGES: Final = 3
FLUSH_S: Final = 2.0
"""How long the last messages may take to be written."""
_TOO_MANY: Final = failure(
    429, LimitExceeded.code, "Too many connections from one address have not joined; close some."
)
_GOING_AWAY: Final = 1001
"""What a browser closes a page's connections with (RFC 6455 section 7.4.1)."""


class Connection:
    """A client's connection from its first message to its last."""

    def __init__(self, server: Server, websocket: WebSocket) -> None:
        self._server = server
        self._websocket = websocket
        self._address = websocket.client.host if websocket.client else ""
        self._outbox = Outbox()
        self._caller: Caller | None = None
        self._session = ServerSession(
            time.monotonic(),
            heartbeat_s=server.config.heartbeat_s,
            join_timeout_s=server.config.join_within_s,
        )
        self._bad_messages = 0
        self._is_counted = False
        self._is_silent = False
        self._is_going_away = False
        self._messages = _Allowance(MESSAGES)
        self._bytes = _Allowance(BYTES)
        offers = _Allowance(MEDIA_OFFERS)
        self._allowances: dict[type[messages.Request], _Allowance] = {
            messages.SendChat: _Allowance(CHAT_LINES),
            messages.Publish: offers,
            messages.ResetSubscription: offers,
            messages.AnswerSubscription: _Allowance(MEDIA_ANSWERS),
        }

    async def run(self) -> None:
        """Serve the connection until it ends; the websocket has not been accepted yet."""
        if not self._server.unjoined.enter(self._address):
            await self._websocket.send_denial_response(_TOO_MANY)
            return
        self._is_counted = True
        try:
            await self._websocket.accept()
            await self._converse()
        except WebSocketDisconnect:
            pass
        finally:
            self._leave_unjoined()

    async def _converse(self) -> None:
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        except WebSocketDisconnect as disconnect:
            self._is_going_away = disconnect.code == _GOING_AWAY
        except Exception as error:
            _log.error("connection failed", exc_info=error)
            self._outbox.close(messages.Closed("LOST", "The server made a mistake; join again."))
        finally:
            await self._end(writer)

    async def _end(self, writer: asyncio.Task[None]) -> None:
        try:
            if self._caller is not None:
                await self._server.hub.seats.lose(
                    self._caller.room,
                    self._caller.peer,
                    self._outbox,
                    is_going_away=self._is_going_away,
                )
        finally:
            self._outbox.close()
            try:
                await asyncio.wait({writer}, timeout=FLUSH_S)
            finally:
                writer.cancel()
                await asyncio.gather(writer, return_exceptions=True)

    # --- writing --------------------------------------------------------------------------------

    async def _write(self) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            async for frame in self._outbox.frames():
                await self._websocket.send_text(frame)
            await self._websocket.close()
        self._outbox.close()

    # --- reading --------------------------------------------------------------------------------

    async def _read(self) -> None:
        closed = asyncio.create_task(self._outbox.closed.wait())
        try:
            while (frame := await self._next_frame(closed)) is not None:
                self._heard(is_silent=False)
                await self._take(frame)
        finally:
            closed.cancel()

    async def _next_frame(self, closed: asyncio.Task[bool]) -> str | bytes | None:
        """Return the next frame, or None once the outbox is closed or the client dead."""
        receiving = asyncio.create_task(self._websocket.receive())
        try:
            await self._wait_for(receiving, closed)
            message = receiving.result() if receiving.done() else None
        finally:
            receiving.cancel()
        if message is None or closed.done():
            return None
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1006))
        text: str | None = message.get("text")
        return message.get("bytes") or b"" if text is None else text

    async def _wait_for(self, *either: asyncio.Task[Any]) -> None:
        """Wait until one is done, or the client dead; the others learn when it falls silent."""
        while not self._session.is_dead(now := time.monotonic()):
            self._heard(is_silent=self._session.is_silent(now))
            done, _ = await asyncio.wait(
                either,
                timeout=max(0.0, self._session.next_deadline(now) - now),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if done:
                return

    def _heard(self, *, is_silent: bool) -> None:
        if is_silent != self._is_silent and self._caller is not None:
            self._is_silent = is_silent
            presence.tell_quality(self._caller, "lost" if is_silent else "good")

    async def _take(self, frame: str | bytes) -> None:
        for allowance, amount in ((self._messages, 1), (self._bytes, _size(frame))):
            if not allowance.take(amount):
                self._refuse_rate(allowance)
                return
        try:
            request_id, request = self._session.receive(frame, time.monotonic())
        except InvalidMessage as error:
            self._refuse(error)
            return
        self._bad_messages = 0
        of_kind = self._allowances.get(type(request))
        if of_kind is not None and not of_kind.take():
            self._refuse_rate(of_kind, request_id)
            return
        try:
            await self._answer(request_id, request)
        except ProconfError as error:
            self._outbox.send(encode_error(request_id, error.code, error.message))
            if self._caller is None:
                self._outbox.close()

    async def _answer(self, request_id: int, request: messages.Request) -> None:
        if self._caller is not None:
            result = await handlers.handle(self._caller, request)
            self._outbox.send(encode_result(request_id, result))
            self._end_if_gone(self._caller)
            return
        # The session lets nothing else be first.
        assert isinstance(request, messages.Join)

        def accept(caller: Caller, joined: messages.Joined) -> None:
            # From here on the seat is lost with this connection, whatever fails after.
            self._caller = caller
            self._leave_unjoined()
            self._outbox.send(encode_result(request_id, joined))

        await admission.admit(self._server, self._address, request, self._outbox, accept)

    def _end_if_gone(self, caller: Caller) -> None:
        # Who left, or ended the meeting, is told the end after the answer to that very request.
        if caller.peer_id not in caller.room.peers:
            self._outbox.close(delivery.farewell(caller.room.state))

    # --- refusing -------------------------------------------------------------------------------

    def _refuse(self, error: InvalidMessage) -> None:
        self._bad_messages += 1
        # What is well formed and only too much is answered as the room would answer it.
        is_too_much = isinstance(error.__cause__, LimitExceeded)
        code = LimitExceeded.code if is_too_much else error.code
        if error.request_id is None:
            self._outbox.notify(messages.Notice(code, error.message))
        else:
            self._outbox.send(encode_error(error.request_id, code, error.message))
        if self._bad_messages >= MOST_BAD_MESSAGES or self._caller is None:
            self._outbox.close(messages.Closed("LOST", "Too many messages made no sense."))

    def _refuse_rate(self, allowance: _Allowance, request_id: int | None = None) -> None:
        text = f"The limit is {allowance.rate.text}; you sent more."
        if allowance.was_told:
            self._outbox.close(messages.Closed("LOST", text))
            return
        allowance.was_told = True
        self._outbox.notify(messages.Notice(LimitExceeded.code, text))
        if request_id is not None:
            self._outbox.send(encode_error(request_id, LimitExceeded.code, text))

    def _leave_unjoined(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self._server.unjoined.leave(self._address)


class _Allowance:
    """A rate that is told to who passes it, once for each time they were within it again."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.was_told = False
        self._bucket = TokenBucket(rate, time.monotonic())

    def take(self, amount: int = 1) -> bool:
        """Return whether ``amount`` more is within the rate."""
        now = time.monotonic()
        if self._bucket.is_full(now):
            self.was_told = False
        return self._bucket.take(now, amount)


def _size(frame: str | bytes) -> int:
    return len(frame.encode(errors="replace") if isinstance(frame, str) else frame)
