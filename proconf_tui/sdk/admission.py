"""The time from looking for a meeting until one is let in or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast, get_args

import msgspec

from proconf_tui.control.events import RoomJoinedFailed
from proconf_tui.errors import (
    ConnectionLost,
    Denied,
    Kicked,
    MeetingNotStarted,
    ProconfError,
    RoomFull,
    RoomNotFound,
)
from proconf_tui.protocol.messages import Awaiting, Closed

LOOK_AGAIN_S: Final = 3.0
"""How often one who waits for a meeting that is not there yet looks for it."""

AWAITING_START: Final = Awaiting(
    "WAITING_FOR_ROOM_TO_START", "The meeting has not started; you come in when it does."
)
"""What they are told meanwhile."""

ERROR_OF: Final[dict[str, type[ProconfError]]] = {
    "DENIED": Denied,
    "KICKED": Kicked,
    "FULL": RoomFull,
    "CLOSED": RoomNotFound,
    "EXPIRED": RoomNotFound,
    "LOST": ConnectionLost,
}
"""What one who is not in yet is refused with, by the reason of the server's last message."""

_JOIN_STATUSES: Final = get_args(msgspec.structs.fields(RoomJoinedFailed)[1].type)
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


def refusal_of(closed: Closed) -> ProconfError:
    """Return what one who is not in yet is refused with, when the server says this."""
    return ERROR_OF[closed.reason](closed.message)


def failure_of(error: ProconfError) -> RoomJoinedFailed:
    """Return what is told of a failed attempt to come in."""
    status = error.code if error.code in _JOIN_STATUSES else "ERROR"
    return RoomJoinedFailed(error.message, cast("Any", status))
