"""Signalling that comes back: how often it tries, when it gives up, and when it begins anew."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request

from proconf_tui.errors import ConnectionLost, ProconfError
from proconf_tui.protocol.messages import Join, Joined, Notification
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk import link as link_module
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.link import Link
from proconf_tui.sdk.tls import WrongServer
from tests.support.certificates import Pair, der_of, make_pair
from tests.support.meeting import until

Script = Callable[[ServerConnection], Awaitable[None]]

_AWAITING: Final = {"reason": "WAITING_FOR_PERMISSIONS", "message": "You wait to be let in."}


class _Listener:
    """Remembers what the link tells."""

    version = 0

    def __init__(self) -> None:
        self.seats = 0
        self.given_up: asyncio.Future[ProconfError] = asyncio.get_running_loop().create_future()
        self.failure: Exception | None = None

    def seated(self, joined: Joined) -> None:
        self.seats += 1
        if self.seats > 1 and self.failure is not None:
            raise self.failure

    def take(self, notification: Notification) -> None:
        """Understand it."""

    def lost(self) -> None:
        """Nothing is counted here but seats."""

    back = lost

    def gave_up(self, error: ProconfError) -> None:
        self.given_up.set_result(error)


async def _seat(websocket: ServerConnection, *following: dict[str, Any] | str) -> None:
    """Answer a join, and say ``following``."""
    asked = msgspec.json.decode(await websocket.recv())
    result = {"roomId": "r", "peerId": "p", "resumeKey": "k", "heartbeatS": 5.0}
    for each in ({"id": asked["id"], "result": result}, *following):
        text = each if isinstance(each, str) else msgspec.json.encode(each).decode()
        await websocket.send(text)


async def _nothing(_: ServerConnection) -> None:
    """Do it."""


@contextlib.asynccontextmanager
async def _joined(*following: dict[str, Any] | str) -> AsyncIterator[_Listener]:
    """Yield who hears a link whose server says ``following`` after each join, and is gone."""

    async def script(websocket: ServerConnection) -> None:
        await _seat(websocket, *following)

    async with _linked(script) as listener:
        yield listener


@contextlib.asynccontextmanager
async def _linked(
    script: Script,
    tls: ssl.SSLContext | None = None,
    pin: str | None = None,
    before: Script = _nothing,
) -> AsyncIterator[_Listener]:
    """Yield who hears a link to a server that does as ``script`` says each time.

    ``before`` is what it does before it takes a websocket.
    """

    async def take(websocket: ServerConnection, _: Request) -> None:
        await before(websocket)

    async with serve(script, "127.0.0.1", 0, ssl=tls, process_request=take) as server:
        host, port = next(iter(server.sockets)).getsockname()
        listener = _Listener()
        address = ServerAddress(f"{'https' if tls else 'http'}://{host}:{port}", pin)
        link = Link(address, Join("token"), listener)
        await link.open()
        try:
            yield listener
        finally:
            await link.aclose()


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try thrice at once, then no more for long."""
    monkeypatch.setattr(link_module, "RETRY_DELAYS_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(link_module, "LATER_DELAY_S", 3600.0)


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("following", [(), ("nonsense",)])
async def test_who_breaks_after_each_join_is_given_up(
    monkeypatch: pytest.MonkeyPatch, following: tuple[str, ...]
) -> None:
    monkeypatch.setattr(link_module, "GIVE_UP_S", 0.5)
    async with _joined(*following) as listener:
        assert isinstance(await listener.given_up, ConnectionLost)
        assert listener.seats <= 4


@pytest.mark.usefixtures("_hasty")
async def test_who_says_where_one_stands_is_tried_anew_each_time() -> None:
    async with _joined({"method": "awaiting", "params": _AWAITING}) as listener:
        await until(lambda: listener.seats >= 8)
        assert not listener.given_up.done()


@pytest.mark.usefixtures("_hasty")
async def test_what_fails_unforeseen_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    async with _joined() as listener:
        listener.failure = ZeroDivisionError("secret detail")
        assert isinstance(await listener.given_up, ConnectionLost)
        assert listener.seats == 2
    assert "secret detail" in caplog.text


async def test_a_line_on_which_connecting_takes_long_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_module, "ANSWER_S", 1.0)
    connections = itertools.count(1)

    async def take_long(_: ServerConnection) -> None:
        if next(connections) > 1:
            await asyncio.sleep(1.5)

    async with _linked(_seat, before=take_long) as listener:
        await until(lambda: listener.seats >= 2)


def _showing(pairs: Iterable[Pair]) -> ssl.SSLContext:
    """Return the TLS of a server that shows one after the other, and the last one ever after."""

    def context(pair: Pair) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(*pair)
        return made

    *first, last = map(context, pairs)
    turns = itertools.chain(first, itertools.repeat(last))

    def take_turn(connection: ssl.SSLObject, _: str | None, __: ssl.SSLContext) -> None:
        connection.context = next(turns)

    last.sni_callback = take_turn
    return last


async def test_a_stranger_at_the_servers_address_is_passed_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "RETRY_DELAYS_S", (0.0, 0.0, 0.0, 0.0))
    server, stranger = make_pair(tmp_path / "server"), make_pair(tmp_path / "stranger")
    tls = _showing([server, stranger, stranger, server])
    async with _linked(_seat, tls, pin_of(der_of(server.cert))) as listener:
        await until(lambda: listener.seats >= 2)


async def test_who_meets_nobody_but_a_stranger_is_told_so_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "GIVE_UP_S", 1.0)
    server, stranger = make_pair(tmp_path / "server"), make_pair(tmp_path / "stranger")
    tls = _showing([server, stranger])
    async with _linked(_seat, tls, pin_of(der_of(server.cert))) as listener:
        error = await listener.given_up
        assert isinstance(error, WrongServer)
        assert "ask for a new invite" in error.message
        assert listener.seats == 1
