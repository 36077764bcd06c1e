"""One running room: takes commands one after the other and makes everything follow from them.

A command goes the same way always: decide, append to the log, evolve, tell the peers what they may
see, bring the engine to what the new state allows. It knows no socket and no token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.room.commands import Command
from proconf_tui.room.decide import decide
from proconf_tui.room.events import Event, LobbyLeft, PeerLeft, PeerReconnected, RoomClosed
from proconf_tui.room.model import RoomState
from proconf_tui.room.step import Step, steps_of
from proconf_tui.server import delivery
from proconf_tui.server.event_log.base import EventLog, StoredRoom, StoreFailed, VersionConflict
from proconf_tui.server.history import History
from proconf_tui.server.peer import Peer
from proconf_tui.server.room_media import RoomMedia
from proconf_tui.server.tasks import uncut

_log = structlog.get_logger(__name__)

TRIMMED_EVENTS: Final = 1024
"""How many events that nobody can ask for any more the log may hold."""


class RoomActor:
    """A room's state, its live peers and its media; all changes go through `apply`."""

    def __init__(
        self,
        room_id: RoomId,
        *,
        log: EventLog,
        peers: dict[PeerId, Peer],
        media: RoomMedia,
        clock: Callable[[], float],
        on_ending: Callable[[], None],
        on_changed: Callable[[RoomActor], None],
    ) -> None:
        """``clock`` gives epoch seconds; ``on_changed`` is called after every command.

        ``on_ending`` is called before somebody's connections in the engine end.
        """
        self.room_id = room_id
        self.peers = peers
        self.media = media
        self._state: RoomState | None = None
        self._history = History()
        self._log = log
        self._log_starts = 0
        self._clock = clock
        self._on_ending = on_ending
        self._on_changed = on_changed
        self._lock = asyncio.Lock()

    @property
    def state(self) -> RoomState:
        """The room as it is now; there is one from the first command or `restore` on."""
        assert self._state is not None
        return self._state

    @property
    def is_made(self) -> bool:
        """Whether there is a room yet."""
        return self._state is not None

    async def settled(self) -> None:
        """Wait until what is under way is done."""
        async with self._lock:
            return

    async def apply(
        self, command: Command, *, once_decided: Callable[[], None] | None = None
    ) -> list[Event]:
        """Do what the command wants and return what happened.

        ``once_decided`` runs when nothing can be refused any more and nobody has been told yet.

        Raises:
            ProconfError: whatever the room answers to a command it refuses; nothing has changed.
        """
        async with self._lock:
            # Once the log has an event, everything must follow from it.
            return await uncut(self._apply(command, once_decided))

    async def _apply(
        self, command: Command, once_decided: Callable[[], None] | None
    ) -> list[Event]:
        before = self._state
        events = decide(before, command, self._clock())
        await self._log.append(self.room_id, before.version if before else 0, events)
        steps = steps_of(before, events)
        self._take(steps)
        if once_decided is not None:
            once_decided()
        delivery.deliver(steps, self.peers, self._history)
        self._forget_the_gone(events)
        if any(isinstance(event, PeerLeft | PeerReconnected | RoomClosed) for event in events):
            self._on_ending()
        try:
            await self.media.follow(self._state)
            await self._trim()
        finally:
            self._on_changed(self)
        return events

    def restore(self, stored: StoredRoom) -> None:
        """Be as a log has it, before anything else; nobody is told.

        Raises:
            InvalidMessage: these are not the events of one room.
        """
        self._state = stored.snapshot
        self._log_starts = stored.snapshot.version if stored.snapshot else 0
        self._take(steps_of(self._state, stored.events))

    def _take(self, steps: Sequence[Step]) -> None:
        self._history.add(steps)
        if steps:
            self._state = steps[-1].after

    async def _trim(self) -> None:
        start = self._history.start
        if start is None or start.version - self._log_starts < TRIMMED_EVENTS:
            return
        try:
            await self._log.trim(self.room_id, start)
        except (StoreFailed, VersionConflict) as error:
            # What the command did is done; the log is only longer than it needs to be.
            _log.warning("log not trimmed", room=self.room_id, error=error.message)
        else:
            self._log_starts = start.version

    def _forget_the_gone(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, PeerLeft | LobbyLeft):
                self.peers.pop(event.peer_id, None)
            elif isinstance(event, RoomClosed):
                self.peers.clear()
