"""Which of one's pictures rest: published still, and forwarded to nobody.

The last wish counts, and is told again after a gap. It knows no tracks, and sound only to leave
it to `muting`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from proconf_tui.protocol.ids import Label
from proconf_tui.protocol.messages import PauseStream, ResumeStream
from proconf_tui.room.model import StreamState
from proconf_tui.sdk.calls import Call


class Pausing:
    """Use it in one event loop; ``is_sent`` tells whether one publishes under a label."""

    def __init__(
        self,
        call: Call,
        is_sent: Callable[[Label], bool],
        stream: Callable[[Label], StreamState | None],
    ) -> None:
        self._call = call
        self._is_sent = is_sent
        self._stream = stream
        self._resting: set[Label] = set()
        # The room is told one thing at a time, and so hears the last one last.
        self._telling = asyncio.Lock()

    async def pause(self, label: Label) -> None:
        """Have the pictures of ``label`` rest."""
        if label not in self._resting:
            self._resting.add(label)
            await self._say(label)

    async def resume(self, label: Label) -> None:
        """Have them forwarded again."""
        if label in self._resting:
            self._resting.discard(label)
            await self._say(label)

    def forget(self, label: Label) -> None:
        """Have what is published under ``label`` next begin unpaused."""
        self._resting.discard(label)

    async def tell(self, label: Label) -> None:
        """Tell the room how it is, where it knows that otherwise."""
        stream = self._stream(label)
        is_known = stream is not None and stream.is_paused
        if is_known != (label in self._resting):
            await self._say(label)

    async def _say(self, label: Label) -> None:
        async with self._telling:
            if self._is_sent(label):
                rests = label in self._resting
                await self._call(PauseStream(label) if rests else ResumeStream(label))
