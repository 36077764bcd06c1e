"""What is kept of meetings that are over, and for how long: nothing, unless asked for."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.model import RoomState
from proconf_tui.server.event_log.base import EventLog, VersionConflict
from proconf_tui.server.tasks import Tasks

_log = structlog.get_logger(__name__)


class Retention:
    """Ends the history of meetings that are over, ``kept_s`` after each one's end.

    ``is_open`` says whether a room of that name is open (again); ``clock`` gives epoch seconds.
    """

    def __init__(
        self,
        log: EventLog,
        tasks: Tasks,
        kept_s: float,
        is_open: Callable[[RoomId], bool],
        clock: Callable[[], float],
    ) -> None:
        self._log = log
        self._tasks = tasks
        self._kept_s = kept_s
        self._is_open = is_open
        self._clock = clock

    async def ended(self, state: RoomState) -> None:
        """Take a meeting that is over: forget it now, or in time."""
        left_s = state.closed_at + self._kept_s - self._clock()
        if self._kept_s > 0 and left_s > 0:
            key = ("history", state.room_id, state.version)
            self._tasks.after(key, left_s, lambda: self._forget(state))
        else:
            await self._forget(state)

    async def _forget(self, state: RoomState) -> None:
        if not self._is_open(state.room_id):
            await self._log.delete(state.room_id)
            return
        # Opened again under its name: the log goes on, and only what was before is forgotten.
        try:
            await self._log.trim(state.room_id, state)
        except VersionConflict:
            _log.info("history forgotten already", room=state.room_id)
