"""The agent as a real child process: how it begins, what it answers, and every way it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from proconf_tui.agent.process import own_streams
from proconf_tui.control import commands
from proconf_tui.control.codec import Failure
from proconf_tui.control.pictures import Picture, PictureBuffer
from proconf_tui.control.screen import AgentReady, Levels
from proconf_tui.errors import ConfigError
from tests.support.agent_child import AGENT, PATIENCE_S, AgentChild

# Starts an agent, says its process id, and waits for the agent's first line.
_PARENT = """
import subprocess, sys, time
agent = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
agent.stdout.readline()
print(agent.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def agent() -> Iterator[AgentChild]:
    with AgentChild() as child:
        yield child


def _next_picture(buffer: PictureBuffer, slot: int, newer_than: int = 0) -> Picture:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if (picture := buffer.read(slot, newer_than)) is not None:
            return picture
        time.sleep(0.01)
    raise AssertionError("no picture came")


def test_it_says_ready_first_and_ends_with_its_input(agent: AgentChild) -> None:
    agent.wait_for(AgentReady)
    assert isinstance(agent.lines[0], AgentReady)
    agent.close_input()
    assert agent.wait_until_ended() == 0


def test_a_log_that_cannot_be_written_is_named_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path, reason in ((tmp_path, "Is a directory"), (file / "below", "Not a directory")):
        with (
            pytest.raises(ConfigError, match=rf"{path} .*\({reason}\).*--log-file"),
            own_streams(path),
        ):
            pass


def test_bad_lines_are_answered_and_nothing_breaks(agent: AgentChild) -> None:
    agent.write(b'garbage\n{"id": 1, "method": "no_such"}\n\xff\xfe\n')
    agent.wait(lambda line: isinstance(line, Failure) and line.id == 1)
    answer = agent.ask_for_answer(commands.AdmitAll())
    assert isinstance(answer, Failure)
    assert answer.code == "PEER_NOT_FOUND"


def test_devices_are_listed(agent: AgentChild) -> None:
    listed = agent.ask(commands.ListDevices())
    assert {"microphones", "speakers", "cameras"} <= listed.keys()


def test_before_a_meeting_levels_rise_and_the_self_view_moves(
    agent: AgentChild, tmp_path: Path
) -> None:
    buffer = PictureBuffer.create(tmp_path / "pictures", slots=2)
    agent.ask(commands.AttachScreen(str(tmp_path / "pictures")))
    opened = agent.ask(commands.OpenDevices(microphone="tone", camera="test", speaker="none"))
    assert opened["microphone"]
    assert opened["camera"]
    assert opened["speaker"] is None
    assert opened["problems"] == {}
    agent.wait_for(Levels, lambda levels: (levels.microphone_dbfs or -127) > -40)
    tile = commands.TileRequest(1, None, "video", 40, 24)
    agent.ask(commands.ShowTiles([tile]))
    first = _next_picture(buffer, 1)
    assert first.rgb.shape == (24, 40, 3)
    second = _next_picture(buffer, 1, first.sequence)
    assert (second.rgb != first.rgb).any()
    agent.ask(commands.OpenDevices(camera="none"))
    agent.ask(commands.ShowTiles([]))
    assert buffer.read(1) is None
    buffer.close()


def test_a_missing_device_is_a_problem_told_and_nothing_worse(agent: AgentChild) -> None:
    asked = commands.OpenDevices(microphone="tone", camera="/no/such/film.mp4", speaker="none")
    opened = agent.ask(asked)
    assert opened["microphone"]
    assert opened["camera"] is None
    assert "film.mp4" in opened["problems"]["camera"]


def test_tiles_that_do_not_fit_are_refused(agent: AgentChild, tmp_path: Path) -> None:
    tile = commands.TileRequest(0, None, "video", 40, 24)
    answer = agent.ask_for_answer(commands.ShowTiles([tile]))
    assert isinstance(answer, Failure)
    PictureBuffer.create(tmp_path / "pictures", slots=1, max_pixels=100).close()
    agent.ask(commands.AttachScreen(str(tmp_path / "pictures")))
    for bad in (tile, commands.TileRequest(5, None, "video", 4, 4)):
        answer = agent.ask_for_answer(commands.ShowTiles([bad]))
        assert isinstance(answer, Failure)
        assert answer.code == "LIMIT_EXCEEDED"
    wrong = agent.ask_for_answer(commands.AttachScreen(str(tmp_path / "absent")))
    assert isinstance(wrong, Failure)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_end_it_cleanly(agent: AgentChild, number: signal.Signals) -> None:
    agent.wait_for(AgentReady)
    agent.process.send_signal(number)
    assert agent.wait_until_ended() == 0


def test_shutdown_is_answered_before_it_ends(agent: AgentChild) -> None:
    assert agent.ask(commands.Shutdown()) is None
    assert agent.wait_until_ended() == 0


def test_it_does_not_outlive_a_parent_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, *AGENT], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        child.wait(PATIENCE_S)
        assert not child.is_running()


def test_nothing_but_lines_reaches_its_output_and_its_log_takes_the_rest(
    agent: AgentChild,
) -> None:
    agent.wait_for(AgentReady)
    agent.close_input()
    agent.wait_until_ended()
    assert agent.process.stderr is not None
    assert agent.process.stderr.read() == b""
    log = Path(os.environ["PROCONF_LOG_DIR"]) / "agent.log"
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_agent_never_loads_the_screen() -> None:
    code = "import json, sys, proconf_tui.agent.main; print(json.dumps(list(sys.modules)))"
    found = json.loads(subprocess.check_output([sys.executable, "-c", code]))
    assert not {"textual", "proconf_tui.engine", "proconf_tui.server"} & set(found)
