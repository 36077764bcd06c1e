"""Which of one's pictures rest: published still, and sent to nobody.

They rest by one's own wish, of which the last counts, or because their source gives none; neither
undoes the other, and both are told again after a gap. It knows no tracks, and sound only to leave
it to `muting`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from proconf_tui.protocol.ids import Label
from proconf_tui.protocol.messages import PauseStream, ResumeStream
from proconf_tui.room.model import StreamState
from proconf_tui.sdk.calls import Call


class Sender(Protocol):
    """Whoever sends the pictures."""

    def rest(self, label: Label, *, is_resting: bool) -> None:
        """Send none of ``label``, or go on."""


class Pausing:
    """Use it in one event loop; ``is_sent`` tells whether one publishes under a label.

    ``stream`` is what the room knows of it. Without a ``sender`` nothing is ever sent.
    """

    def __init__(
        self,
        call: Call,
        is_sent: Callable[[Label], bool],
        stream: Callable[[Label], StreamState | None],
        sender: Sender | None,
    ) -> None:
        self._call = call
        self._is_sent = is_sent
        self._stream = stream
        self._sender = sender
        self._paused: set[Label] = set()
        self._lost: set[Label] = set()
        # The room is told one thing at a time, and so hears the last one last.
        self._telling = asyncio.Lock()

    async def pause(self, label: Label) -> None:
        """Have the pictures of ``label`` rest, at once, and then tell the room."""
        await self._note(self._paused, label, is_so=True)

    async def resume(self, label: Label) -> None:
        """Have them sent again."""
        await self._note(self._paused, label, is_so=False)

    async def source_lost(self, label: Label, *, is_lost: bool) -> None:
        """Have them rest, or not, because of their source."""
        await self._note(self._lost, label, is_so=is_lost)

    def forget(self, label: Label) -> None:
        """Have what is published under ``label`` next begin unpaused."""
        self._paused.discard(label)
        self._rest(label)

    async def tell(self, label: Label) -> None:
        """Tell the room how it is, where it knows that otherwise."""
        stream = self._stream(label)
        is_known = stream is not None and stream.is_paused
        if is_known != self._rests(label):
            await self._say(label)

    def _rests(self, label: Label) -> bool:
        return label in self._paused or label in self._lost

    def _rest(self, label: Label) -> None:
        if self._sender is not None:
            self._sender.rest(label, is_resting=self._rests(label))

    async def _note(self, reasons: set[Label], label: Label, *, is_so: bool) -> None:
        rested = self._rests(label)
        (reasons.add if is_so else reasons.discard)(label)
        self._rest(label)
        if self._rests(label) != rested:
            await self._say(label)

    async def _say(self, label: Label) -> None:
        async with self._telling:
            if self._is_sent(label):
                rests = self._rests(label)
                await self._call(PauseStream(label) if rests else ResumeStream(label))
