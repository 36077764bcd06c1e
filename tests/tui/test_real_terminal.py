"""The screen as a process in a real terminal: however it ends, the terminal is as it was."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from proconf_tui.control import commands as c
from proconf_tui.control.events import RoomClosed
from tests.support.fake_agent import FakeAgent
from tests.support.terminal import PRISTINE, TmuxTerminal

_T = TypeVar("_T")
_LOOK_EVERY_S = 0.02
_MOST_LOOKS = 1500


@pytest.fixture
def terminal() -> Iterator[TmuxTerminal]:
    with TmuxTerminal(100, 30) as terminal:
        yield terminal


def words(agent: FakeAgent, tmp_path: Path, **settings: Any) -> list[str]:
    options = {
        "mode": "start",
        "room": "myRoom",
        "name": "Ada",
        "skip_prejoin": True,
        "log_file": str(tmp_path / "screen.log"),
        "agent_command": list(agent.command),
    }
    return [sys.executable, "-m", "tests.support.screen_program", json.dumps(options | settings)]


async def blocking(call: Callable[..., _T], *arguments: Any) -> _T:
    return await asyncio.to_thread(call, *arguments)


async def show_meeting(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path, **settings: Any
) -> None:
    await blocking(terminal.run, words(agent, tmp_path, **settings))
    await blocking(terminal.wait_for, "People 1")


async def until(is_so: Callable[[], object], what: str = "condition") -> None:
    """Look until it is so, half a minute at least; looks, since all processes may stand still."""
    for _ in range(_MOST_LOOKS):
        if is_so():
            return
        await asyncio.sleep(_LOOK_EVERY_S)
    raise AssertionError(f"{what}: not so")


async def ends_restored(terminal: TmuxTerminal, tmp_path: Path, status: int) -> str:
    assert await blocking(terminal.wait_for_exit) == status
    assert terminal.modes == PRISTINE
    assert "Traceback" not in terminal.screen()
    await until(lambda: not _agents_of(tmp_path))
    return terminal.screen().strip()


def _agents_of(tmp_path: Path) -> list[psutil.Process]:
    found = psutil.process_iter(["cmdline"])
    return [p for p in found if str(tmp_path / "agent.sock") in (p.info["cmdline"] or [])]


async def test_leaving_by_key(agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path) -> None:
    await show_meeting(agent, terminal, tmp_path)
    terminal.send_keys("q")
    await blocking(terminal.wait_for, "Leave the meeting\\?")
    terminal.send_keys("e")
    assert await ends_restored(terminal, tmp_path, 0) == ""
    assert not list((tmp_path / "runtime").iterdir())


async def test_being_kicked_is_told(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path
) -> None:
    await show_meeting(agent, terminal, tmp_path)
    await agent.tell(RoomClosed("KICKED", "Grace removed you from the meeting."))
    said = await ends_restored(terminal, tmp_path, 3)
    assert said == "Grace removed you from the meeting."


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_signals(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path, number: signal.Signals
) -> None:
    await show_meeting(agent, terminal, tmp_path)
    os.kill(terminal.pid, number)
    assert await ends_restored(terminal, tmp_path, 128 + number) == ""
    assert agent.all_heard(c.Shutdown)


async def test_an_agent_that_does_not_end_does_not_keep_the_terminal(
    terminal: TmuxTerminal, tmp_path: Path
) -> None:
    stubborn = FakeAgent(tmp_path)
    source = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    stubborn.command = (sys.executable, "-c", source, str(tmp_path / "agent.sock"))
    await blocking(terminal.run, words(stubborn, tmp_path))
    await blocking(terminal.wait_for, "Joining")
    await until(partial(_agents_of, tmp_path))
    terminal.send_keys("q")
    await ends_restored(terminal, tmp_path, 0)


async def test_a_killed_agent_is_replaced_on_the_screen(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path
) -> None:
    await show_meeting(agent, terminal, tmp_path)
    (child,) = _agents_of(tmp_path)
    child.kill()
    await blocking(terminal.wait_for, "media process stopped; restarting")
    await until(lambda: len(agent.all_heard(c.StartMeeting)) == 2)
    terminal.send_keys("l")
    await blocking(terminal.wait_for, "myRoom  open")
    terminal.send_keys("C-q")
    await ends_restored(terminal, tmp_path, 0)


@pytest.mark.parametrize("where", ["screen", "thread"])
async def test_a_crash_of_our_own(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path, where: str
) -> None:
    await blocking(terminal.run, words(agent, tmp_path, trouble=where))
    said = await ends_restored(terminal, tmp_path, 1)
    assert said.replace("\n", "").startswith("The screen stopped because of an error of its own")
    assert "arranged by the test" in (tmp_path / "screen.log").read_text()


async def test_a_stuck_screen_is_ended_by_the_watchdog(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path
) -> None:
    await show_meeting(agent, terminal, tmp_path, trouble="stuck")
    await blocking(terminal.wait_for, "People 1")
    await until((tmp_path / "stuck").exists)
    os.kill(terminal.pid, signal.SIGTERM)
    assert await ends_restored(terminal, tmp_path, 128 + signal.SIGTERM) == ""


async def test_noise_on_descriptor_2_goes_to_the_log(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path
) -> None:
    await show_meeting(agent, terminal, tmp_path, trouble="noise")
    log = tmp_path / "screen.log"
    await until(lambda: "ALSA lib noise" in log.read_text())
    terminal.send_keys("l")
    assert "noise" not in await blocking(terminal.wait_for, "myRoom  open")
    terminal.send_keys("C-q")
    await ends_restored(terminal, tmp_path, 0)


async def test_a_terminal_that_goes_away(agent: FakeAgent, tmp_path: Path) -> None:
    with TmuxTerminal(100, 30) as terminal:
        await show_meeting(agent, terminal, tmp_path)
        screen = psutil.Process(terminal.pid)
    await until(lambda: not screen.is_running())
    await until(lambda: not _agents_of(tmp_path))


def test_no_terminal_at_all(tmp_path: Path) -> None:
    agent = FakeAgent(tmp_path)
    done = subprocess.run(
        words(agent, tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"theme": "no-such"}, "There is no theme 'no-such'"),
        ({"keys": {"lock": "m"}}, "The key 'm' is given to both"),
    ],
)
def test_bad_settings(tmp_path: Path, settings: dict[str, Any], complaint: str) -> None:
    done = subprocess.run(
        words(FakeAgent(tmp_path), tmp_path, **settings),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(complaint)
