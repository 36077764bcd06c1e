"""What forwarding costs: the embedded engine beside Debian's Janus, at the same load.

Raw SRTP clients in this process send 50 audio and 40 video packets a second each and all receive
everything; each server runs in a process of its own in the same network namespace. Windows
alternate between the two, so that both see the same machine; figures are medians of them.
``us_per_packet``: the server's processor time, user and system, per packet that arrived at a
client. ``latency_…``: from a client's send to another's receive. ``mb_per_peer``: growth of the
engine's resident memory. ``relay_ratio`` (not with --quick): what a delivered stream costs aiortc's
MediaRelay, which decodes and encodes for each subscriber, over what it costs the engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.child_forwarder import ChildForwarder
from bench.lib.forwarding_load import LoadedServer
from bench.lib.janus_server import HOW_TO_GET, Janus
from bench.lib.load_client import LoadClient
from bench.lib.net_namespace import ADDRESS, enter
from bench.lib.report import Figures, arguments, tell

CLIENTS: Final = 14
ENGINE: Final = Path(__file__).parent / "lib" / "engine_child.py"
ENOUGH_PERCENT: Final = 98.0


def load_clients() -> list[LoadClient]:
    """Return clients one of which measures latency."""
    return [LoadClient(ADDRESS, is_measured=number == 0) for number in range(CLIENTS)]


@contextlib.asynccontextmanager
async def full_engine() -> AsyncIterator[LoadedServer]:
    """Run the embedded engine with everybody in it."""
    child = await ChildForwarder.start(ENGINE, ADDRESS)
    clients = load_clients()
    server = LoadedServer("embedded engine", child.pid, clients)
    for client in clients:
        await child.join(client)
    await child.until_fed(2 * CLIENTS * (CLIENTS - 1))
    yield server
    await close(clients)
    await child.aclose()


@contextlib.asynccontextmanager
async def full_janus() -> AsyncIterator[LoadedServer]:
    """Run Janus with everybody in one room."""
    janus = await Janus.start(ADDRESS)
    clients = load_clients()
    server = LoadedServer("Janus VideoRoom", janus.pid, clients)
    for client in clients:
        await janus.publish(client)
    for client in clients:
        await janus.subscribe(client)
    yield server
    await close(clients)
    await janus.aclose()


async def close(clients: list[LoadClient]) -> None:
    """Close all clients."""
    for client in clients:
        await client.aclose()


async def compare(windows: int, seconds: float) -> tuple[list[LoadedServer], Figures]:
    """Measure both in turn."""
    async with full_engine() as engine, full_janus() as janus:
        for _ in range(windows):
            for server in (engine, janus):
                await server.measure(seconds)
        figures = {
            "us_per_packet": engine.us_per_packet(),
            "janus_us_per_packet": janus.us_per_packet(),
            "ratio_to_janus": engine.us_per_packet() / janus.us_per_packet(),
            "packets_per_s": engine.packets_per_s(),
            "latency_p50_ms": engine.latency_ms(50.0),
            "latency_p99_ms": engine.latency_ms(99.0),
            "mb_per_peer": engine.mb_per_peer(),
            "janus_mb_per_peer": janus.mb_per_peer(),
        }
        return [engine, janus], figures


def rows_of(servers: list[LoadedServer]) -> list[list[object]]:
    """Return the table."""
    rows: list[list[object]] = [["", *(server.name for server in servers)]]
    rows += [
        ["µs a packet", *(server.us_per_packet() for server in servers)],
        ["of one core, %", *(server.cpu_percent() for server in servers)],
        ["packets a second", *(server.packets_per_s() for server in servers)],
        ["delivered, %", *(server.delivered_percent() for server in servers)],
        ["latency, median, ms", *(server.latency_ms(50.0) for server in servers)],
        ["latency, 99 of 100, ms", *(server.latency_ms(99.0) for server in servers)],
    ]
    return rows


def main() -> None:
    """Measure and tell."""
    is_quick = arguments(__doc__).quick
    enter()
    if shutil.which("janus") is None:
        sys.exit(HOW_TO_GET)
    servers, figures = asyncio.run(compare(3, 3.5) if is_quick else compare(9, 10.0))
    for server in servers:
        print(
            [round(w.us_per_packet, 2) for w in server.windows],
            [w.nacks for w in server.windows],
            [w.keyframes_asked for w in server.windows],
        )
    tell(f"{CLIENTS} clients, all see all", rows_of(servers), figures)


if __name__ == "__main__":
    main()
