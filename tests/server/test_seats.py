"""A broken connection keeps its seat for a while; who comes back in time is where they were."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from proconf_tui.errors import InvalidToken, LimitExceeded
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Awaiting, Resume, Welcome
from proconf_tui.room import events
from proconf_tui.server import main, peer, seats
from proconf_tui.server.hub import Hub
from proconf_tui.server.limits import RETURNS, Rate
from tests.support.signalling import WAIT_S, RunningServer, SignallingClient, running_server


@pytest.fixture
async def hasty() -> AsyncIterator[RunningServer]:
    """A server that keeps seats for no time worth mentioning."""
    async with running_server(seat_s=0.1, empty_room_s=0.1) as running:
        yield running


async def _back(
    server: RunningServer, old: SignallingClient, token: str = "long expired", **fields: Any
) -> SignallingClient:
    client = await server.client()
    return await client.join(token, resume=old.resume_of(), **fields)


async def test_who_comes_back_has_the_old_seat(server: RunningServer) -> None:
    host = await server.host()
    guest = await (await server.join("ann", has_media=True)).until_in()
    await guest.ask(messages.RaiseHand())
    await guest.ask(messages.Produce("audio"))
    await guest.vanish()
    await host.until(lambda: not host.room.participants[guest.peer_id].is_connected)
    await host.ask(messages.SendChat("while you were away"))
    again = await (await _back(server, guest)).until_in()
    assert again.peer_id == guest.peer_id
    assert (await again.next(Welcome)).is_resumed
    await host.until(lambda: host.room.participants[guest.peer_id].is_connected)
    assert again.room == host.room
    assert [line.text for line in again.room.chat] == ["while you were away"]
    assert again.room.participants[again.peer_id].hand_raised_at is not None
    assert "audio" in again.room.participants[again.peer_id].streams


async def test_a_closed_page_keeps_its_seat_for_less_time(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "CLOSED_PAGE_S", 0.05)
    host = await server.host()
    lost = await (await server.join("ann")).until_in()
    gone = await (await server.join("ben")).until_in()
    await lost.vanish()
    await gone.websocket.close(1001)
    await host.until(lambda: gone.peer_id not in host.room.participants)
    await host.until(lambda: not host.room.participants[lost.peer_id].is_connected)


async def test_a_newer_connection_takes_the_seat_from_a_living_one(server: RunningServer) -> None:
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    again = await (await _back(server, guest)).until_in()
    assert (await guest.end()).reason == "LOST"
    await again.ask(messages.SendChat("still me"))
    await host.until(lambda: bool(host.room.chat))
    assert host.room.participants[guest.peer_id].is_connected
    assert len(host.room.participants) == 2


async def test_a_seat_is_taken_again_only_so_often(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "RETURNS", Rate(3, 1e6, RETURNS.text))
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    other = await (await server.join("ben")).until_in()
    for _ in range(3):
        guest = await (await _back(server, guest)).until_in()
    for _ in range(5):
        with pytest.raises(LimitExceeded, match="5 returns to a seat in 5 seconds; wait"):
            await _back(server, guest)
    # Whoever has the seat keeps it, and nobody else is told or refused anything.
    await guest.ask(messages.SendChat("still me"))
    await _back(server, other)
    returned = events.PeerReconnected(other.peer_id)
    await host.until(lambda: returned in host.events)
    told = [each for each in host.events if isinstance(each, events.PeerReconnected)]
    assert [each.peer_id for each in told] == [guest.peer_id] * 3 + [other.peer_id]


async def test_one_who_waits_keeps_waiting(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    guest = await server.join("ann")
    await guest.vanish()
    again = await _back(server, guest)
    assert (await again.next(Awaiting)).reason == "WAITING_FOR_PERMISSIONS"
    await host.ask(messages.Admit(guest.peer_id))
    await again.until_in()


async def test_who_was_admitted_while_away_comes_back_inside(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    guest = await server.join("ann", has_media=True)
    await guest.vanish()
    await host.ask(messages.Admit(guest.peer_id))
    again = await (await _back(server, guest, has_media=True)).until_in()
    assert (await again.next(messages.SubscriptionOffer)).sdp.startswith("v=0")


async def test_without_the_key_there_is_no_seat_to_have(server: RunningServer) -> None:
    await server.host()
    guest = await (await server.join("ann")).until_in()
    thief = await server.client()
    claim = Resume(guest.peer_id, "not the key")
    await (await thief.join(server.token("eve"), resume=claim)).until_in()
    assert thief.peer_id != guest.peer_id
    await guest.settle()
    assert not guest.is_over


async def test_the_seat_is_given_up_after_its_time(hasty: RunningServer) -> None:
    host = await hasty.host()
    guest = await (await hasty.join("ann")).until_in()
    await guest.vanish()
    lost = events.PeerLeft(guest.peer_id, "LOST")
    await host.until(lambda: lost in host.events)
    late = await hasty.client()
    await late.join(hasty.token("ann"), resume=guest.resume_of())
    assert late.peer_id != guest.peer_id


async def test_who_was_kicked_has_no_seat_to_come_back_to(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    token = server.token("ann")
    guest = await (await server.client()).join(token)
    await host.ask(messages.Admit(guest.peer_id))
    await guest.vanish()
    await host.until(lambda: not host.room.participants[guest.peer_id].is_connected)
    await host.ask(messages.Kick(guest.peer_id))
    with pytest.raises(InvalidToken, match="removed"):
        await _back(server, guest, token)


async def test_a_room_that_all_have_left_ends(hasty: RunningServer) -> None:
    host = await hasty.host()
    await host.ask(messages.Leave())
    async with asyncio.timeout(WAIT_S):
        while (await hasty.http("GET", "/api/v1/rooms")).json()["rooms"]:  # noqa: ASYNC110 - asked
            await asyncio.sleep(0.02)


async def test_a_room_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead_s = 0.0
    clocked = functools.partial(Hub, clock=lambda: time.time() + ahead_s)
    monkeypatch.setattr(main, "Hub", clocked)
    async with running_server() as server:
        host = await server.host(expiresS=600)
        ahead_s = 600.0
        # Whatever happens in a room, its end is looked at anew.
        await host.ask(messages.RaiseHand())
        assert (await host.end()).reason == "EXPIRED"


async def test_a_server_that_has_ended_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    async with running_server() as server:
        host = await server.host()
        guest = await (await server.join("ann", has_media=True)).until_in()
        await guest.vanish()
        await host.until(lambda: not host.room.participants[guest.peer_id].is_connected)
    # The websocket protocol's own last step may still be on its way.
    left = asyncio.all_tasks() - before
    if left:
        await asyncio.wait(left, timeout=10)
    assert asyncio.all_tasks() == before
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)
