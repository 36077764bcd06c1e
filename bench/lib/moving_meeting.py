"""The screen in a pseudo-terminal, in a meeting in which everybody's picture moves.

Three processes: this one plays the terminal, `room_of_heads` the agent with its pictures, and the
screen, whose use of the processor is so its own alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from bench.lib.pty_rig import PtyProgram
from bench.lib.slow_link import SlowLink

ENOUGH_KB_PER_S: Final = 20_000
"""A budget that nothing here comes near."""

_SIDE_CELLS: Final = 84
_BARS_CELLS: Final = 2
"""What the meeting takes beside and above the tiles in a terminal as wide as these need."""

_PROJECT: Final = {"PYTHONPATH": str(Path(__file__).parents[2])}


@dataclass(frozen=True, slots=True)
class Wall:
    """So many tiles, ``columns`` beside each other, of exactly so many cells each."""

    columns: int
    rows: int
    tile_cells: tuple[int, int]
    fps: int

    @property
    def count(self) -> int:
        return self.columns * self.rows

    @property
    def terminal_cells(self) -> tuple[int, int]:
        """The terminal that has room for just this wall; each tile has a frame."""
        width, height = self.tile_cells
        return (
            self.columns * (width + 2) + _SIDE_CELLS,
            self.rows * (height + 2) + _BARS_CELLS,
        )


NINE: Final = Wall(3, 3, (40, 12), fps=15)
ONE: Final = Wall(1, 1, (120, 40), fps=30)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A running meeting; ``report`` is a file that the screen replaces once a second."""

    terminal: PtyProgram
    report: Path

    def statistics(self) -> dict[str, Any]:
        """Return the newest of `measured_screen`'s reports, {} while there is none."""
        try:
            return dict(json.loads(self.report.read_text()))
        except FileNotFoundError:
            return {}

    def cpu_s(self) -> float:
        """Return how much of a processor the screen has used, without the agent."""
        used = psutil.Process(self.terminal.process.pid).cpu_times()
        return float(used.user + used.system)

    def wait_for_tiles(self, wall: Wall, timeout_s: float = 30.0) -> None:
        """Wait until all tiles show pictures. Raises RuntimeError when they are not as wanted."""
        deadline = time.monotonic() + timeout_s
        wanted = [list(wall.tile_cells)] * wall.count
        while self.statistics().get("tiles") != wanted:
            if time.monotonic() > deadline or self.terminal.process.poll() is not None:
                shown = self.statistics().get("tiles")
                raise RuntimeError(f"The tiles are {shown}, not {wanted}.")
            time.sleep(0.05)


@contextlib.contextmanager
def moving_meeting(
    directory: Path,
    wall: Wall,
    *,
    link: SlowLink | None = None,
    tells_position: bool = True,
    budget_kb_per_s: int | None = None,
) -> Iterator[Meeting]:
    """Yield the meeting once every tile moves; ``directory`` keeps films and the screen's log.

    A budget of None is the one that a terminal on this machine gets.
    """
    report = directory / f"report-{time.monotonic_ns()}.json"
    with _agent(directory, wall) as command:
        options = {
            "mode": "start",
            "room": "bench",
            "name": "Ada",
            "skip_prejoin": True,
            "pixels": "half",
            "video_fit": "crop",
            "video_budget_kb_per_s": budget_kb_per_s,
            "log_file": str(directory / "screen.log"),
            "agent_command": command,
            "report": str(report),
        }
        argv = [sys.executable, "-m", "bench.lib.measured_screen", json.dumps(options)]
        terminal = PtyProgram(
            argv, wall.terminal_cells, link=link, tells_position=tells_position, env=_PROJECT
        )
        with terminal:
            meeting = Meeting(terminal, report)
            meeting.wait_for_tiles(wall)
            yield meeting


@contextlib.contextmanager
def _agent(directory: Path, wall: Wall) -> Iterator[list[str]]:
    words = [str(directory), str(wall.count - 1), str(wall.fps)]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.lib.room_of_heads", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **_PROJECT},
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.communicate()
