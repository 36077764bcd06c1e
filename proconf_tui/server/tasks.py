"""Background work that somebody owns: timers that start coroutines, and the end of all of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import structlog

from proconf_tui.errors import ProconfError

T = TypeVar("T")

_log = structlog.get_logger(__name__)

AGAIN_S: Final = 5.0
"""After this long what could not be done is tried again."""


async def uncut(work: Coroutine[Any, Any, T]) -> T:
    """Do ``work`` to its end and return its result; a cancellation takes effect after it."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        raise


class Tasks:
    """Running coroutines and timers of one owner; a failure is logged and hurts nobody else."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[object, asyncio.TimerHandle] = {}

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` in the background."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def after(self, key: object, delay_s: float, work: Callable[[], Any]) -> None:
        """Call ``work`` after ``delay_s``, in place of what ``key`` had planned before.

        What it returns is run as a coroutine if it is one, and again if that is refused: what is
        planned here has to happen some time.
        """
        self.forget(key)
        loop = asyncio.get_running_loop()
        self._timers[key] = loop.call_later(max(0.0, delay_s), self._due, key, work)

    def forget(self, key: object) -> None:
        """Drop what was planned under ``key``, if anything."""
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    async def aclose(self) -> None:
        """Cancel everything and wait until it has ended."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _due(self, key: object, work: Callable[[], Any]) -> None:
        self._timers.pop(key, None)
        made = work()
        if asyncio.iscoroutine(made):
            self.start(self._insist(made, key, work))

    async def _insist(
        self, made: Coroutine[Any, Any, None], key: object, work: Callable[[], Any]
    ) -> None:
        try:
            await made
        except ProconfError as error:
            _log.warning("background work refused; tried again soon", error=error.message)
            if key not in self._timers:
                self.after(key, AGAIN_S, work)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("background work failed", exc_info=error)
