"""The embedded engine with real aiortc clients over loopback."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from unittest.mock import Mock

from aioice import stun
from aiortc.sdp import SessionDescription

from proconf_tui.engine.base import EngineListener
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import RoomNotFound
from proconf_tui.protocol.ids import PeerId, RoomId
from tests.support.rtc_client import RtcClient, TestRoom, until
from tests.support.rtc_tracks import Grey

ROOM, ANN = RoomId("room"), PeerId("ann")
NAMES = ("ann", "bob", "cyd")


async def _join(room: TestRoom, count: int) -> list[RtcClient]:
    return [await room.join(name, number) for number, name in enumerate(NAMES[:count])]


async def test_who_joins_takes_the_slots_of_who_left(room: TestRoom) -> None:
    ann, bob, cyd = await _join(room, 3)
    await until(room.all_have_all)
    freed = {feed.mid for feed in bob.slots if feed.peer_id == ann.peer_id}

    await room.leave(ann)
    assert {feed.peer_id for feed in bob.slots} == {cyd.peer_id}
    dan = await room.join("dan", 4)
    await until(room.all_have_all)

    assert {feed.mid for feed in bob.slots if feed.peer_id == dan.peer_id} == freed
    assert len(bob.offers) == len(cyd.offers) == 1


async def test_slots_that_are_there_need_no_other_offer(room: TestRoom) -> None:
    ann, bob, cyd = await _join(room, 3)
    await until(room.all_have_all)
    for label in ("audio", "video"):
        await room.engine.set_forwarding(ann.peer_id, label, is_on=False)
        await room.engine.set_forwarding(ann.peer_id, label, is_on=True)
    await room.engine.set_watching(bob.peer_id, ())
    await room.engine.set_watching(bob.peer_id, None)
    await cyd.restart_publishing()
    await until(room.all_have_all)
    assert [(len(client.offers), len(client.slots)) for client in (ann, bob, cyd)] == [(1, 4)] * 3


async def test_more_streams_than_slots_bring_a_new_offer(room: TestRoom) -> None:
    ann, bob, cyd = await _join(room, 3)
    await until(room.all_have_all)
    bob.add("screen", Grey(220))
    await room.engine.set_forwarding(bob.peer_id, "screen", is_on=True)
    await bob.negotiate()

    def is_screen_seen() -> bool:
        shown = [client.from_peer("bob", "screen") for client in (ann, cyd)]
        return all(s is not None and s.luma is not None and abs(s.luma - 220) <= 4 for s in shown)

    await until(lambda: is_screen_seen() and room.all_have_all())
    assert [len(client.offers) for client in (ann, bob, cyd)] == [2, 1, 2]
    # The old m-lines are the same text: nothing of theirs restarts.
    before, after = (text.split("m=")[1:] for text in ann.offers)
    assert after[: len(before)] == before


async def test_a_late_joiner_is_offered_enough_slots_at_once(room: TestRoom) -> None:
    await _join(room, 3)
    dan = await room.join("dan", 4)
    await until(room.all_have_all)
    assert len(dan.offers) == 1
    assert dan.offers[0].count("m=audio") == 4


async def test_a_closed_subscribing_connection_is_fed_no_more(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    await bob.subscribing.close()
    await until(lambda: not room.engine.stats().peers[bob.peer_id].is_subscribing)
    assert bob.slots == ()
    # More streams than it has slots bring no offer to who is gone.
    for luma in (100, 160):
        ann.add("screen", Grey(luma))
    await room.engine.set_forwarding(ann.peer_id, "screen", is_on=True)
    await ann.negotiate()
    assert len(bob.offers) == 1
    assert ann.has(bob)


async def test_nothing_is_left_of_a_connection_that_never_came_up() -> None:
    tasks, files = asyncio.all_tasks(), _open_files()
    engine = EmbeddedEngine()
    await engine.open()
    room = TestRoom(engine)
    await room.open()
    ann = RtcClient(engine, "ann", 0)
    room.clients[ann.peer_id] = ann
    await engine.add_peer(room.room_id, ann.peer_id)
    await ann.aclose()  # before it answers
    offer = SessionDescription.parse(ann.offers[0]).media[0].ice
    assert offer is not None
    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    check.attributes["USERNAME"] = f"{offer.usernameFragment}:x"
    check.add_message_integrity(str(offer.password).encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(bytes(check), ("127.0.0.1", engine.port))
        await until(lambda: engine.stats().packets_out == 1)
    await engine.aclose()
    await until(lambda: asyncio.all_tasks() == tasks)
    await until(lambda: _open_files() == files)


async def test_who_is_added_while_the_room_is_removed_is_not_left_behind(
    engine: EmbeddedEngine,
) -> None:
    await engine.add_room(ROOM, Mock(spec=EngineListener))
    await engine.add_peer(ROOM, ANN)
    again, removal = engine.add_peer(ROOM, ANN), engine.remove_room(ROOM)
    results = await asyncio.gather(again, removal, return_exceptions=True)
    assert [type(result) for result in results] == [RoomNotFound, type(None)]
    assert engine.stats().peers == {}


async def test_who_is_added_twice_at_once_is_there_once(engine: EmbeddedEngine) -> None:
    await engine.add_room(ROOM, Mock(spec=EngineListener))
    await engine.add_peer(ROOM, ANN)
    await asyncio.gather(*(engine.add_peer(ROOM, ANN) for _ in range(3)))
    assert len(engine._open_links().port._by_ufrag) == 1
    await engine.remove_room(ROOM)
    assert not engine._open_links().port._by_ufrag


def _open_files() -> int:
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))
