"""Every cell of a real terminal is what the program believes to show, whatever covers the tiles.

Pictures move all the time while things come, go and change size; then they stand still, and the
whole screen is compared, cell by cell. Where nothing covers the tiles, half blocks are also
compared with the very pixels that the agent handed over.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from proconf_tui.control.commands import TileRequest
from proconf_tui.control.pictures import Rgb
from proconf_tui.control.screen import ChatInfo, Levels
from tests.support.ansi import Cell
from tests.support.fake_agent import FakeAgent, peer
from tests.support.terminal import TmuxTerminal
from tests.tui.test_real_terminal import blocking, ends_restored, until, words

FRAME_S = 1 / 30
FRAMES_AFTER = 5
SETTLES_S = 6.0
PEOPLE = ["Grace", "Linus", "Barbara", "Edsger"]
LEVELS = np.array([0, 85, 170, 255], np.uint8)
"""Further apart than any threshold, and kept exactly in six bits."""


class MovingPictures:
    """Paints for the agent: still noise of each person's own, over which other noise moves."""

    def __init__(self, agent: FakeAgent) -> None:
        self._agent = agent
        self._is_moving = asyncio.Event()
        self._frames = 0
        agent.paint = self.paint

    def paint(self, tile: TileRequest) -> Rgb:
        """Return this tile's newest picture."""
        seed = [*map(ord, tile.peer_id or "me"), tile.width_px, tile.height_px]
        shape = (tile.height_px, tile.width_px, 3)
        picture: Rgb = np.random.default_rng(seed).choice(LEVELS, shape)
        left, top = self._frames % tile.width_px, self._frames % tile.height_px
        moving = picture[top : top + 9, left : left + 11]
        moving[:] = np.random.default_rng(self._frames).choice(LEVELS, moving.shape)
        return picture

    async def run(self) -> None:
        """Paint until cancelled."""
        while True:
            await self._is_moving.wait()
            self._frames += 1
            self._agent.repaint()
            await asyncio.sleep(FRAME_S)

    async def move(self) -> None:
        """Let some pictures come, and then the last one stay."""
        enough = self._frames + FRAMES_AFTER
        self._is_moving.set()
        await until(lambda: self._frames >= enough)
        self._is_moving.clear()


class Step(NamedTuple):
    """What is done, and a text that the screen shows then, or after ``~`` shows no more."""

    act: Callable[[], Awaitable[None]]
    text: str
    is_bare: bool = False
    """Whether tiles show half blocks that nothing covers."""


class Screen:
    """The program in its terminal, the agent behind it, and the comparison."""

    def __init__(self, terminal: TmuxTerminal, agent: FakeAgent, told: Path) -> None:
        self.terminal = terminal
        self.agent = agent
        self.pictures = MovingPictures(agent)
        self._told = told

    # --- what is done ---

    def key(self, key: str) -> Callable[[], Awaitable[None]]:
        return partial(blocking, self.terminal.send_keys, key)

    def key_for_other_tiles(self, key: str) -> Callable[[], Awaitable[None]]:
        """Return what presses a key, and waits until other pictures are asked for."""
        return lambda: self._after_other_tiles(self.key(key))

    def resize(self, width_cells: int, height_cells: int) -> Callable[[], Awaitable[None]]:
        resize = partial(blocking, self.terminal.resize, width_cells, height_cells)
        return lambda: self._after_other_tiles(resize)

    async def _after_other_tiles(self, act: Callable[[], Awaitable[None]]) -> None:
        before = self.agent.tiles
        await act()
        await until(lambda: self.agent.tiles != before)

    async def fill_chat(self) -> None:
        """Let so much be said that the log scrolls."""
        said = [ChatInfo(self.agent.me.peer_id, "Ada", f"line {n}", time.time()) for n in range(40)]
        await self.agent.change(chat=said)

    async def speak(self) -> None:
        """Let voices come and go, with meters and frames; oneself is muted."""
        ids = [one.peer_id for one in self.agent.snapshot.peers]
        for loud in (*range(len(ids)), *range(len(ids))):
            levels = {peer_id: -45.0 - 5 * n for n, peer_id in enumerate(ids)}
            await self.agent.tell(Levels(None, levels | {ids[loud]: -20.0 - loud}))
            await asyncio.sleep(FRAME_S)

    # --- what is seen ---

    async def check(self, step: Step) -> None:
        """Let pictures move, stop them, and compare all cells once they have settled."""
        await self.pictures.move()
        text, is_gone = step.text.removeprefix("~"), step.text.startswith("~")
        await blocking(self.terminal.wait_for, lambda shown: (text in shown) is not is_gone)
        deadline = time.monotonic() + SETTLES_S
        while wrong := [*await self._wrong_cells(is_bare=step.is_bare)]:
            assert time.monotonic() < deadline, f"{step.text}: {len(wrong)} wrong: {wrong[:5]}"

    async def _wrong_cells(self, *, is_bare: bool) -> list[str]:
        self._told.unlink(missing_ok=True)
        await blocking(self.terminal.send_keys, "F12")
        await until(self._told.exists)
        told = json.loads(self._told.read_text())
        shown = await blocking(self.terminal.cells)
        wrong = [*_unlike_told(shown, told["cells"])]
        if is_bare:
            assert len(told["places"]) == len(self.agent.tiles)
            for tile in self.agent.tiles:
                place = told["places"][tile.peer_id or ""]
                wrong += _unlike_pixels(shown, self.pictures.paint(tile), *place)
        return wrong


def _unlike_told(shown: list[list[Cell]], told: list[list[Any]]) -> Iterator[str]:
    """Yield the cells that differ from what the compositor has."""
    if [len(row) for row in told] != [len(row) for row in shown]:
        yield f"{len(told)} rows are not {len(shown)}, or not as wide"
        return
    for y, row in enumerate(told):
        for x, values in enumerate(row):
            char, *colours = values
            fg, bg = (tuple(each) if isinstance(each, list) else each for each in colours)
            cell = shown[y][x]
            if (cell.char, cell.bg) != (char, bg) or (char != " " and cell.fg != fg):
                yield f"({x}, {y}) shows {cell}, not {(char, fg, bg)}"


def _unlike_pixels(
    shown: list[list[Cell]], picture: Rgb, left: int, top: int, width: int, height: int
) -> Iterator[str]:
    """Yield the cells that are not half blocks of the picture's pixels."""
    pixels = [[tuple(pixel) for pixel in row] for row in picture.tolist()]
    for y in range(height):
        for x in range(width):
            cell = shown[top + y][left + x]
            upper = cell.bg if cell.char == " " else cell.fg
            if cell.char not in "▀ " or (upper, cell.bg) != (
                pixels[2 * y][x],
                pixels[2 * y + 1][x],
            ):
                yield f"({left + x}, {top + y}) shows {cell}, not its pixels"


@contextlib.asynccontextmanager
async def screen(agent: FakeAgent, tmp_path: Path) -> AsyncIterator[Screen]:
    """Yield the meeting with a tile for everybody, in half blocks that fill their tiles."""
    told = tmp_path / "told.json"
    with TmuxTerminal(150, 44) as terminal:
        shown = Screen(terminal, agent, told)
        agent.snapshot.peers.extend(peer(name) for name in PEOPLE)
        argv = words(agent, tmp_path, told=str(told), pixels="half", video_fit="crop")
        argv[2] = "tests.support.watched_screen"
        await blocking(terminal.run, argv)
        painting = asyncio.create_task(shown.pictures.run())
        try:
            await until(lambda: len(agent.tiles) == 1 + len(PEOPLE))
            yield shown
        finally:
            painting.cancel()


@pytest.mark.timeout(150)
async def test_no_cell_is_wrong(agent: FakeAgent, tmp_path: Path) -> None:
    async with screen(agent, tmp_path) as shown:
        key, key_for_other_tiles = shown.key, shown.key_for_other_tiles
        steps = [
            Step(key("F5"), "A notice over tiles"),
            Step(key("F6"), "~A notice over tiles", is_bare=True),
            Step(shown.speak, "", is_bare=True),
            Step(key("q"), "Leave the meeting?"),
            Step(shown.speak, "Leave the meeting?"),
            Step(key("Escape"), "~Leave the meeting?", is_bare=True),
            Step(key("C-p"), "Search for commands"),
            Step(key("Escape"), "~Search for commands", is_bare=True),
            Step(shown.resize(100, 30), "", is_bare=True),
            Step(shown.resize(150, 44), "", is_bare=True),
            Step(key_for_other_tiles("g"), "", is_bare=True),
            Step(key_for_other_tiles("g"), "", is_bare=True),
            Step(key_for_other_tiles("2"), "▲ Linus", is_bare=True),
            Step(key_for_other_tiles("2"), "~▲ Linus", is_bare=True),
            Step(shown.fill_chat, "line 39", is_bare=True),
            Step(key_for_other_tiles("F7"), "line 0"),
            Step(key("F8"), "~line 0"),
            Step(key_for_other_tiles("F9"), "", is_bare=True),
            Step(key("t"), "Statistics"),
        ]
        steps += [Step(key_for_other_tiles("p"), "Statistics")] * 6
        for step in steps:
            await step.act()
            await shown.check(step)
        await key("C-q")()
        await ends_restored(shown.terminal, tmp_path, 0)
