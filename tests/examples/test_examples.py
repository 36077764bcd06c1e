"""The examples as processes of their own, in real meetings, seen from the others' side."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from proconf_tui.control import events
from proconf_tui.errors import Denied
from proconf_tui.sdk import Room
from tests.support.meeting import WAIT_S, Meeting, meeting_server, until

_EXAMPLES: Final = Path(__file__).parents[2] / "examples"


class _Example:
    """A running example and the lines it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def says(self, text: str) -> None:
        """Wait for a line with ``text`` in it."""
        await until(lambda: any(text in line for line in self.lines))

    async def end(self) -> int | None:
        """Wait for its end, of its own will, and return the status."""
        _, running = await asyncio.wait({self._reading}, timeout=WAIT_S)
        assert not running, f"still running after {self.lines}"
        return await self.process.wait()

    async def aclose(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await asyncio.wait({self._reading})
        await self.process.wait()

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().rstrip())


class _Examples:
    def __init__(self) -> None:
        self._started: list[_Example] = []

    async def python(self, name: str, *arguments: str, token: str | None = None) -> _Example:
        """Start one of the Python examples."""
        return await self._start(sys.executable, str(_EXAMPLES / name), *arguments, token=token)

    async def doorkeeper(self, meeting: Meeting, guests: str, *arguments: str) -> _Example:
        """Start the doorkeeper with a token of a moderator."""
        token = meeting.server.token("doorkeeper", role="coHost", name="Doorkeeper")
        arguments = ("myRoom", guests, "--server", meeting.server.url, *arguments)
        return await self.python("doorkeeper.py", *arguments, token=token)

    async def node(self, name: str, *arguments: str) -> _Example:
        """Start one of the Node examples."""
        return await self._start("node", str(_EXAMPLES / name), *arguments)

    async def _start(self, *command: str, token: str | None = None) -> _Example:
        # As if the package under test were installed.
        ours = {"PYTHON": sys.executable, "PYTHONPATH": str(_EXAMPLES.parent)}
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **ours, **({"PROCONF_TOKEN": token} if token else {})},
        )
        self._started.append(_Example(process))
        return self._started[-1]

    async def aclose(self) -> None:
        for example in self._started:
            await example.aclose()


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    async with meeting_server() as made:
        yield made


@pytest.fixture
async def examples() -> AsyncIterator[_Examples]:
    async with contextlib.aclosing(_Examples()) as made:
        yield made


async def test_the_greeter_greets_and_names_who_spoke(
    meeting: Meeting, examples: _Examples
) -> None:
    hana = await meeting.host("Hana", tracks=())
    greeter = await examples.python("greeter.py", hana.room.invite_url or "")
    await greeter.says("In myRoom.")
    ben = meeting.person("Ben")
    await ben.join(tracks=ben.tracks[:1])
    cleo = await meeting.join("Cleo", tracks=())
    bot = await hana.until_told(events.NewPeerJoined, name="Greeter")
    for name in ("Ben", "Cleo"):
        said = await hana.until_told(events.ReceiveData, payload=f"Welcome, {name}!")
        assert (said.from_, said.label) == (bot.peer_id, "chat")
    await until(lambda: cleo.room.active_speakers == [ben.peer_id])
    await greeter.says("Speaking: Ben")
    await hana.room.close("CLOSED")
    assert await greeter.end() == 0
    table = greeter.lines[greeter.lines.index("Who spoke") + 1 :]
    assert len(table) == 1
    assert re.fullmatch(r"Ben +\d+\.\d s", table[0])


async def test_the_greeter_leaves_at_ctrl_c_with_its_table(
    meeting: Meeting, examples: _Examples
) -> None:
    hana = await meeting.host("Hana", tracks=())
    greeter = await examples.python("greeter.py", hana.room.invite_url or "")
    await greeter.says("In myRoom.")
    greeter.process.send_signal(signal.SIGINT)
    assert await greeter.end() == 0
    assert greeter.lines[-1] == "Nobody spoke."
    await hana.until_told(events.PeerLeft, name="Greeter", reason="LEFT")


async def test_an_example_that_cannot_go_on_says_so_in_a_sentence(examples: _Examples) -> None:
    lost = await examples.python("greeter.py", "http://127.0.0.1:1/j/myRoom")
    assert await lost.end() == 1
    assert lost.lines == []


@contextlib.asynccontextmanager
async def _coming(meeting: Meeting, name: str, identity: str) -> AsyncIterator[asyncio.Task[Room]]:
    """Somebody with a token for ``identity`` who waits, or is let in or sent away already."""
    manager = meeting.person(name).manager
    token = meeting.server.token(identity, name=name)
    joining = asyncio.create_task(manager.join_room("myRoom", token, has_media=False))
    await until(lambda: joining.done() or (manager.room and manager.room.state == "waiting"))
    try:
        yield joining
    finally:
        joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)


def _guest_list(directory: Path) -> str:
    path = directory / "guests.txt"
    path.write_text("# Friday\nBen\n\n  Cleo  \nida@example.org\n", encoding="utf-8")
    return str(path)


async def test_the_doorkeeper_obeys_its_list(
    meeting: Meeting, examples: _Examples, tmp_path: Path
) -> None:
    hana = await meeting.host("Hana", tracks=(), locked=True)
    async with _coming(meeting, "Ida", "ida@example.org") as ida_comes_in:
        doorkeeper = await examples.doorkeeper(meeting, _guest_list(tmp_path))
        await ida_comes_in
        for pretender in ("Ben", "ida@example.org", "Mallory"):
            with pytest.raises(Denied):
                await meeting.join(pretender, tracks=())
            await doorkeeper.says(f"{pretender} is not on the list and was sent away.")
    joined = {event.name for event in hana.told(events.NewPeerJoined)}
    assert joined == {"Doorkeeper", "Ida"}
    await hana.room.close("CLOSED")
    assert await doorkeeper.end() == 0


async def test_the_doorkeeper_believes_names_if_it_is_told_to(
    meeting: Meeting, examples: _Examples, tmp_path: Path
) -> None:
    await meeting.host("Hana", tracks=(), locked=True)
    await examples.doorkeeper(meeting, _guest_list(tmp_path), "--trust-names")
    await meeting.join("Ben", tracks=())
    await meeting.join("Cleo", tracks=())
    with pytest.raises(Denied):
        await meeting.join("Mallory", tracks=())


async def test_the_doorkeeper_of_a_full_room_lets_in_who_is_next_when_one_leaves(
    meeting: Meeting, examples: _Examples, tmp_path: Path
) -> None:
    await meeting.host("Hana", tracks=(), locked=True, max_peers=3)
    async with (
        _coming(meeting, "Ben", "Ben") as ben_comes_in,
        _coming(meeting, "Cleo", "Cleo") as cleo_comes_in,
    ):
        await examples.doorkeeper(meeting, _guest_list(tmp_path))
        ben = await ben_comes_in
        assert not cleo_comes_in.done()
        await ben.close()
        await cleo_comes_in


async def test_the_doorkeeper_wants_its_token_where_nobody_sees_it(
    examples: _Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROCONF_TOKEN", raising=False)
    doorkeeper = await examples.python("doorkeeper.py", "myRoom", _guest_list(tmp_path))
    assert await doorkeeper.end() == 2


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js (node) is not on this machine")
async def test_another_language_chats_raises_its_hand_and_leaves(
    meeting: Meeting, examples: _Examples
) -> None:
    hana = await meeting.host("Hana", tracks=())
    node = await examples.node("headless.mjs", hana.room.invite_url or "")
    peer_id = (await hana.until_told(events.NewPeerJoined, name="Node")).peer_id
    said = await hana.until_told(events.ReceiveData, from_=peer_id)
    assert (said.payload, said.label) == ("Hello from Node", "chat")
    await hana.until_told(events.HandRaised, peer_id=peer_id)
    await hana.until_told(events.PeerLeft, peer_id=peer_id, reason="LEFT")
    assert await node.end() == 0
    printed = "\n".join(node.lines)
    assert all(event in printed for event in ("agent-ready", "room-joined", "room-left"))
