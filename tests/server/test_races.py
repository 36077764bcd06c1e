"""What happens when two things happen at once, or the store fails in the middle of something."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any

import pytest

from proconf_tui.errors import InvalidMessage, ProconfError
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Resumed
from proconf_tui.server import tasks
from proconf_tui.server.tasks import Tasks
from tests.support.meeting import until
from tests.support.signalling import ROOM, SignallingClient
from tests.support.stubborn_log import StubbornLog, stubborn_server

EMPTY_ROOM_S = 77
_PATH = f"/api/v1/rooms/{ROOM}"


async def _all_waiting(log: StubbornLog, count: int) -> None:
    await until(lambda: log.waiting == count)


async def test_a_room_made_while_its_predecessor_ends_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stubborn_server(monkeypatch) as (server, log):
        await server.create_room()
        log.flows.clear()
        ending = asyncio.create_task(server.http("DELETE", _PATH))
        await _all_waiting(log, 1)
        making = asyncio.create_task(server.http("POST", "/api/v1/rooms", json={"roomId": ROOM}))
        log.flows.set()
        assert (await ending).status_code == 204
        assert (await making).status_code == 201
        host = await (await server.join("host", role="host")).until_in()
        await host.ask(messages.SendChat("we are here"))
        assert (await server.http("GET", _PATH)).status_code == 200


async def test_a_demotion_and_another_change_of_rights_both_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stubborn_server(monkeypatch) as (server, log):
        host = await server.host()
        other = await (await server.join("other", role="host")).until_in()
        third = await (await server.join("ann", role="coHost")).until_in()
        log.flows.clear()
        changes = [
            asyncio.create_task(host.ask(messages.UpdateRole(third.peer_id, "listener"))),
            asyncio.create_task(
                other.ask(messages.UpdatePermissions(third.peer_id, {"canRecvData": False}))
            ),
        ]
        await _all_waiting(log, 1)
        log.flows.set()
        await asyncio.gather(*changes)
        await host.settle()
        member = host.room.participants[third.peer_id]
        assert member.role == "listener"
        assert not member.permissions.admin
        assert not member.permissions.can_recv_data


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> dict[float, Callable[[], None]]:
    """What timers are for, by how many seconds they wait, rounded; a call lets one fall due now."""
    found: dict[float, Callable[[], None]] = {}
    after = Tasks.after

    def noted(owner: Tasks, key: object, delay_s: float, work: Callable[[], Any]) -> None:
        after(owner, key, delay_s, work)
        found[round(delay_s)] = functools.partial(owner._due, key, work)

    monkeypatch.setattr(Tasks, "after", noted)
    return found


async def test_who_comes_in_as_the_empty_room_ends_stays(
    monkeypatch: pytest.MonkeyPatch, planned: dict[float, Callable[[], None]]
) -> None:
    async with stubborn_server(monkeypatch, empty_room_s=EMPTY_ROOM_S) as (server, log):
        host = await server.host()
        await host.ask(messages.Leave())
        await until(lambda: EMPTY_ROOM_S in planned)
        log.flows.clear()
        coming = await server.client()
        joining = asyncio.create_task(coming.join(server.token("ann", role="host")))
        await _all_waiting(log, 1)
        # The room's last minute is over meanwhile, and its end waits behind who comes in.
        planned[EMPTY_ROOM_S]()
        log.flows.set()
        await (await joining).until_in()
        await coming.ask(messages.SendChat("still here"))
        assert not coming.is_over


async def _in_with(
    server_host: SignallingClient, guest: SignallingClient
) -> tuple[SignallingClient, SignallingClient]:
    await guest.settle()
    await server_host.settle()
    return server_host, guest


async def test_a_loss_that_could_not_be_stored_is_no_ghost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN_S", 0.1)
    async with stubborn_server(monkeypatch, seat_s=0.1) as (server, log):
        host, guest = await _in_with(
            await server.host(), await (await server.join("ann")).until_in()
        )
        log.is_full = True
        await guest.vanish()
        await until(lambda: guest.is_over)
        # The loss, the end of the seat's time, and that again.
        await until(lambda: log.refused >= 3)
        assert guest.peer_id in host.room.participants
        log.is_full = False
        await host.until(lambda: guest.peer_id not in host.room.participants)


async def test_who_comes_back_after_an_unstored_loss_misses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stubborn_server(monkeypatch) as (server, log):
        host, guest = await _in_with(
            await server.host(), await (await server.join("ann")).until_in()
        )
        log.is_full = True
        await guest.vanish()
        # The server has noticed once it has tried to store it.
        with pytest.raises(ProconfError, match="cannot keep"):
            await host.ask(messages.SendChat("not stored"))
        log.is_full = False
        await host.ask(messages.SendChat("missed"))
        back = await (await server.client()).come_back(guest)
        await back.next(Resumed)
        assert [line.text for line in back.room.chat] == ["missed"]


async def test_a_return_that_fails_leaves_the_old_connection_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stubborn_server(monkeypatch) as (server, log):
        _, guest = await _in_with(await server.host(), await (await server.join("ann")).until_in())
        log.is_full = True
        with pytest.raises(ProconfError, match="cannot keep"):
            await (await server.client()).come_back(guest)
        log.is_full = False
        await guest.ask(messages.SendChat("nothing happened to me"))
        assert not guest.is_over


async def test_a_loss_while_the_seat_is_taken_again_does_not_undo_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stubborn_server(monkeypatch) as (server, log):
        host, guest = await _in_with(
            await server.host(), await (await server.join("ann")).until_in()
        )
        log.flows.clear()
        again = await server.client()
        coming_back = asyncio.create_task(again.come_back(guest))
        await _all_waiting(log, 1)
        # Let the loss of the old one be stored, and break it while the return is.
        begun = log.begun
        log.flows.set()
        log.flows.clear()
        await until(lambda: log.begun > begun)
        await guest.vanish()
        await until(lambda: guest.is_over)
        await asyncio.sleep(0.1)
        log.flows.set()
        await coming_back
        await again.ask(messages.SendChat("back"))
        await host.until(lambda: bool(host.room.chat))
        assert host.room.participants[guest.peer_id].is_connected


async def test_chat_is_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stubborn_server(monkeypatch) as (server, _):
        host = await server.host()
        with pytest.raises(InvalidMessage, match="send-chat"):
            await host.ask(messages.SendData("around the limit", "chat"))


async def test_a_cancelled_command_is_done_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()
        done.append("all of it")

    task = asyncio.create_task(tasks.uncut(work()))
    await asyncio.sleep(0)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["all of it"]
