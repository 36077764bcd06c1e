"""The timer behind what is asked for again; it runs only while something is missing.

One for all receivers of a connection. It knows no packets: each receiver says when it is whole.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final, Protocol

TICK_S: Final = 0.01


class Repairable(Protocol):
    """Who may have something to ask for."""

    async def repair(self, now: float) -> bool:
        """Ask for what is due; tell whether more may be due later. Must not raise."""
        ...


class Repairs:
    """Needs a running loop."""

    def __init__(self) -> None:
        self._open: dict[Repairable, None] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    def watch(self, who: Repairable) -> None:
        """Ask ``who`` every 10 ms from now on, until nothing is missing there."""
        if self._is_closed:
            return
        self._open[who] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="media-repairs")

    async def aclose(self) -> None:
        """Ask nobody any more."""
        self._is_closed = True
        self._open.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._open:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            for who in list(self._open):
                if not await who.repair(now):
                    self._open.pop(who, None)
