"""One participant's signalling across however many websockets it takes.

When one is lost, it connects again and takes the kept seat, for as long as the server keeps it.
It knows no room: what comes in goes to its listener.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import logging
import random
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import msgspec

from proconf_tui.errors import ConnectionLost, LimitExceeded, ProconfError, ServerUnreachable
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import (
    Awaiting,
    Join,
    Joined,
    Notification,
    Request,
    Resume,
    Resumed,
    Welcome,
)
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.signalling import OPEN_S, Signalling, open_signalling
from proconf_tui.sdk.tls import WrongServer

RETRY_DELAYS_S: Final = (0.0, 0.3, 1.2, 2.7, 4.8)
LATER_DELAY_S: Final = 7.0
JITTER: Final = 0.2
"""The share by which delays differ, so that not everybody comes back at one moment."""

ANSWER_S: Final = 2.5
"""How long a server may take to answer one who comes back, once connected, before the next attempt.

Connecting takes several round trips and has a limit of its own, so that a slow line comes back.
"""

GIVE_UP_S: Final = 300.0
"""How long to try; a seat is kept for less, and after that one comes in anew with the token."""

_WORTH_RETRYING: Final = (ServerUnreachable, ConnectionLost, LimitExceeded)

_STANDINGS: Final = (Awaiting, Welcome, Resumed)
"""What follows a join and says where one stands."""

_log = logging.getLogger(__name__)


class Seat(NamedTuple):
    """What takes a participant's place again after its connection, or its process, is gone."""

    peer_id: PeerId
    resume_key: str


@dataclasses.dataclass(slots=True)
class _Absence:
    """The time from a loss until one knows again where one stands, whatever it takes."""

    ends_at: float
    delays_s: Iterator[float]
    reason: ProconfError = dataclasses.field(default_factory=ConnectionLost)
    """What to say should it never end."""


class LinkListener(Protocol):
    """Who is told; every call is made in the event loop and must not block."""

    @property
    def version(self) -> int:
        """The room's version that this participant has seen."""

    def seated(self, joined: Joined) -> None:
        """Learn who one is, before anything else is told; again after each reconnection."""

    def take(self, notification: Notification) -> None:
        """Take what the server tells.

        Raises:
            InvalidMessage: it makes no sense after what was told before.
        """

    def lost(self) -> None:
        """Learn that the connection broke and is being made again."""

    def back(self) -> None:
        """Learn that it has been."""

    def gave_up(self, error: ProconfError) -> None:
        """Learn that there is no way back."""


class Link:
    """Signalling that comes back."""

    def __init__(
        self, server: ServerAddress, join: Join, listener: LinkListener, seat: Seat | None = None
    ) -> None:
        self._server = server
        self._join = join
        self._listener = listener
        self._seat = seat
        self._signalling: Signalling | None = None
        self._recovering: asyncio.Task[None] | None = None
        self._absence: _Absence | None = None
        self._is_closing = False

    @property
    def seat(self) -> Seat | None:
        """The seat that the server keeps; None before the first one."""
        return self._seat

    @property
    def token(self) -> str:
        """The token to come in with, should the seat be lost."""
        return self._join.token

    def renew(self, token: str) -> None:
        """Come in with ``token`` from now on."""
        self._join = msgspec.structs.replace(self._join, token=token)

    async def open(self, answer_s: float = OPEN_S) -> None:
        """Connect and join; once connected the server has ``answer_s`` to answer.

        Raises:
            ServerUnreachable: nothing answers there, or not in time.
            ProconfError: the server's refusal.
        """
        signalling = await open_signalling(self._server)
        try:
            joined = await signalling.join(self._request(), answer_s)
        except BaseException:
            await signalling.aclose()
            raise
        self._seat = Seat(joined.peer_id, joined.resume_key)
        self._listener.seated(joined)
        self._signalling = signalling
        signalling.start(self._take, self._lost)

    async def request(self, request: Request) -> msgspec.Struct:
        """Ask the server and return its answer.

        Raises:
            ConnectionLost: there is no connection just now.
            ProconfError: the server's refusal.
        """
        if self._signalling is None:
            raise ConnectionLost("There is no connection to the meeting just now; try again.")
        return await self._signalling.request(request)

    async def until_back(self) -> None:
        """Wait until a connection that broke is made again.

        Raises:
            ConnectionLost: there is no way back.
        """
        if self._recovering is not None:
            await asyncio.wait({self._recovering})
        if self._signalling is None:
            raise ConnectionLost

    async def aclose(self) -> None:
        """Close the connection, and stop making another one."""
        self._is_closing = True
        if self._recovering is not None:
            self._recovering.cancel()
            await asyncio.gather(self._recovering, return_exceptions=True)
        await self._close_signalling()

    def _request(self) -> Join:
        if self._seat is None:
            return self._join
        resume = Resume(self._seat.peer_id, self._seat.resume_key, self._listener.version)
        return msgspec.structs.replace(self._join, resume=resume)

    def _take(self, notification: Notification) -> None:
        self._listener.take(notification)
        if isinstance(notification, _STANDINGS):
            # A join alone shows little: what follows it may break the connection each time.
            self._absence = None

    def _lost(self) -> None:
        if not self._is_closing:
            self._recovering = asyncio.create_task(self._recover(), name="reconnect")
            self._recovering.add_done_callback(self._recovered)

    def _recovered(self, recovering: asyncio.Task[None]) -> None:
        error = None if recovering.cancelled() else recovering.exception()
        if error is not None:
            _log.error("reconnecting failed", exc_info=error)
            self._listener.gave_up(ConnectionLost())

    async def _recover(self) -> None:
        await self._close_signalling()
        self._listener.lost()
        if self._absence is None:
            self._absence = _Absence(asyncio.get_running_loop().time() + GIVE_UP_S, _delays())
        absence = self._absence
        try:
            async with asyncio.timeout_at(absence.ends_at):
                await self._retry(absence)
        except TimeoutError:
            self._listener.gave_up(absence.reason)
        except ProconfError as error:
            self._listener.gave_up(error)
        else:
            self._listener.back()

    async def _retry(self, absence: _Absence) -> None:
        for delay_s in absence.delays_s:
            await asyncio.sleep(delay_s)
            try:
                await self.open(ANSWER_S)
            except WrongServer as error:
                # On the way through another network somebody else may have that address.
                absence.reason = error
            except _WORTH_RETRYING:
                absence.reason = ConnectionLost()
            else:
                return

    async def _close_signalling(self) -> None:
        signalling, self._signalling = self._signalling, None
        if signalling is not None:
            await signalling.aclose()


def _delays() -> Iterator[float]:
    for delay_s in itertools.chain(RETRY_DELAYS_S, itertools.repeat(LATER_DELAY_S)):
        yield delay_s * random.uniform(1 - JITTER, 1 + JITTER)
