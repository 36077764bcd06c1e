"""What forwarding costs: the embedded engine beside Debian's Janus, at the same load.

Raw SRTP clients in this process send 50 audio and 40 video packets a second each and all receive
everything; each server runs in a process of its own in the same network namespace. Windows
alternate between the two, so that both see the same machine; figures are medians of them.
``us_per_packet``: the server's processor time, user and system, per packet that arrived at a
client. ``latency_…``: from a client's send to another's receive. ``mb_per_peer``: growth of the
engine's resident memory. ``relay_ratio`` (not with --quick): what a delivered stream costs aiortc's
MediaRelay, which decodes and encodes for each subscriber, over what it costs the engine, with 3
clients in each.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.child_forwarder import full_child
from bench.lib.forwarding_load import LoadedServer
from bench.lib.janus_server import HOW_TO_GET, full_janus
from bench.lib.load_client import LoadClient
from bench.lib.net_namespace import ADDRESS, enter
from bench.lib.relay_comparison import compare_with_relay
from bench.lib.report import arguments, tell

CLIENTS: Final = 14
ENGINE: Final = Path(__file__).parent / "lib" / "engine_child.py"
ENOUGH_PERCENT: Final = 98.0

Rows = list[list[object]]


def load_clients() -> list[LoadClient]:
    """Return clients one of which measures latency."""
    return [LoadClient(ADDRESS, is_measured=number == 0) for number in range(CLIENTS)]


async def compare(windows: int, seconds: float) -> tuple[LoadedServer, LoadedServer]:
    """Measure the engine and Janus in turn and return them."""
    async with (
        full_child("embedded engine", ENGINE, ADDRESS, load_clients()) as engine,
        full_janus(ADDRESS, load_clients()) as janus,
    ):
        for _ in range(windows):
            await engine.measure(seconds)
            await janus.measure(seconds)
        return engine, janus


def figures_of(engine: LoadedServer, janus: LoadedServer) -> dict[str, object]:
    """Return what the comparison with Janus says."""
    return {
        "us_per_packet": engine.us_per_packet(),
        "janus_us_per_packet": janus.us_per_packet(),
        "ratio_to_janus": engine.us_per_packet() / janus.us_per_packet(),
        "packets_per_s": engine.packets_per_s(),
        "delivered_percent": engine.delivered_percent(),
        "janus_delivered_percent": janus.delivered_percent(),
        "latency_p50_ms": engine.latency_ms(50.0),
        "latency_p99_ms": engine.latency_ms(99.0),
        "mb_per_peer": engine.mb_per_peer,
    }


def rows_of(servers: Sequence[LoadedServer]) -> Rows:
    """Return the table of the comparison with Janus."""
    return [
        ["", *(server.name for server in servers)],
        ["µs a packet", *(server.us_per_packet() for server in servers)],
        ["of one core, %", *(server.cpu_percent() for server in servers)],
        ["packets a second", *(server.packets_per_s() for server in servers)],
        ["delivered, %", *(server.delivered_percent() for server in servers)],
        ["latency, median, ms", *(server.latency_ms(50.0) for server in servers)],
        ["latency, 99 of 100, ms", *(server.latency_ms(99.0) for server in servers)],
        ["memory a peer, MB", *(server.mb_per_peer for server in servers)],
    ]


def relay_rows_of(few: LoadedServer, relay: LoadedServer) -> Rows:
    """Return what the table says of few clients whose media can be decoded."""
    servers = (few, relay)
    return [
        [f"{len(few.clients)} clients:", *(server.name for server in servers)],
        ["of one core, %", *(server.cpu_percent() for server in servers)],
        ["packets a second", *(server.packets_per_s() for server in servers)],
    ]


def doubts(servers: Sequence[LoadedServer]) -> list[str]:
    """Return why the figures are not what they should be, if so."""
    found = []
    for server in servers:
        delivered, sent = server.delivered_percent(), server.sent_percent()
        if delivered < ENOUGH_PERCENT:
            found.append(f"Only {delivered:.1f} % of what was due arrived through {server.name}.")
        if sent < ENOUGH_PERCENT:
            found.append(f"The clients of {server.name} sent only {sent:.1f} % of their load.")
    return found


def main() -> None:
    """Measure and tell."""
    is_quick = arguments(__doc__).quick
    enter()
    if shutil.which("janus") is None:
        sys.exit(HOW_TO_GET)
    engine, janus = asyncio.run(compare(3, 3.5) if is_quick else compare(9, 10.0))
    measured = [engine, janus]
    figures, rows = figures_of(engine, janus), rows_of(measured)
    if not is_quick:
        few, relay = asyncio.run(compare_with_relay(ADDRESS, 3, 8.0))
        measured += [few, relay]
        # The same streams arrive from both, so that shares of a core compare them.
        figures["relay_ratio"] = relay.cpu_percent() / few.cpu_percent()
        rows += relay_rows_of(few, relay)
    for doubt in doubts(measured):
        print(doubt)
    tell(f"{CLIENTS} clients, all see all", rows, figures)


if __name__ == "__main__":
    main()
