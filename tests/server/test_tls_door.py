"""Who comes to a server with TLS and does not speak it: counted, closed, and no word in the log."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from proconf_tui.errors import ServerUnreachable
from proconf_tui.sdk import http
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.server import limits, services, tls, tls_door
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.limits import Handshakes, Most
from proconf_tui.server.tls_door import TlsDoor
from tests.support.certificates import Pair, make_pair
from tests.support.network import needs_loopback_network
from tests.support.signalling import RunningServer, running_server

WAIT_S = 20.0

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(tmp_path_factory.mktemp("tls"), "localhost")


@contextlib.asynccontextmanager
async def _connected(server: RunningServer, data: bytes = b"") -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(data)
    try:
        async with asyncio.timeout(WAIT_S):
            yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def _patient_server(pair: Pair) -> AsyncIterator[RunningServer]:
    """A server that waits for the silent for longer than a test does."""
    choices = {"tls_cert": pair.cert, "tls_key": pair.key, "join_within_s": 3 * WAIT_S}
    async with running_server(**choices) as server:
        yield server


async def _until_the_end(reader: asyncio.StreamReader) -> bytes:
    with contextlib.suppress(ConnectionResetError):
        return await reader.read()
    return b""


async def _is_answered(server: RunningServer) -> bool:
    try:
        await http.call(ServerAddress.parse(server.url), "GET", "/api/v1/openapi.json", dict)
    except ServerUnreachable:
        return False
    return True


@pytest.mark.parametrize(
    "said", [b"HELLO\r\n\r\n", b"\x16\x03\x01" + bytes(40), bytes(9), b"A" * 20_000]
)
async def test_who_speaks_no_tls_is_sent_away_without_a_word(
    said: bytes, pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with (
            running_server(tls_cert=pair.cert, tls_key=pair.key) as server,
            _connected(server, said) as (reader, _),
        ):
            assert b"HTTP" not in await _until_the_end(reader)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_browser_that_speaks_plain_http_is_led_to_https(pair: Pair) -> None:
    async with running_server(tls_cert=pair.cert, tls_key=pair.key) as server:
        host = f"localhost:{server.port}".encode()
        async with _connected(server, b"GET /j/myRoom HTTP/1.1\r\nHost: ") as (reader, writer):
            writer.write(host + b"\r\nAccept: text/html\r\n\r\n")
            said = await _until_the_end(reader)
        assert said.startswith(b"HTTP/1.1 307 ")
        assert b"location: https://" + host + b"/j/myRoom\r\n" in said


async def test_the_page_keeps_whoever_opened_it_at_a_distance(pair: Pair) -> None:
    trusting = ssl.create_default_context(cafile=str(pair.cert))
    async with (
        running_server(tls_cert=pair.cert, tls_key=pair.key) as server,
        httpx.AsyncClient(verify=trusting, trust_env=False, timeout=WAIT_S) as browser,
    ):
        url = f"https://localhost:{server.port}/j/myRoom"
        headers = (await browser.get(url, headers={"Accept": "text/html"})).headers
    assert headers["cross-origin-opener-policy"] == "same-origin"


async def test_a_program_that_speaks_plain_http_is_told_of_https(pair: Pair) -> None:
    async with running_server(tls_cert=pair.cert, tls_key=pair.key) as server:
        plain = ServerAddress(f"http://127.0.0.1:{server.port}")
        with pytest.raises(ServerUnreachable, match="its address begins with https://"):
            await http.call(plain, "POST", "/api/v1/rooms", dict, body={"roomId": "a" * 9000})


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n", b"\x16"])
async def test_who_is_silent_is_closed(said: bytes, pair: Pair) -> None:
    choices = {"tls_cert": pair.cert, "tls_key": pair.key, "join_within_s": 0.2}
    async with running_server(**choices) as server, _connected(server, said) as (reader, _):
        assert await _until_the_end(reader) == b""


async def test_those_who_are_silent_are_counted(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "HTTP_CONNECTIONS", Most(2, 2))
    async with _patient_server(pair) as server:
        async with _connected(server), _connected(server), _connected(server) as (third, _):
            assert await _until_the_end(third) == b""
        async with asyncio.timeout(WAIT_S):
            while not await _is_answered(server):
                pass


async def test_those_who_begin_too_often_are_sent_away(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOCAL_HANDSHAKES", limits.Rate(2, 1e6, "2 handshakes"))
    async with _patient_server(pair) as server:
        for _ in range(2):
            async with _connected(server):
                pass
        async with _connected(server) as (third, _):
            assert await _until_the_end(third) == b""
        assert not await _is_answered(server)


@needs_loopback_network
async def test_many_who_are_silent_shut_nobody_else_out(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "HTTP_CONNECTIONS", Most(3, 3))
    async with running_server(tls_cert=pair.cert, tls_key=pair.key, host="0.0.0.0") as server:
        flood = [
            await asyncio.open_connection("127.0.0.1", server.port, local_addr=("127.0.0.2", 0))
            for _ in range(40)
        ]
        try:
            assert await _is_answered(server)
        finally:
            for _, writer in flood:
                writer.close()
            await asyncio.gather(
                *(writer.wait_closed() for _, writer in flood), return_exceptions=True
            )


async def test_the_server_ends_while_somebody_is_silent(pair: Pair) -> None:
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(_patient_server(pair))
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        async with asyncio.timeout(WAIT_S):
            await stack.aclose()
            assert await _until_the_end(reader) == b""
        writer.close()
        await writer.wait_closed()


class _Listener(socket.socket):
    """Cannot accept at first, for each of the ``reasons`` once."""

    reasons: Sequence[int] = ()

    def accept(self) -> tuple[socket.socket, Any]:
        if self.reasons:
            reason, *self.reasons = self.reasons
            raise OSError(reason, "cannot accept")
        return super().accept()


@pytest.mark.parametrize(
    ("reason", "retry_s"),
    [(errno.EMFILE, 0.01), (errno.EPROTO, 3600.0), (errno.ECONNABORTED, 3600.0)],
)
async def test_who_comes_is_let_in_later_and_what_they_say_sent_at_once(
    reason: int, retry_s: float, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_door, "_RETRY_S", retry_s)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    has_no_delay: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            sock = transport.get_extra_info("socket")
            has_no_delay.set_result(bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))

    with _Listener(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        listener.reasons = [reason]
        door = TlsDoor(context, Handshakes(Most(1, 1)), WAIT_S, Protocol)
        door.open([listener])
        port = listener.getsockname()[1]
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.load_verify_locations(pair.cert)
        async with asyncio.timeout(WAIT_S):
            _, writer = await asyncio.open_connection("localhost", port, ssl=client)
            assert await has_no_delay
        assert not listener.reasons
        writer.close()
        await writer.wait_closed()
        await door.aclose()


async def test_old_versions_are_not_spoken(pair: Pair) -> None:
    opened = tls.open_tls(ServerConfig(tls_cert=pair.cert, tls_key=pair.key))
    assert opened is not None
    assert opened.context.minimum_version == ssl.TLSVersion.TLSv1_2
