"""A connection that never says what it wants is counted, and closed; nobody logs a traceback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from proconf_tui.server import limits
from proconf_tui.server.routes.table import SIGNALLING
from tests.support.signalling import ROOM, RunningServer, running_server

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
WAIT_S = 20.0
WITHIN_S = 0.8
"""How long the servers here wait: longer than a busy machine may take to read what was sent."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def half_a_post(path: str) -> bytes:
    """Return a request whose body does not come, and whose sender is told when it is awaited."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Length: 100\r\nExpect: 100-continue\r\n\r\n"
    ).encode()


GUEST_TOKEN = half_a_post(f"/api/v1/rooms/{ROOM}/guest-token")


@contextlib.asynccontextmanager
async def connected(server: RunningServer, data: bytes = b"") -> AsyncIterator[Streams]:
    """A raw connection on which ``data`` has been sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(data)
        await writer.drain()
        async with asyncio.timeout(WAIT_S):
            yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (HEALTH[:20], b""),
        (HEALTH, b"HTTP/1.1 200 OK"),
        (half_a_post("/healthz"), b"HTTP/1.1 405 Method Not Allowed"),
    ],
)
async def test_who_completes_no_request_is_closed(sent: bytes, answer: bytes) -> None:
    async with (
        running_server(join_within_s=WITHIN_S) as server,
        connected(server, sent) as (reader, _),
    ):
        assert (await reader.read()).partition(b"\r\n")[0] == answer


async def test_who_sends_half_a_body_is_told_the_limit() -> None:
    async with (
        running_server(join_within_s=WITHIN_S) as server,
        connected(server, GUEST_TOKEN) as (reader, _),
    ):
        told = await reader.read()
    assert b"HTTP/1.1 408 Request Timeout" in told
    assert f"within {WITHIN_S} seconds".encode() in told


async def test_dropping_half_a_request_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with running_server() as server, connected(server, GUEST_TOKEN) as (reader, _):
            assert b"100" in await reader.readline()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_connections_that_do_nothing_are_counted(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "is_loopback", lambda _: False)
    async with contextlib.AsyncExitStack() as open_ones:
        for _ in range(limits.HTTP_CONNECTIONS.of_one - 1):
            await open_ones.enter_async_context(connected(server))
        idle, _ = await open_ones.enter_async_context(connected(server, HEALTH))
        await idle.readuntil(b"ok\n")
        async with connected(server) as (refused, _):
            _assert_refused(await refused.read(), b"429 Too Many Requests", "LIMIT_EXCEEDED")
    async with asyncio.timeout(WAIT_S):
        while not await _is_healthy(server):
            pass


async def test_what_is_no_http_is_refused_like_all_else(server: RunningServer) -> None:
    async with connected(server, b"\x16\x03\x01 what?\r\n\r\n") as (reader, _):
        _assert_refused(await reader.read(), b"400 Bad Request", "INVALID_MESSAGE")


def _upgrade(
    path: str = SIGNALLING, key: str = "dGhlIHNhbXBsZSBub25jZQ==", more: str = ""
) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{more}\r\n"
    ).encode("latin-1")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (_upgrade(key="é\x9b2J"), b"400 Bad Request", "INVALID_MESSAGE"),
        (_upgrade().replace(b"GET", b"PUT"), b"405 Method Not Allowed", "METHOD_NOT_ALLOWED"),
        (_upgrade(more="Origin: null\r\n"), b"403 Forbidden", "PERMISSION_DENIED"),
        (_upgrade("/elsewhere"), b"404 Not Found", "NOT_FOUND"),
    ],
)
async def test_a_websocket_is_refused_like_all_else(
    server: RunningServer, sent: bytes, status: bytes, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(server, sent) as (reader, _):
        _assert_refused(await reader.read(), status, code)
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]


async def test_one_more_websocket_that_has_not_joined_is_refused_like_all_else(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "is_loopback", lambda _: False)
    for _ in range(limits.UNJOINED.of_one):
        await server.client()
    async with connected(server, _upgrade()) as (reader, _):
        _assert_refused(await reader.read(), b"429 Too Many Requests", "LIMIT_EXCEEDED")


def _assert_refused(answer: bytes, status: bytes, code: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *headers = head.lower().split(b"\r\n")
    assert first == b"http/1.1 " + status.lower()
    assert json.loads(body)["code"] == code
    assert set(headers) >= {
        b"connection: close",
        b"content-length: %d" % len(body),
        b"content-type: application/json",
        b"x-content-type-options: nosniff",
        b"content-security-policy: default-src 'none'; frame-ancestors 'none'",
    }


async def test_who_has_joined_counts_no_longer(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.create_room()
    monkeypatch.setattr(limits, "is_loopback", lambda _: False)
    for _ in range(limits.UNJOINED.of_one - 1):
        await server.client()
    for name in ("host", "other", "third", "fourth"):
        await (await server.join(name, role="host")).until_in()


async def _is_healthy(server: RunningServer) -> bool:
    async with connected(server, HEALTH) as (reader, _):
        return b"200" in await reader.readline()


async def test_what_uvicorn_keeps_to_itself_is_still_there() -> None:
    config = uvicorn.Config(Starlette(), lifespan="off")
    http = H11Protocol(config, ServerState(), {})
    for name in ("connection_made", "connection_lost", "on_response_complete"):
        assert callable(getattr(http, name))
    assert callable(http.handle_websocket_upgrade)
    assert callable(http.send_400_response)
    for name in ("client", "config", "cycle", "loop", "transport"):
        assert hasattr(http, name)
    assert "response_complete" in RequestResponseCycle.__init__.__code__.co_names
    websocket = WebSocketsSansIOProtocol(config, ServerState(), {})
    for name in ("conn", "handshake_complete", "logger", "loop", "run_asgi", "send", "transport"):
        assert hasattr(websocket, name)
