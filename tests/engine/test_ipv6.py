"""The same meeting over IPv6, and one whose people come over either family."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest

from proconf_tui.engine.sfu import EmbeddedEngine
from tests.support.gathering import gathering
from tests.support.ipv6 import needs_ipv6
from tests.support.rtc_client import RtcClient, TestRoom, until

pytestmark = needs_ipv6


@contextlib.asynccontextmanager
async def _room(host: str, *public: str) -> AsyncIterator[TestRoom]:
    engine = EmbeddedEngine(host=host, public_addresses=public)
    await engine.open()
    room = TestRoom(engine)
    try:
        await room.open()
        yield room
    finally:
        await room.aclose()
        await engine.aclose()


def _remote_hosts(client: RtcClient) -> set[str]:
    """The engine's addresses that the client's two connections use."""
    found = set()
    for connection in (client.publishing, client.subscribing):
        transport = connection.getTransceivers()[0].receiver.transport.transport
        found |= {pair.remote_addr[0] for pair in transport._connection._nominated.values()}
    return found


@pytest.mark.parametrize("public", [(), ("2001:db8::1", "::1")])
async def test_two_hear_and_see_each_other_over_ipv6(public: tuple[str, ...]) -> None:
    """An address that leads nowhere does no harm beside one that does."""
    with gathering("::1"):
        async with _room("::1", *public) as room:
            ann, bob = await room.join("ann", 0), await room.join("bob", 1)
            await until(room.all_have_all)
            assert _remote_hosts(ann) == _remote_hosts(bob) == {"::1"}


async def test_a_server_on_every_address_joins_both_families() -> None:
    async with _room("::", "::1", "127.0.0.1") as room:
        with gathering("::1"):
            ann = await room.join("ann", 0)
            await until(lambda: room.engine.stats().peers[ann.peer_id].is_subscribing)
        with gathering("127.0.0.1"):
            bob = await room.join("bob", 1)
            await until(room.all_have_all)
        assert _remote_hosts(ann) == {"::1"}
        assert _remote_hosts(bob) == {"127.0.0.1"}
