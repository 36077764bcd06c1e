"""The screen in a terminal that nobody reads: it still hears keys, ends, and gives it back."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from proconf_tui.control.commands import TileRequest
from proconf_tui.tui.pace import MOST_WAITING, Pace
from proconf_tui.tui.video.pixels import Rgb
from tests.support.fake_agent import FakeAgent
from tests.tui.harness import meeting
from tests.tui.test_real_terminal import blocking, until, words

GIVEN_BACK = (b"\x1b[?1049l", b"\x1b[?25h")


class Pty:
    """A terminal of 160 by 45 cells, read only when asked to."""

    def __init__(self) -> None:
        self._reader, self.device = pty.openpty()
        fcntl.ioctl(self.device, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
        os.set_blocking(self._reader, False)

    @property
    def is_full(self) -> bool:
        return not select.select([], [self.device], [], 0)[1]

    def type(self, keys: bytes) -> None:
        os.write(self._reader, keys)

    def read(self) -> bytes:
        """Return what there is now."""
        data = b""
        with contextlib.suppress(BlockingIOError):
            while True:
                data += os.read(self._reader, 65536)
        return data

    def close(self) -> None:
        os.close(self.device)
        os.close(self._reader)


class Painter:
    """Lets an agent paint another picture many times a second."""

    def __init__(self, agent: FakeAgent) -> None:
        self._agent = agent
        self._random = np.random.default_rng(7)
        agent.paint = self._noise
        self.painted = 0

    def _noise(self, tile: TileRequest) -> Rgb:
        shape = (tile.height_px, tile.width_px, 3)
        return self._random.integers(0, 256, shape, dtype=np.uint8)

    async def run(self) -> None:
        while True:
            self._agent.repaint()
            self.painted += 1
            await asyncio.sleep(0.05)


def environment() -> dict[str, str]:
    """As in a terminal whose size the system knows; parallel test runs set one of their own."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    return {**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def run_in(terminal: Pty, argv: list[str]) -> subprocess.Popen[bytes]:
    device = terminal.device
    return subprocess.Popen(
        argv,
        stdin=device,
        stdout=device,
        stderr=device,
        env=environment(),
        start_new_session=True,
    )


def leave_buffer_of_killed_screen(directory: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-S", "-c", ""])
    killed.wait()
    directory.mkdir()
    (directory / f"pictures-{killed.pid}").touch()


@asynccontextmanager
async def unread(
    agent: FakeAgent, tmp_path: Path
) -> AsyncIterator[tuple[Pty, subprocess.Popen[bytes]]]:
    """Show a meeting in a terminal that is read no more, while pictures go on coming."""
    terminal, painter = Pty(), Painter(agent)
    leave_buffer_of_killed_screen(tmp_path / "runtime")
    program = run_in(terminal, words(agent, tmp_path))
    painting = asyncio.create_task(painter.run())
    try:
        await until(lambda: terminal.read() and agent.tiles, "tiles are asked for")
        await until(lambda: terminal.is_full, "the terminal takes no more")
        enough = painter.painted + 40
        await until(lambda: painter.painted >= enough, "more is painted")
        assert terminal.is_full
        assert not painting.done()
        yield terminal, program
    finally:
        painting.cancel()
        program.kill()
        program.wait()
        terminal.close()


Act = Callable[[Pty, int], None]

_MOST_LOOKED_AT_BYTES: Final = 1_000_000
"""Much more than one drawing of the whole screen, and than what a terminal takes between looks."""

_CONTROL_SEQUENCE: Final = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (lambda _terminal, pid: os.kill(pid, signal.SIGTERM), 128 + signal.SIGTERM),
        (lambda terminal, _pid: terminal.type(b"\x11"), 0),
    ],
    ids=["SIGTERM", "ctrl+q"],
)
async def test_it_ends_and_gives_the_terminal_back(
    agent: FakeAgent, tmp_path: Path, act: Act, status: int
) -> None:
    async with unread(agent, tmp_path) as (terminal, program):
        act(terminal, program.pid)
        assert await blocking(program.wait, 20) == status
        data = terminal.read()
        assert all(sequence in data for sequence in GIVEN_BACK)
        assert not list((tmp_path / "runtime").iterdir())
        assert termios.tcgetattr(terminal.device)[3] & termios.ECHO


async def test_it_goes_on_when_it_is_read_again(agent: FakeAgent, tmp_path: Path) -> None:
    async with unread(agent, tmp_path) as (terminal, program):
        terminal.type(b"?")
        seen = b""

        def shows_the_help() -> bool:
            nonlocal seen
            assert program.poll() is None
            seen = (seen + terminal.read())[-_MOST_LOOKED_AT_BYTES:]
            # A line may be drawn in parts, with changes of place and colour between them.
            return b"Show the keys that work here" in _CONTROL_SEQUENCE.sub(b"", seen)

        await until(shows_the_help, "the help")


async def test_drawing_pauses_while_writes_wait(
    agent: FakeAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with meeting(agent, tmp_path) as rig:
        waiting: list[int] = []
        monkeypatch.setattr("proconf_tui.tui.pace.waiting_writes", lambda _app: waiting[-1])
        pace = Pace(rig.app)
        for count, is_paused in (
            (MOST_WAITING, False),
            (MOST_WAITING + 1, True),
            (1, True),
            (0, False),
            (1, False),
        ):
            waiting.append(count)
            pace.look()
            assert pace.is_paused is is_paused
            assert bool(rig.app._batch_count) is is_paused
