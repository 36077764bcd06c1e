"""What waits to be written to one websocket: a bounded queue that closes when it overflows.

Signalling cannot drop a message and stay true, so a client too slow for it is told that it is
lost and may come back for its seat; nobody else waits for it. It knows no socket.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from proconf_tui.errors import LimitExceeded
from proconf_tui.protocol.codec import encode_notification
from proconf_tui.protocol.limits import KIB
from proconf_tui.protocol.messages import Notice, Notification

MOST_FRAMES: Final = 256
MOST_CHARACTERS: Final = 8 * KIB * KIB
_BUSY_FRAMES: Final = 8

_TOO_SLOW = Notice(
    LimitExceeded.code, "Your connection was too slow for this meeting and has been made anew."
)


class Outbox:
    """Frames for one websocket, in order; once closed it takes no more."""

    def __init__(self) -> None:
        self._frames: deque[str] = deque()
        self._characters = 0
        self._changed = asyncio.Event()
        self.closed = asyncio.Event()

    def send(self, frame: str) -> None:
        """Queue a frame; one too many drops all that wait and closes."""
        if self.closed.is_set():
            return
        if len(self._frames) >= MOST_FRAMES or self._characters + len(frame) > MOST_CHARACTERS:
            self._frames.clear()
            self._characters = 0
            self.close(_TOO_SLOW)
            return
        self._put(frame)

    def notify(self, message: Notification) -> None:
        """Queue a notification."""
        self.send(encode_notification(message))

    def notify_if_idle(self, message: Notification) -> None:
        """Queue a notification unless others wait already: for what is soon out of date."""
        if len(self._frames) < _BUSY_FRAMES:
            self.notify(message)

    def close(self, last: Notification | None = None) -> None:
        """Take nothing after ``last``; what is queued can still be written."""
        if self.closed.is_set():
            return
        if last is not None:
            self._put(encode_notification(last))
        self.closed.set()
        self._changed.set()

    async def frames(self) -> AsyncIterator[str]:
        """Yield the frames as they come, until closed and empty."""
        while True:
            while self._frames:
                frame = self._frames.popleft()
                self._characters -= len(frame)
                yield frame
            if self.closed.is_set():
                return
            self._changed.clear()
            await self._changed.wait()

    def _put(self, frame: str) -> None:
        self._frames.append(frame)
        self._characters += len(frame)
        self._changed.set()
