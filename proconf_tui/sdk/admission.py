"""The time from looking for a meeting until one is let in or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from proconf_tui.errors import MeetingNotStarted, RoomNotFound

LOOK_AGAIN_S: Final = 3.0
"""How often one who waits for a meeting that is not there yet looks for it."""

_NOT_THERE_YET: Final = (RoomNotFound, MeetingNotStarted)


class Admission:
    """A decision that is made once, and waited for by one."""

    def __init__(self) -> None:
        self._decided: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def grant(self) -> bool:
        """Let them in; return whether that was open until now."""
        if self._decided.done():
            return False
        self._decided.set_result(None)
        return True

    def refuse(self, error: BaseException) -> None:
        """Keep them out, unless it is decided already."""
        if not self._decided.done():
            self._decided.set_exception(error)
            # Whoever waits for it may be cancelled before they see it.
            self._decided.exception()

    async def wait(self) -> None:
        """Wait for the decision.

        Raises:
            BaseException: what they were refused with.
        """
        await self._decided


async def until_there(
    attempt: Callable[[], Awaitable[None]], on_absent: Callable[[], None]
) -> None:
    """Try ``attempt`` until the meeting is there; ``on_absent`` is told each time it is not."""
    while True:
        try:
            await attempt()
        except _NOT_THERE_YET:
            on_absent()
        else:
            return
        await asyncio.sleep(LOOK_AGAIN_S)
