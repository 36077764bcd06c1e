"""Passes frames from a device's thread to one coroutine, without either waiting for the other.

Bounded, dropping the oldest. It knows nothing of what it carries.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class HandoffClosed(Exception):
    """No more items will come."""


class Handoff(Generic[T]):
    """A queue of at most ``capacity`` items: put from any thread, get in one event loop."""

    def __init__(self, capacity: int) -> None:
        self._items: deque[T] = deque(maxlen=capacity)
        self._capacity = capacity
        self._ready = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False

    def put(self, item: T) -> None:
        """Add ``item``, dropping the oldest when full. Any thread; never blocks or raises."""
        self._items.append(item)
        self._wake()

    def close(self) -> None:
        """End every present and future `get`. Any thread."""
        self._is_closed = True
        self._wake()

    async def get(self) -> T:
        """Wait for the oldest item.

        A full queue means that the reader was away: then only the newest counts, for what is
        late once stays late for the rest of a call.

        Raises HandoffClosed.
        """
        self._loop = asyncio.get_running_loop()
        while not self._is_closed:
            if len(self._items) == self._capacity:
                return self._take_newest()
            if self._items:
                return self._items.popleft()
            self._ready.clear()
            await self._ready.wait()
        raise HandoffClosed

    def _take_newest(self) -> T:
        newest = self._items.pop()
        self._items.clear()
        return newest

    def _wake(self) -> None:
        loop = self._loop
        if loop is not None:
            # A device may deliver once more after its reader's loop has closed.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._ready.set)
