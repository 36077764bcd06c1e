"""Both ports are on the same addresses and number; a choice that cannot be had is explained."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from proconf_tui.errors import ConfigError
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.ports import open_ports
from tests.support.ipv6 import needs_ipv6
from tests.support.signalling import ROOM, running_server

NOT_OURS = ("198.51.100.7", "2001:db8::7", "no such host", "::1%lo", "fe80::1%nosuch", "fe80::1")


@contextlib.asynccontextmanager
async def _opened(host: str) -> AsyncIterator[tuple[list[tuple[str, int]], int]]:
    """Where signalling listens, and the number of the port for media."""
    listeners, engine = await open_ports(ServerConfig(host=host, port=0))
    try:
        yield [listener.getsockname()[:2] for listener in listeners], engine.port
    finally:
        for listener in listeners:
            listener.close()
        await engine.aclose()


@pytest.mark.parametrize("host", NOT_OURS)
async def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match=host):
        await open_ports(ServerConfig(host=host, port=0))


async def test_a_name_leads_both_ports_to_the_same_ipv4_address() -> None:
    async with _opened("localhost") as (listening, port):
        assert listening == [("127.0.0.1", port)]


@needs_ipv6
async def test_an_ipv6_address_has_both_ports() -> None:
    async with _opened("::1") as (listening, port):
        assert listening == [("::1", port)]


@needs_ipv6
async def test_every_address_is_both_families_on_one_number() -> None:
    async with _opened("::") as (listening, port):
        assert listening == [("::", port), ("0.0.0.0", port)]
        for family, host in ((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1")):
            with (
                socket.socket(family, socket.SOCK_DGRAM) as probe,
                pytest.raises(OSError, match="in use"),
            ):
                probe.bind((host, port))


async def test_small_messages_are_sent_at_once() -> None:
    """What waits for an acknowledgement comes 40 ms later (Nagle, RFC 9293 section 3.7.4)."""
    listeners, engine = await open_ports(ServerConfig(host="127.0.0.1", port=0))
    has_no_delay: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def on_connection(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock = writer.get_extra_info("socket")
        has_no_delay.set_result(bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
        writer.close()

    server = await asyncio.start_server(on_connection, sock=listeners[0])
    _, writer = await asyncio.open_connection(*listeners[0].getsockname())
    try:
        assert await has_no_delay
    finally:
        writer.close()
        server.close()
        await engine.aclose()


@needs_ipv6
@pytest.mark.parametrize("host", ["::", "::1"])
async def test_a_taken_port_is_named(host: str) -> None:
    async with _opened("::1") as (_, port):
        with pytest.raises(ConfigError, match=f"Port {port} is in use already"):
            await open_ports(ServerConfig(host=host, port=port))


@needs_ipv6
async def test_a_server_is_reached_by_its_ipv6_address() -> None:
    async with running_server(host="::1") as server:
        assert server.url == f"http://[::1]:{server.port}"
        ann = await server.host("ann")
        assert ann.room.room_id == ROOM


@needs_ipv6
async def test_a_server_on_every_address_is_reached_by_both_families() -> None:
    async with running_server(host="::") as server, httpx.AsyncClient(trust_env=False) as client:
        assert server.url == f"http://127.0.0.1:{server.port}"
        for host in ("127.0.0.1", "[::1]", "localhost"):
            answer = await client.get(f"http://{host}:{server.port}/healthz")
            assert answer.status_code == 200
