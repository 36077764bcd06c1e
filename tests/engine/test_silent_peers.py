"""Who has fallen silent is sent nothing and takes nobody's slot, until they are heard again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aioice.ice
import pytest

from proconf_tui.engine import peer as engine_peer
from tests.support.rtc_client import RtcClient, TestRoom, until
from tests.support.udp_relay import UdpRelay


@pytest.fixture
async def relay(room: TestRoom, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[UdpRelay]:
    """A path to the room's engine; a second and a half of nothing are silence."""
    monkeypatch.setattr(engine_peer, "MEDIA_LOST_S", 1.5)
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.2)
    # As long as it takes: the client must not give up first.
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 1000)
    opened = UdpRelay(("127.0.0.1", room.engine.stats().port))
    await opened.open()
    yield opened
    await opened.aclose()


async def _a_while(room: TestRoom, witness: RtcClient) -> None:
    """Wait until the engine has got more than a second of the witness's sound and pictures."""
    began = room.engine.stats().peers[witness.peer_id].packets_in
    await until(lambda: room.engine.stats().peers[witness.peer_id].packets_in >= began + 90)


async def test_silent_peers_are_left_alone_until_they_are_heard(
    room: TestRoom, relay: UdpRelay
) -> None:
    ann, bob = await room.join("ann", 0, rewrite=relay.rewrite), await room.join("bob", 1)
    cy = await room.join("cy", 2)
    await until(room.all_have_all)
    relay.is_cut = True
    await until(lambda: {feed.peer_id for feed in bob.slots} == {cy.peer_id})
    await until(lambda: ann.slots == ())
    sent = room.engine.stats().peers[ann.peer_id].packets_out
    await _a_while(room, bob)
    assert room.engine.stats().peers[ann.peer_id].packets_out == sent
    assert set(room.lost) == {ann.peer_id}
    assert bob.has(cy)
    relay.is_cut = False
    await until(room.all_have_all)


async def test_a_fresh_connection_takes_the_place_of_a_silent_one(
    room: TestRoom, relay: UdpRelay
) -> None:
    ann, bob = await room.join("ann", 0, rewrite=relay.rewrite), await room.join("bob", 1)
    await until(room.all_have_all)
    relay.is_cut = True
    await until(lambda: bob.slots == () and ann.slots == ())
    fresh = RtcClient(room.engine, "ann", 3)
    room.clients[fresh.peer_id] = fresh
    await room.engine.add_peer(room.room_id, fresh.peer_id)
    for label in ("audio", "video"):
        await room.engine.set_forwarding(fresh.peer_id, label, is_on=True)
    await fresh.publish()
    await until(room.all_have_all)
    await ann.aclose()
