"""What a delivered stream costs aiortc's MediaRelay, and what it costs the embedded engine.

Both get the same Opus and VP8, which can be decoded, at three participants: the relay falls behind
with more.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from bench.lib.child_forwarder import full_child
from bench.lib.forwarding_load import LoadedServer
from bench.lib.load_client import LoadClient
from bench.lib.load_encoded import encoded

PEERS: Final = 3
_RELAY: Final = Path(__file__).parent / "media_relay_child.py"
_ENGINE: Final = Path(__file__).parent / "engine_child.py"


@contextlib.asynccontextmanager
async def both(host: str) -> AsyncIterator[tuple[LoadedServer, LoadedServer]]:
    """Run the engine and the relay with three participants in each."""
    media = encoded()
    for_engine = [LoadClient(host, media=media) for _ in range(PEERS)]
    for_relay = [LoadClient(host, media=media, is_lite=True) for _ in range(PEERS)]
    async with (
        full_child("embedded engine", _ENGINE, host, for_engine) as engine,
        full_child("MediaRelay", _RELAY, str(PEERS), for_relay) as relay,
    ):
        yield engine, relay


async def compare_with_relay(host: str, windows: int, seconds: float) -> list[LoadedServer]:
    """Measure both in turn and return the engine and the relay."""
    async with both(host) as servers:
        for _ in range(windows):
            for server in servers:
                await server.measure(seconds)
        return list(servers)
