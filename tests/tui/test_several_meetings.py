"""Joining where several meetings run: the screen asks which one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from proconf_tui.control import commands as c
from proconf_tui.errors import AmbiguousMeeting, MeetingNotStarted, PermissionDenied
from proconf_tui.tui.options import TuiResult
from tests.support.fake_agent import FakeAgent
from tests.tui.harness import meeting, running

ROOMS = ("alpha", "beta", "gamma")
SERVERS = ("http://127.0.0.1:7001", "http://127.0.0.1:7002")


def ask_back(agent: FakeAgent) -> None:
    """Let an entry without a name, and then without a server, be answered with the choices."""
    enter = agent._answers[c.JoinMeeting]

    async def answer(command: c.JoinMeeting) -> Any:
        if command.room_name is None:
            raise AmbiguousMeeting("Several meetings are running.", ROOMS)
        if command.room_name == "beta" and command.url is None:
            raise AmbiguousMeeting("The meeting beta runs on several servers.", SERVERS)
        return await enter(command)

    agent.answer(c.JoinMeeting, answer)


async def test_one_of_several_is_chosen_with_the_arrows(
    guest_agent: FakeAgent, tmp_path: Path
) -> None:
    ask_back(guest_agent)
    async with running(guest_agent, tmp_path, (80, 24), mode="join", room=None) as rig:
        await rig.sees("Which meeting?", *ROOMS)
        await rig.press("down", "down", "enter")
        await rig.sees("People 1")
        assert guest_agent.all_heard(c.JoinMeeting)[-1].room_name == "gamma"


async def test_then_the_server_is_chosen_too(guest_agent: FakeAgent, tmp_path: Path) -> None:
    ask_back(guest_agent)
    async with running(guest_agent, tmp_path, mode="join", room=None) as rig:
        await rig.sees("Which meeting?", *ROOMS)
        await rig.press("2")
        await rig.sees("Which meeting?", *SERVERS)
        await rig.press("2")
        await rig.sees("People 1")
        entered = guest_agent.all_heard(c.JoinMeeting)[-1]
        assert (entered.room_name, entered.url) == ("beta", SERVERS[1])


async def test_escape_joins_none(guest_agent: FakeAgent, tmp_path: Path) -> None:
    ask_back(guest_agent)
    async with running(guest_agent, tmp_path, mode="join", room=None) as rig:
        await rig.sees("Which meeting?")
        await rig.press("escape")
        await rig.ended()
        assert rig.app.result == TuiResult(0)
        assert len(guest_agent.all_heard(c.JoinMeeting)) == 1


async def test_an_agent_that_stops_meanwhile_takes_nothing_away(
    guest_agent: FakeAgent, tmp_path: Path
) -> None:
    ask_back(guest_agent)
    async with running(guest_agent, tmp_path, mode="join", room=None) as rig:
        await rig.sees("Which meeting?")
        guest_agent.crash()
        await rig.until(lambda: len(guest_agent.all_heard(c.ListDevices)) >= 1)
        await rig.until(lambda: len(guest_agent.all_heard(c.OpenDevices)) == 2)
        await rig.press("1")
        await rig.sees("People 1")
        assert [one.room_name for one in guest_agent.all_heard(c.JoinMeeting)] == [None, "alpha"]


async def test_where_none_runs_it_says_how_to_start_one(
    guest_agent: FakeAgent, tmp_path: Path
) -> None:
    guest_agent.entry_error = MeetingNotStarted(
        "No meeting is running; start one with: proconf-tui start"
    )
    async with running(guest_agent, tmp_path, mode="join", room=None) as rig:
        await rig.ended()
        assert rig.app.result == TuiResult(4, guest_agent.entry_error.message)


async def test_a_meeting_that_could_not_be_ended_is_not_said_to_be(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async def refuse(command: c.Command) -> None:
        raise PermissionDenied("You are no moderator.")

    agent.answer(c.Close, refuse)
    async with meeting(agent, tmp_path) as rig:
        await rig.press("q")
        await rig.sees("Leave the meeting?")
        await rig.press("e")
        await rig.ended()
        assert rig.app.result is not None
        assert rig.app.result.exit_code == 1
        assert "the meeting goes on: You are no moderator." in str(rig.app.result.message)
