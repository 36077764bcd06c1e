"""The server as a process: ready by a line, ended by its parent's end, stopped by signals."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import psutil
import pytest

from proconf_tui.config.credentials import load_or_create_credentials
from proconf_tui.config.local_servers import local_servers
from proconf_tui.config.paths import log_dir
from proconf_tui.errors import ServerUnreachable
from proconf_tui.protocol import messages
from tests.support.signalling import RunningServer

COMMAND = [sys.executable, "-m", "proconf_tui.server"]
WAIT_S = 30.0

Start = Callable[..., "Any"]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start server processes that do not outlive the test."""
    started: list[asyncio.subprocess.Process] = []

    async def run(*arguments: str, **options: Any) -> asyncio.subprocess.Process:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = await asyncio.create_subprocess_exec(*COMMAND, *arguments, **pipes | options)
        started.append(process)
        return process

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def first_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), WAIT_S)
    return dict(json.loads(line))


async def ended(process: asyncio.subprocess.Process) -> int:
    return await asyncio.wait_for(process.wait(), WAIT_S)


def close_input(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not condition():  # noqa: ASYNC110 - another process; there is no event to wait for
            await asyncio.sleep(0.02)


def reach(line: dict[str, Any]) -> RunningServer:
    return RunningServer(line["url"], line["port"], load_or_create_credentials(), [])


async def test_a_child_says_where_it_is_and_ends_with_its_input(start: Start) -> None:
    child = await start("--child", "--port", "0")
    line = await first_line(child)
    assert line == {
        "url": f"http://127.0.0.1:{line['port']}",
        "port": line["port"],
        "pid": child.pid,
    }
    assert [server.url for server in local_servers()] == [line["url"]]
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(line["url"] + "/healthz")).text == "ok\n"
    close_input(child)
    assert await ended(child) == 0
    assert local_servers() == []
    assert (await child.stdout.read(), await child.stderr.read()) == (b"", b"")


async def test_people_in_the_meeting_are_told_when_the_parent_is_gone(start: Start) -> None:
    child = await start("--child", "--port", "0")
    server = reach(await first_line(child))
    host = await server.host()
    close_input(child)
    assert (await host.end()).reason == "CLOSED"
    assert await ended(child) == 0


async def test_a_child_that_is_kept_outlives_its_input(start: Start) -> None:
    child = await start("--child", "--port", "0")
    server = reach(await first_line(child))
    assert child.stdin is not None
    child.stdin.write(b'not for you\n{"keep": true}\n')
    await child.stdin.drain()
    close_input(child)
    host = await server.host()
    await host.settle()
    child.send_signal(signal.SIGTERM)
    await host.next(messages.Notice)
    await host.ask(messages.Leave())
    assert await ended(child) == 0


async def test_a_child_told_to_keep_running_in_a_meeting_ends_when_everybody_has_left(
    start: Start,
) -> None:
    child = await start("--child", "--port", "0")
    server = reach(await first_line(child))
    host = await server.host()
    await host.settle()
    assert child.stdin is not None
    child.stdin.write(b'{"keep": true}\n')
    await child.stdin.drain()
    close_input(child)
    await child.stdin.wait_closed()
    await host.ask(messages.RaiseHand())
    assert child.returncode is None
    await host.ask(messages.Leave())
    assert await ended(child) == 0


async def test_a_child_ends_when_its_parent_is_killed() -> None:
    program = """
        import subprocess, sys, time
        child = subprocess.Popen(
            [sys.executable, "-m", "proconf_tui.server", "--child", "--port", "0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        print(child.stdout.readline().decode(), flush=True)
        time.sleep(600)
    """
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(program), stdout=subprocess.PIPE
    )
    child = psutil.Process((await first_line(parent))["pid"])
    parent.kill()
    await parent.communicate()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    await until(lambda: local_servers() == [])


async def test_a_port_in_use_is_one_clear_line(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        child = await start("--child", "--port", str(port))
        line = await first_line(child)
        alone = await start("--port", str(port))
        assert (await ended(child), await ended(alone)) == (1, 1)
    assert line["error"]["code"] == "CONFIG"
    assert f"Port {port} is in use" in line["error"]["message"]
    assert (await alone.stderr.read()).decode() == line["error"]["message"] + "\n"


async def test_the_first_sigterm_lets_people_finish_and_takes_nobody_new(start: Start) -> None:
    child = await start("--child", "--port", "0")
    server = reach(await first_line(child))
    host = await server.host()
    early = await server.client()
    child.send_signal(signal.SIGTERM)
    assert (await host.next(messages.Notice)).code == "SHUTTING_DOWN"
    with pytest.raises(ServerUnreachable):
        await early.join(server.token("ann"))
    await host.ask(messages.SendChat("goodbye"))
    await host.ask(messages.Leave())
    assert await ended(child) == 0


async def test_the_second_sigterm_ends_it_at_once(start: Start) -> None:
    child = await start("--child", "--port", "0")
    host = await reach(await first_line(child)).host()
    child.send_signal(signal.SIGTERM)
    await host.next(messages.Notice)
    child.send_signal(signal.SIGTERM)
    assert (await host.end()).reason == "CLOSED"
    assert await ended(child) == 0


async def test_ctrl_c_is_for_the_parent_to_understand(start: Start) -> None:
    child = await start("--child", "--port", "0")
    host = await reach(await first_line(child)).host()
    child.send_signal(signal.SIGINT)
    await host.settle()
    close_input(child)
    assert await ended(child) == 0


async def test_nothing_secret_is_logged(start: Start) -> None:
    child = await start("--child", "--port", "0", "--guests")
    server = reach(await first_line(child))
    host = await server.host()
    token = server.token("ann")
    guest = await (await (await server.client()).join(token)).until_in()
    await host.ask(messages.Kick(guest.peer_id))
    await guest.end()
    close_input(child)
    assert await ended(child) == 0
    text = "".join(path.read_text() for path in log_dir().iterdir())
    assert "room created" in text
    for secret in (token, server.credentials.api_secret, token.split(".")[1]):
        assert secret not in text


def test_importing_the_server_loads_no_client_and_no_screen() -> None:
    program = "import sys, proconf_tui.server.main; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )
    loaded = set(output.stdout.split())
    assert loaded.isdisjoint(
        {"textual", "cv2", "sounddevice", "proconf_tui.sdk", "proconf_tui.media"}
    )
