"""What only a screen gets: snapshots, levels, the kept seat, and pictures in the mapped file.

It looks at the participant ten times a second and says what is different; so it can miss no
change, and a flood of changes costs no more than ten lines a second.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, Protocol

from proconf_tui.agent.pictures import PictureFeed, Views
from proconf_tui.agent.printer import Printer
from proconf_tui.control.commands import TileRequest
from proconf_tui.control.events import Event
from proconf_tui.control.screen import Levels, RoomSnapshot, SeatKept

INTERVAL_S: Final = 0.1


class Shown(Views, Protocol):
    """What there is to show."""

    def snapshot(self) -> RoomSnapshot | None:
        """Return the room as it is, None before there is one."""

    def levels(self) -> Levels:
        """Return how loud everybody is."""

    def seat(self) -> SeatKept | None:
        """Return the seat that is kept, None while there is none."""


class ScreenFeed:
    """One attached screen; lives from `__init__`, in a running loop, to `aclose`."""

    def __init__(self, shown: Shown, printer: Printer, pictures: Path) -> None:
        """Map the picture buffer and begin.

        Raises:
            InvalidMessage: there is no picture buffer at ``pictures``.
        """
        self._shown = shown
        self._printer = printer
        self._said: dict[type[Event], Event] = {}
        self._pictures = PictureFeed(pictures, shown)
        self._tasks = [
            asyncio.create_task(self._speak(), name="screen"),
            asyncio.create_task(self._pictures.run(), name="pictures"),
        ]

    async def show(self, tiles: list[TileRequest]) -> None:
        """Write pictures for these tiles from now on.

        Raises:
            LimitExceeded: a tile does not fit the buffer.
        """
        await self._pictures.show(tiles)

    async def aclose(self) -> None:
        """Stop, and unmap the buffer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._pictures.close)

    async def _speak(self) -> None:
        while True:
            for state in (self._shown.seat(), self._shown.snapshot(), self._shown.levels()):
                if state is not None and self._said.get(type(state)) != state:
                    self._said[type(state)] = state
                    self._printer.newest(state)
            await asyncio.sleep(INTERVAL_S)
