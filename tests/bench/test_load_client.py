"""Load clients on a real engine, over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from bench.lib.load_client import LoadClient, LoadSender
from bench.lib.load_sdp import LABELS
from proconf_tui.engine.base import SlotFeed
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.protocol.ids import PeerId, RoomId

HOST = "127.0.0.1"
ROOM = RoomId("load")
PEOPLE = 3


class Room:
    """A listener that keeps the offers for those who answer them."""

    def __init__(self) -> None:
        self.offers: asyncio.Queue[tuple[PeerId, str]] = asyncio.Queue()

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        self.offers.put_nowait((peer_id, sdp))

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        pass

    def on_media_lost(self, peer_id: PeerId) -> None:
        pass

    def on_media_absent(self, peer_id: PeerId) -> None:
        pass

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        pass


async def answer_offers(engine: EmbeddedEngine, room: Room, clients: list[LoadClient]) -> None:
    while True:
        peer_id, offer = await room.offers.get()
        client = clients[int(peer_id)]
        await engine.answer(peer_id, client.subscribing_answer(offer))
        await client.connect_subscribing(offer)


@pytest.fixture
async def clients() -> AsyncIterator[list[LoadClient]]:
    """Three in one room, the first of whom is measured."""
    engine, room = EmbeddedEngine(), Room()
    people = [LoadClient(HOST, is_measured=number == 0) for number in range(PEOPLE)]
    await engine.open()
    await engine.add_room(ROOM, room)
    answering = asyncio.get_running_loop().create_task(answer_offers(engine, room, people))
    for number, client in enumerate(people):
        peer_id = PeerId(str(number))
        await engine.add_peer(ROOM, peer_id)
        for label in LABELS.values():
            await engine.set_forwarding(peer_id, label, is_on=True)
        answer = await engine.publish(peer_id, client.publishing_offer(), LABELS)
        await client.connect_publishing(answer)
    yield people
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    for client in people:
        await client.aclose()
    await engine.aclose()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20.0):
        while not condition():  # noqa: ASYNC110 - counters have no event
            await asyncio.sleep(0.01)


async def test_all_get_what_all_send(clients: list[LoadClient]) -> None:
    sender = LoadSender(clients)
    sender.start()
    await until(lambda: all(client.counter.received > 200 for client in clients))
    await until(lambda: clients[0].counter.late_s)
    await sender.stop()
    assert 0.0 < min(clients[0].counter.late_s) < 5.0
    assert clients[1].counter.late_s == []
    assert all(client.counter.received_bytes > 0 for client in clients)
    assert all(client.counter.unsent == 0 for client in clients)


async def test_a_sender_starts_again_where_it_stopped(clients: list[LoadClient]) -> None:
    sender = LoadSender(clients)
    sender.start()
    await until(lambda: min(client.counter.received for client in clients) > 50)
    await sender.stop()
    had = max(client.counter.received for client in clients)
    sender.start()
    await until(lambda: min(client.counter.received for client in clients) > had + 50)
    await sender.stop()
    assert all(client.counter.nacks == 0 for client in clients)


async def test_a_server_that_is_not_there_is_a_connection_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bench.lib.load_transport._GIVE_UP_S", 0.3)
    client, other = LoadClient(HOST), LoadClient(HOST)
    with pytest.raises(ConnectionError, match="no answer from"):
        await client.connect_publishing(other.publishing_offer())
    await client.aclose()
    await other.aclose()
