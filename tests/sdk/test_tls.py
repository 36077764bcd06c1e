"""Servers with TLS: known by a pin, or by an authority, or not at all; and then told nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import ServerUnreachable
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk import RoomService, http
from proconf_tui.sdk.address import Invite, ServerAddress
from proconf_tui.sdk.signalling import open_signalling
from tests.support.absence import cut
from tests.support.certificates import Pair, der_of, make_pair
from tests.support.meeting import WAIT_S, Meeting, meeting_server, until


async def _ask_http(server: ServerAddress) -> None:
    await http.call(server, "GET", "/api/v1/openapi.json", dict)


async def _ask_websocket(server: ServerAddress) -> None:
    await (await open_signalling(server)).aclose()


WAYS = pytest.mark.parametrize("ask", [_ask_http, _ask_websocket])
Ask = Callable[[ServerAddress], Awaitable[None]]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture
async def secret_meeting(pair: Pair) -> AsyncIterator[Meeting]:
    async with meeting_server(tls_cert=pair.cert, tls_key=pair.key) as meeting:
        yield meeting


def _all_that_one_says(listener: socket.socket, pair: Pair) -> bytes:
    """Take one connection, speak TLS on it and return what comes until its end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(WAIT_S)
        try:
            with context.wrap_socket(connection, server_side=True) as secret:
                return secret.recv(1000)
        except (ssl.SSLError, ConnectionError):
            return b""


@WAYS
async def test_the_pin_is_enough_whatever_the_name(
    ask: Ask, secret_meeting: Meeting, pair: Pair
) -> None:
    server = ServerAddress.parse(secret_meeting.server.url)
    assert server.pin == pin_of(der_of(pair.cert))
    await ask(server)


@WAYS
async def test_who_shows_another_certificate_is_told_nothing(ask: Ask, pair: Pair) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hearing = asyncio.create_task(asyncio.to_thread(_all_that_one_says, listener, pair))
        server = ServerAddress(f"https://127.0.0.1:{listener.getsockname()[1]}", pin_of(b"another"))
        with pytest.raises(ServerUnreachable, match="not the one that the invite names"):
            await ask(server)
        assert await hearing == b""


@WAYS
async def test_an_authority_is_enough_under_the_right_name(
    ask: Ask, secret_meeting: Meeting, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.cert))
    await ask(ServerAddress(f"https://localhost:{secret_meeting.server.port}"))
    with pytest.raises(ServerUnreachable, match=r"ask for an invite link .*pin=.* install the"):
        await ask(ServerAddress(f"https://127.0.0.1:{secret_meeting.server.port}"))


async def test_authorities_are_read_once_and_by_no_event_loop(
    tmp_path: Path, secret_meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(make_pair(tmp_path).cert))
    readers = []
    read = ssl.create_default_context

    def read_and_remember() -> ssl.SSLContext:
        readers.append(threading.current_thread())
        return read()

    monkeypatch.setattr(ssl, "create_default_context", read_and_remember)
    for ask in (_ask_websocket, _ask_websocket, _ask_http):
        with pytest.raises(ServerUnreachable, match="is not trusted here"):
            await ask(ServerAddress(f"https://localhost:{secret_meeting.server.port}"))
    (reader,) = readers
    assert reader is not threading.current_thread()


@WAYS
async def test_whom_nobody_vouches_for_is_refused(ask: Ask, secret_meeting: Meeting) -> None:
    with pytest.raises(ServerUnreachable, match=r"ask for an invite link .*pin=.* install the"):
        await ask(ServerAddress(f"https://localhost:{secret_meeting.server.port}"))


@WAYS
async def test_without_tls_there_is_no_way_in(ask: Ask, secret_meeting: Meeting) -> None:
    with pytest.raises(ServerUnreachable, match="https://"):
        await ask(ServerAddress(f"http://127.0.0.1:{secret_meeting.server.port}"))


async def test_the_pin_of_a_server_here_is_known(secret_meeting: Meeting) -> None:
    key = secret_meeting.server.credentials
    for host in ("127.0.0.1", "localhost"):
        url = f"https://{host}:{secret_meeting.server.port}"
        assert await RoomService(url, key.api_key, key.api_secret).list_rooms() == []


async def test_a_meeting_with_tls_survives_a_lost_connection(secret_meeting: Meeting) -> None:
    host, ben = await secret_meeting.host(), await secret_meeting.join("Ben")
    seat = ben.room.seat
    cut(ben)
    await ben.until_told(told.RoomReconnected)
    assert ben.room.seat == seat
    await until(lambda: host.hears(ben) and ben.sees(host))


async def test_an_invite_carries_the_pin(secret_meeting: Meeting) -> None:
    host = await secret_meeting.host()
    invite = Invite.parse(host.room.invite_url or "")
    assert invite is not None
    assert str(invite.server) == secret_meeting.server.url
