"""``--headless --json`` as a program meets it: odd input, a lost connection, and every way out."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest

from proconf_tui.control import commands, events
from proconf_tui.control.codec import MAX_COMMAND_BYTES, Failure, Result
from tests.support.agent_child import AgentChild
from tests.support.meeting import Person
from tests.support.network import CuttableMeeting, cuttable_meeting, needs_loopback_network

pytestmark = needs_loopback_network

T = TypeVar("T")

_HEADLESS = (sys.executable, "-m", "proconf_tui", "join", "--headless", "--json", "--name", "Ada")
_SILENT = ("--mic", "none", "--camera", "none", "--speaker", "none")


@pytest.fixture
async def meeting() -> AsyncIterator[CuttableMeeting]:
    async with cuttable_meeting() as made:
        yield made


async def _with(function: Callable[..., T], *arguments: Any) -> T:
    """Call what waits without holding up this loop."""
    return await asyncio.to_thread(function, *arguments)


@contextlib.asynccontextmanager
async def _headless(url: str) -> AsyncIterator[AgentChild]:
    """Ada, in the meeting."""
    with AgentChild((*_HEADLESS, *_SILENT, f"{url}/j/myRoom")) as child:
        await _with(child.wait, lambda line: isinstance(line, Result) and line.id == 0)
        yield child


async def _gone(hana: Person) -> None:
    await hana.until_told(events.PeerLeft, name="Ada", reason="LEFT")


async def test_odd_lines_are_answered_and_the_link_goes_on(meeting: CuttableMeeting) -> None:
    hana = await meeting.host("Hana", tracks=())
    async with _headless(meeting.server.url) as ada:
        odd = [b"\0\0\0", b"{", b"\xff\xfe", b"null", b'{"id": 5}', b"x" * (3 * MAX_COMMAND_BYTES)]
        for line in odd:
            ada.write(line + b"\n")
        answer = await _with(ada.ask_for_answer, commands.PeerIds())
        assert isinstance(answer, Result)
        assert answer.result == [hana.peer_id]
        refused = [line for line in ada.lines if isinstance(line, Failure)]
        assert [line.id for line in refused] == [None, None, None, None, 5, None]
        assert {line.code for line in refused} == {"INVALID_COMMAND"}
        # The last line needs no newline, and is carried out before the end.
        ada.write(b'{"id": 6, "method": "send_data", "params": {"payload": "bye"}}')
        ada.close_input()
        done = await _with(ada.wait, lambda line: getattr(line, "id", None) == 6)
        assert isinstance(done, Result)
        assert await _with(ada.wait_until_ended) == 0
        await hana.until_told(events.ReceiveData, payload="bye")
        await _gone(hana)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_leaves_cleanly(meeting: CuttableMeeting, number: signal.Signals) -> None:
    hana = await meeting.host("Hana", tracks=())
    async with _headless(meeting.server.url) as ada:
        ada.process.send_signal(number)
        assert await _with(ada.wait_until_ended) == 0
        await _gone(hana)


async def test_every_command_is_answered_while_there_is_no_connection(
    meeting: CuttableMeeting,
) -> None:
    hana = await meeting.host("Hana", tracks=())
    network = meeting.network_of(meeting.person("Ada"))
    async with _headless(network.url) as ada:
        network.cut()
        network.reset()
        await _with(ada.wait_for, events.RoomReconnecting)
        asked = [
            ada.send(command)
            for command in (
                commands.SendData("are you there?", label="chat"),
                commands.RaiseHand(),
                commands.State(),
                commands.SendData("hello?", label="chat"),
                commands.UpdateRoomControls(room_locked=True),
            )
        ]
        state = await _with(ada.wait, lambda line: getattr(line, "id", None) == asked[2])
        assert state == Result(asked[2], "reconnecting")
        network.restore()
        await _with(ada.wait_for, events.RoomReconnected)
        for id_ in asked:
            await _with(ada.wait, lambda line, id_=id_: getattr(line, "id", None) == id_)
        await _with(ada.ask, commands.SendData("back again", label="chat"))
        await hana.until_told(events.ReceiveData, payload="back again")


async def _answer(child: AgentChild, id_: int) -> Result | Failure:
    found = await _with(child.wait, lambda line: getattr(line, "id", None) == id_)
    assert isinstance(found, Result | Failure)
    return found


async def test_commands_of_a_pipe_are_carried_out_once_one_is_in(meeting: CuttableMeeting) -> None:
    hana = await meeting.host("Hana", tracks=())
    with AgentChild((*_HEADLESS, *_SILENT, f"{meeting.server.url}/j/myRoom")) as ada:
        ada.write(b'{"id":1,"method":"raise_hand"}\n{"id":2,"method":"peer_ids"}\n')
        ada.close_input()
        assert await _with(ada.wait_until_ended) == 0
        assert await _answer(ada, 1) == Result(1, None)
        assert await _answer(ada, 2) == Result(2, [hana.peer_id])
    await hana.until_told(events.HandRaised)


async def test_close_leaves_a_lobby_and_refuses_what_waits_for_the_meeting() -> None:
    async with cuttable_meeting() as meeting:
        hana = await meeting.host("Hana", tracks=(), locked=True)
        with AgentChild((*_HEADLESS, *_SILENT, f"{meeting.server.url}/j/myRoom")) as ada:
            ada.write(b'{"id":1,"method":"raise_hand"}\n')
            await _with(ada.wait_for, events.RoomAwaiting)
            await hana.until_told(events.LobbyPeersUpdated)
            ada.write(b'{"id":2,"method":"close"}\n')
            refused = await _answer(ada, 1)
            assert isinstance(refused, Failure)
            assert refused.code == "ENTRY_CANCELLED"
            assert await _answer(ada, 2) == Result(2, None)
            assert await _with(ada.wait_until_ended) == 0


async def test_who_is_refused_hears_it_for_each_command(meeting: CuttableMeeting) -> None:
    await meeting.host("Hana", tracks=(), passcode="swordfish")
    with AgentChild((*_HEADLESS, *_SILENT, f"{meeting.server.url}/j/myRoom")) as ada:
        ada.write(b'{"id":1,"method":"raise_hand"}\n')
        refused, entry = await _answer(ada, 1), await _answer(ada, 0)
        assert isinstance(refused, Failure)
        assert isinstance(entry, Failure)
        assert (refused.code, refused.message) == (entry.code, entry.message)
        assert await _with(ada.wait_until_ended) != 0


async def test_a_command_that_leaving_overtakes_says_so(meeting: CuttableMeeting) -> None:
    await meeting.host("Hana", tracks=())
    network = meeting.network_of(meeting.person("Ada"))
    async with _headless(network.url) as ada:
        network.cut()
        asked = ada.send(commands.RaiseHand())
        ada.send(commands.Close())
        refused = await _answer(ada, asked)
        assert isinstance(refused, Failure)
        assert (refused.code, refused.message) == ("ENDING", "You have left the meeting.")
        assert await _with(ada.wait_until_ended) == 0
