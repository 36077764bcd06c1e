"""The timer behind NACKs and repeated keyframe requests: it runs only while something is open.

Knows no packets: whoever has unfinished business registers and is asked every 40 ms until
it says that nothing is left.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from proconf_tui.rtp.missing import NACK_INTERVAL_S


class Repairable(Protocol):
    """Who may have something to ask for again."""

    def repair(self, now: float) -> bool:
        """Ask for what is due; return whether more may be due later. Must not raise."""
        ...


class RepairTimer:
    """One timer for every publishing connection of the engine."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._open: set[Repairable] = set()
        self._handle: asyncio.TimerHandle | None = None

    def watch(self, who: Repairable) -> None:
        """Ask ``who`` at the next tick and on."""
        self._open.add(who)
        if self._handle is None:
            self._handle = self._loop.call_later(NACK_INTERVAL_S, self._tick)

    def forget(self, who: Repairable) -> None:
        """Ask ``who`` no more."""
        self._open.discard(who)

    def close(self) -> None:
        """Stop for good."""
        self._open.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _tick(self) -> None:
        # Each in a call of its own: one that fails takes nobody else's repairs with it.
        now = time.monotonic()
        for who in self._open:
            self._loop.call_soon(self._ask, who, now)
        self._handle = self._loop.call_later(NACK_INTERVAL_S, self._tick) if self._open else None

    def _ask(self, who: Repairable, now: float) -> None:
        if not who.repair(now):
            self._open.discard(who)
