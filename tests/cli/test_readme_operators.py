"""The README's section for operators: its very commands are run, only the port is another."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from proconf_tui.config.credentials import load_credentials
from proconf_tui.config.local_servers import local_servers
from proconf_tui.errors import ProconfError
from proconf_tui.sdk.service import RoomService

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl"
)

_README = Path(__file__).parents[2] / "README.md"
_PORT = "7880"
_PATIENCE_S = 40.0


def _commands() -> list[str]:
    """The shell commands of the section, one text for each block."""
    section = _README.read_text("utf-8").partition("\n## For operators\n")[2]
    return re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)


def _free_port() -> str:
    """A port below those that the system gives to whoever asks for any."""
    for port in itertools.count(20_000 + os.getpid() % 10_000):
        with (
            contextlib.suppress(OSError),
            socket.create_server(("127.0.0.1", port)),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        ):
            datagrams.bind(("127.0.0.1", port))
            return str(port)
    raise AssertionError


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A shell that ends at the first failure, with the program on its path."""
    program = tmp_path / "bin" / "proconf-tui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m proconf_tui "$@"\n')
    program.chmod(0o755)
    made = subprocess.Popen(
        ["bash", "-e", "-u", "-o", "pipefail"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
    )
    yield made
    family = psutil.Process(made.pid).children(recursive=True) if made.poll() is None else []
    for process in family:
        process.terminate()
    psutil.wait_procs(family)
    made.communicate()


def _say(shell: subprocess.Popen[str], commands: str) -> None:
    assert shell.stdin is not None
    shell.stdin.write(commands)
    shell.stdin.flush()


def _until(condition: Callable[[], object], shell: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert shell.poll() is None, shell.communicate()[0]
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def _people(port: str) -> set[tuple[str, str]]:
    """Name and role of everybody in the room, nobody while there is none to be asked of."""
    key = load_credentials()
    if key is None:
        return set()
    service = RoomService(f"http://127.0.0.1:{port}", key.api_key, key.api_secret)
    try:
        room = asyncio.run(service.get_room("plaza"))
    except ProconfError:
        return set()
    return {(peer["name"], peer["role"]) for peer in room["peers"]}


def test_the_commands_make_a_room_let_two_in_and_end_it(shell: subprocess.Popen[str]) -> None:
    port = _free_port()
    make, enter, end = (block.replace(_PORT, port) for block in _commands())
    _say(shell, make + enter)
    _until(lambda: _people(port) == {("Ada", "host"), ("Grace", "speaker")}, shell)
    _say(shell, end + "wait %2\nwait %3\necho both have left\nkill %1\nwait %1\n")
    output, _ = shell.communicate(timeout=_PATIENCE_S)
    assert shell.returncode == 0, output
    for said in ('"roomId":"plaza"', "plaza  started  2 of 20", "both have left"):
        assert said in output
    assert local_servers() == []
