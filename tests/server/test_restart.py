"""A server that is stopped and started again on the same store goes on with its rooms."""

from __future__ import annotations

from pathlib import Path

from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Closed, Notice, Resumed
from tests.support.signalling import ROOM, running_server


def _files(directory: Path) -> list[Path]:
    return list(directory.glob("rooms*"))


async def test_a_meeting_survives_the_server_being_stopped(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'rooms.sqlite'}"
    async with running_server(store=store) as server:
        host = await server.host(metadata={"topic": "upgrade"})
        guest = await (await server.join("ann")).until_in()
        await host.ask(messages.SendChat("before"))
        await guest.until(lambda: bool(guest.room.chat))
        await server.create_room("ahead", expiresS=3600)
        server.stopping.set()
        assert (await guest.next(Notice)).code == "SERVER_STOPPED"
        await guest.until(lambda: guest.is_over)
    assert [each for each in guest.told if isinstance(each, Closed)] == []
    async with running_server(store=store) as again:
        back = await (await again.client()).come_back(guest)
        await back.next(Resumed)
        assert [line.text for line in back.room.chat] == ["before"]
        assert back.room.metadata == {"topic": "upgrade"}
        assert set(back.room.participants) == {host.peer_id, guest.peer_id}
        rooms = (await again.http("GET", "/api/v1/rooms")).json()["rooms"]
        assert {room["roomId"] for room in rooms} == {ROOM, "ahead"}


async def test_a_temporary_store_ends_with_its_server(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'rooms.sqlite'}"
    async with running_server(store=store, is_store_temporary=True) as server:
        host = await server.host()
        assert _files(tmp_path)
        server.stopping.set()
        assert (await host.end()).reason == "CLOSED"
    assert _files(tmp_path) == []


async def test_seats_run_out_also_after_a_restart(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'rooms.sqlite'}"
    async with running_server(store=store) as server:
        host = await server.host()
        guest = await (await server.join("ann")).until_in()
        await guest.settle()
    async with running_server(store=store, seat_s=0.5) as again:
        back = await (await again.client()).come_back(host)
        await back.until(lambda: guest.peer_id not in back.room.participants)
        assert back.peer_id in back.room.participants
