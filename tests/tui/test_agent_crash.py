"""The agent dies: the screen says so, starts another, and takes the same seat again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest

from proconf_tui.control import commands as c
from proconf_tui.control.screen import AgentFailed
from proconf_tui.errors import ServerUnreachable
from proconf_tui.tui.options import TuiResult
from tests.support.fake_agent import ME, FakeAgent
from tests.tui.harness import meeting, running


async def test_a_new_agent_takes_the_kept_seat(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        first = rig.app.bridge.agent_pid
        agent.crash()
        await rig.sees("The media process stopped; restarting…")
        again = await rig.hears(c.StartMeeting, 2)
        assert again.seat == c.Seat(ME, "resume-key")
        assert again.room_name == "myRoom"
        await rig.until(lambda: len(agent.all_heard(c.OpenDevices)) == 2)
        await rig.until(lambda: len(agent.all_heard(c.AttachScreen)) == 2)
        assert rig.app.bridge.agent_pid != first
        await rig.sees("People 1")
        await rig.sees_no("media restarting")
        await rig.press("l")
        await rig.hears(c.UpdateRoomControls)


@pytest.mark.parametrize(
    ("streams", "with_audio", "with_video"),
    [
        ({"audio": "live", "video": "live"}, True, True),
        ({"audio": "paused", "video": "live"}, False, True),
        ({"audio": "live"}, True, False),
        ({}, False, False),
    ],
)
async def test_who_was_muted_or_unseen_stays_so(
    agent: FakeAgent,
    tmp_path: Path,
    streams: dict[str, str],
    with_audio: bool,
    with_video: bool,
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change_me(streams=streams)
        signs = {"live": "♪ on", "paused": "♪ muted", None: "♪ off"}
        await rig.sees(signs[streams.get("audio")])
        agent.crash()
        again = await rig.hears(c.StartMeeting, 2)
        assert (again.with_audio, again.with_video) == (with_audio, with_video)


async def test_who_talked_by_the_key_is_silent_in_a_new_agent(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change_me(streams={"audio": "paused", "video": "live"})
        await rig.sees("♪ muted")
        await rig.press("space")
        await rig.sees("♪ TALKING")
        agent.crash()
        again = await rig.hears(c.StartMeeting, 2)
        assert (again.with_audio, again.with_video) == (False, True)


async def test_tiles_are_asked_for_again(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.until(lambda: agent.tiles)
        agent.tiles = []
        agent.crash()
        await rig.until(lambda: agent.tiles)


async def test_after_three_restarts_in_a_minute_it_gives_up(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        for crashes in range(1, 5):
            await rig.until(lambda crashes=crashes: agent.connections == crashes)  # type: ignore[misc]
            agent.crash()
        await rig.ended()
        assert agent.connections == 4
        assert rig.app.result is not None
        assert rig.app.result.exit_code == 1
        assert "keeps stopping" in str(rig.app.result.message)


async def test_a_killed_agent_is_no_different(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        pid = rig.app.bridge.agent_pid
        assert pid is not None
        psutil.Process(pid).kill()
        await rig.hears(c.StartMeeting, 2)
        await rig.sees("People 1")


async def test_an_agent_that_says_why_is_not_restarted(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.tell(AgentFailed("DEVICE_UNAVAILABLE", "No PortAudio here."))
        agent.crash()
        await rig.ended()
        assert rig.app.result == TuiResult(1, "No PortAudio here.")
        assert agent.connections == 1


async def test_an_agent_that_cannot_be_run(tmp_path: Path) -> None:
    nobody = FakeAgent(tmp_path)
    nobody.command = (os.fspath(tmp_path / "missing"),)  # type: ignore[assignment]
    async with running(nobody, tmp_path) as rig:
        await rig.ended()
        assert rig.app.result is not None
        assert rig.app.result.exit_code == 1


async def test_a_crash_while_waiting_in_the_lobby(waiting_agent: FakeAgent, tmp_path: Path) -> None:
    async with running(waiting_agent, tmp_path, mode="join") as rig:
        await rig.sees("Waiting to be let in")
        waiting_agent.crash()
        again = await rig.hears(c.JoinMeeting, 2)
        assert again.seat is None
        await waiting_agent.let_in()
        await rig.sees("People 1")


async def test_a_seat_that_is_gone_ends_it_with_the_reason(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        agent.entry_error = ServerUnreachable()
        agent.crash()
        await rig.ended()
        assert rig.app.result == TuiResult(5, ServerUnreachable.default_message)


async def test_noise_on_the_agents_stdout_is_skipped(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent._write(b'what?\n{"event": "no-such"}\n\xff\xfe\n{"id": 999, "result": 1}\n\n')
        await rig.press("l")
        await rig.sees("myRoom  open")
        assert agent.connections == 1


async def test_a_child_is_never_left_behind(agent: FakeAgent, tmp_path: Path) -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    agent.command = (sys.executable, "-c", stubborn)  # type: ignore[assignment]
    async with running(agent, tmp_path) as rig:
        await rig.until(lambda: rig.app.bridge.agent_pid is not None)
        pid = rig.app.bridge.agent_pid
        assert pid is not None
        await rig.app.bridge.stop()
        assert not psutil.pid_exists(pid)
