"""Whether one is silent by one's own wish: here at once, in the room as soon as it can be told.

The last wish counts. It knows no tracks: who sends the voice is called when that is to change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from proconf_tui.protocol.messages import PauseStream, ResumeStream
from proconf_tui.room.model import StreamState
from proconf_tui.sdk.calls import Call


class Muting:
    """Use it in one event loop; ``feed`` sends the voice, or silence, as ``is_muted`` says then.

    ``is_sent`` tells whether there is a stream, and ``stream`` what the room knows of it.
    """

    def __init__(
        self,
        call: Call,
        feed: Callable[[], None],
        is_sent: Callable[[], bool],
        stream: Callable[[], StreamState | None],
    ) -> None:
        self.is_muted = False
        self._call = call
        self._feed = feed
        self._is_sent = is_sent
        self._stream = stream
        self._mutes = 0
        # The room is told one thing at a time, and so hears the last one last.
        self._telling = asyncio.Lock()

    async def mute(self) -> None:
        """Be silent from now on, and then tell the room."""
        self._mutes += 1
        self._become(is_muted=True)
        async with self._telling:
            if self.is_muted and self._is_sent():
                await self._call(PauseStream("audio"))

    async def unmute(self) -> None:
        """Be heard once the room has allowed it, unless one mutes meanwhile."""
        is_muted_since = self.watch()
        async with self._telling:
            if not is_muted_since() and self._is_sent():
                await self._call(ResumeStream("audio"))
            if not is_muted_since():
                self._become(is_muted=False)

    def watch(self) -> Callable[[], bool]:
        """Return what tells whether one has muted since this was called."""
        mutes = self._mutes
        return lambda: self._mutes != mutes

    async def tell(self) -> None:
        """Tell the room how it is, if it has a stream and knows that otherwise."""
        async with self._telling:
            stream = self._stream()
            is_paused = stream is not None and stream.is_paused
            if self._is_sent() and is_paused != self.is_muted:
                await self._call(PauseStream("audio") if self.is_muted else ResumeStream("audio"))

    def _become(self, *, is_muted: bool) -> None:
        self.is_muted = is_muted
        self._feed()
