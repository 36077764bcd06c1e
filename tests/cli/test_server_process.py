"""The server of `start`: begun again after a crash with all it knew, and gone without a trace."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from proconf_tui.cli import server_child, server_process
from proconf_tui.cli.meeting_store import new_store
from proconf_tui.cli.server_child import Place
from proconf_tui.cli.server_process import ServerProcess
from proconf_tui.config.credentials import load_or_create_credentials
from proconf_tui.config.local_servers import local_servers
from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError, ProconfError
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk.service import RoomService
from proconf_tui.server.event_log.sqlite_file import claim
from tests.support.certificates import der_of, make_pair

_PATIENCE_S = 40.0


@pytest.fixture
def server() -> Iterator[ServerProcess]:
    with ServerProcess(0) as made:
        yield made


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def _service(server: ServerProcess) -> RoomService:
    key = load_or_create_credentials()
    return RoomService(server.url(), key.api_key, key.api_secret)


def _stores() -> list[str]:
    return [path.name for path in (data_dir() / "meetings").iterdir()]


def _crash(server: ServerProcess) -> int:
    """Kill the server and return its successor's process id once that one serves."""
    before = server.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    _until(lambda: [one.pid for one in local_servers()] not in ([], [before]))
    (successor,) = local_servers()
    return successor.pid


def test_after_a_crash_another_serves_the_same_rooms_at_the_same_address(
    server: ServerProcess,
) -> None:
    url, first = server.url(), server.pid
    asyncio.run(_service(server).create_room("plaza", room_locked=True, metadata={"topic": "x"}))
    second = _crash(server)
    assert second != first
    assert server.pid == second
    assert server.url() == url
    assert [one.url for one in local_servers()] == [url]
    (room,) = asyncio.run(_service(server).list_rooms())
    assert (room["roomId"], room["isLocked"], room["metadata"]) == ("plaza", True, {"topic": "x"})


def test_after_a_crash_it_shows_what_certificate_there_is_and_says_so(tmp_path: Path) -> None:
    ending = make_pair(tmp_path, "192.0.2.1", days=(-300, 3))
    with ServerProcess(0, options=["--lan", "--public-address=192.0.2.5"]) as server:
        server.url()
        kept = data_dir() / "self-signed.pem"
        kept.write_bytes(ending.cert.read_bytes() + ending.key.read_bytes())
        _crash(server)
        (known,) = local_servers()
        assert known.url.endswith(f"#pin={pin_of(der_of(ending.cert))}")
        _until(lambda: server.url() == known.url)


def test_nothing_is_left_after_the_end() -> None:
    process = psutil.Process()
    threads, files = process.num_threads(), process.num_fds()
    with ServerProcess(0) as server:
        server.url()
        pids = [server.pid, _crash(server)]
        assert _stores()
    assert not any(psutil.pid_exists(pid) for pid in pids if pid)
    assert (process.num_threads(), process.num_fds()) == (threads, files)
    assert not process.children()
    assert _stores() == []
    assert local_servers() == []


def test_one_that_does_not_come_up_is_tried_once_more(
    server: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Says nothing at first, and then ends in good order when it is told to.
    program = f"""
        import os, pathlib, sys
        tried = pathlib.Path({str(tmp_path / "tried")!r})
        if tried.exists():
            os.execv(sys.executable, [sys.executable, "-m", "proconf_tui.server", *sys.argv[1:]])
        tried.touch()
        os.close(1)
        sys.stdin.read()
    """
    server.url()
    command = (sys.executable, "-c", textwrap.dedent(program))
    monkeypatch.setattr(server_child, "_COMMAND", command)
    assert _crash(server) == server.pid
    assert (tmp_path / "tried").exists()


def test_one_that_crashes_too_often_stays_down(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server_process, "_RESTARTS", 1)
    with ServerProcess(0) as server:
        server.url()
        os.kill(_crash(server), signal.SIGKILL)
        _until(lambda: "stays down" in caplog.text)
        _until(server.problem)
        assert "keeps stopping" in str(server.problem())
        assert not psutil.Process().children()
    assert _stores() == []


def test_one_that_ended_in_good_order_is_not_begun_again(
    server: ServerProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.url()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGTERM)
    _until(lambda: "ended by itself" in caplog.text)
    server.stop()
    assert not psutil.Process().children()


def test_a_taken_port_is_an_error_or_gives_way_to_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with ServerProcess(port) as server:
            for _ in range(2):
                with pytest.raises(ConfigError, match=str(port)):
                    server.url()
            assert not psutil.Process().children()
        with ServerProcess(port, 0) as server:
            assert not server.url().endswith(f":{port}")


def test_it_can_be_stopped_while_it_starts() -> None:
    server = ServerProcess(0)
    outcome: list[str | ProconfError] = []

    def ask() -> None:
        try:
            outcome.append(server.url())
        except ProconfError as error:
            outcome.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    _until(lambda: server.pid)
    server.stop()
    asking.join(_PATIENCE_S)
    assert len(outcome) == 1
    assert not psutil.Process().children()


def test_it_never_outlives_a_starter_that_was_killed() -> None:
    program = """
        import time
        from proconf_tui.cli.server_process import ServerProcess
        server = ServerProcess(0)
        server.url()
        print(server.pid, flush=True)
        time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    _until(lambda: not psutil.pid_exists(pid))
    assert _stores() == []
    assert local_servers() == []


def test_a_kept_one_goes_on_with_its_store() -> None:
    with ServerProcess(0) as server:
        server.url()
        assert server.pid is not None
        kept = psutil.Process(server.pid)
        server.keep()
    assert kept.is_running()
    assert _stores()
    kept.terminate()
    _until(lambda: not _stores())
    kept.wait(_PATIENCE_S)


def test_what_a_killed_starter_and_its_killed_server_left_is_removed() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    new_store()
    directory = data_dir() / "meetings"
    (directory / f"{os.getpid()}-b.sqlite").touch()
    with contextlib.closing(claim(directory / f"{gone.pid}-a.sqlite")):
        new_store()
        assert f"{gone.pid}-a.sqlite" in _stores()
    new_store()
    assert _stores() == [f"{os.getpid()}-b.sqlite"]


def test_a_directory_that_cannot_be_made_is_one_sentence() -> None:
    Path(data_dir() / "meetings").touch()
    with pytest.raises(ConfigError, match="meetings cannot be used"):
        ServerProcess(0)


def test_one_whose_port_somebody_else_took_stays_down(
    server: ServerProcess, caplog: pytest.LogCaptureFixture
) -> None:
    server.url()
    assert server.pid is not None
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server._place = Place("http://127.0.0.1", taken.getsockname()[1])
        os.kill(server.pid, signal.SIGKILL)
        _until(lambda: "cannot be started again: Port" in caplog.text)
        _until(lambda: not psutil.Process().children())
