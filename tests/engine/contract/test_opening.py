"""An engine's beginning and end."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest

from proconf_tui.engine.base import Engine
from proconf_tui.errors import ConfigError, PeerNotFound, RoomNotFound
from proconf_tui.protocol.ids import PeerId
from tests.support.engines import MakeEngine
from tests.support.gathering import gathering
from tests.support.rtc_client import until
from tests.support.truthful_room import TruthfulRoom


def _open_files() -> int:
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))


async def test_a_taken_port_is_named(engine: Engine, make_engine: MakeEngine) -> None:
    port = engine.stats().port
    second = make_engine(port=port)
    with pytest.raises(ConfigError, match=f"UDP port {port}"):
        await second.open()


async def test_nothing_is_left_after_the_end(make_engine: MakeEngine) -> None:
    with gathering("127.0.0.1"):
        await _short_meeting(make_engine)  # libraries open what they keep for good
        tasks, files = asyncio.all_tasks(), _open_files()
        await _short_meeting(make_engine)
        await until(lambda: asyncio.all_tasks() == tasks)
        await until(lambda: _open_files() == files)


async def _short_meeting(make_engine: MakeEngine) -> None:
    engine = make_engine()
    await engine.open()
    port = engine.stats().port
    room = TruthfulRoom(engine)
    await room.open()
    clients = await room.join_many(2)
    await until(room.all_have_all)
    await engine.aclose()  # while everybody still sends
    for client in clients:
        await client.aclose()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", port))


async def test_rooms_and_peers_may_be_removed_twice(room: TruthfulRoom) -> None:
    engine = room.engine
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    for _ in range(2):
        await engine.remove_peer(ann.peer_id)
    await engine.remove_peer(PeerId("nobody"))
    assert bob.slots == ()
    assert set(engine.stats().peers) == {bob.peer_id}
    for _ in range(2):
        await engine.remove_room(room.room_id)
    assert (engine.stats().rooms, engine.stats().peers) == ({}, {})
    with pytest.raises(PeerNotFound):
        await engine.set_receiving(bob.peer_id, is_on=True)
    with pytest.raises(RoomNotFound):
        await engine.add_peer(room.room_id, bob.peer_id)


async def test_rooms_do_not_hear_of_each_other(room: TruthfulRoom) -> None:
    other = TruthfulRoom(room.engine, "other")
    await other.open()
    ann, dan = await room.join("ann", 0), await other.join("dan", 1)
    await until(lambda: set(room.levels) == {ann.peer_id} and set(other.levels) == {dan.peer_id})
    assert ann.slots == dan.slots == ()
    everybody = {room.room_id: {ann.peer_id}, other.room_id: {dan.peer_id}}
    assert room.engine.stats().rooms == everybody
    await other.aclose()
    assert other.wrong == []
