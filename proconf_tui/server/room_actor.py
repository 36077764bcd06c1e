"""One running room: takes commands one after the other and makes everything follow from them.

A command goes the same way always: decide, append to the log, evolve, tell the peers what they may
see, bring the engine to what the new state allows. It knows no socket and no token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.room.commands import Command
from proconf_tui.room.decide import decide
from proconf_tui.room.events import Event, LobbyLeft, PeerLeft, RoomClosed
from proconf_tui.room.model import RoomState
from proconf_tui.server import delivery
from proconf_tui.server.event_log.base import EventLog
from proconf_tui.server.peer import Peer
from proconf_tui.server.room_media import RoomMedia


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
        on_changed: Callable[[RoomActor], None],
    ) -> None:
        """``clock`` gives epoch seconds; ``on_changed`` is called after every command."""
        self.room_id = room_id
        self.peers = peers
        self.media = media
        self.refused_tokens: set[str] = set()
        """``jti`` of the tokens of those who were kicked."""
        self._state: RoomState | None = None
        self._log = log
        self._clock = clock
        self._on_changed = on_changed
        self._lock = asyncio.Lock()

    @property
    def state(self) -> RoomState:
        """The room as it is now; there is one from the first command on."""
        assert self._state is not None
        return self._state

    async def apply(
        self, command: Command, *, once_decided: Callable[[], None] | None = None
    ) -> list[Event]:
        """Do what the command wants and return what happened.

        ``once_decided`` runs when nothing can be refused any more and nobody has been told yet.

        Raises:
            ProconfError: whatever the room answers to a command it refuses; nothing has changed.
        """
        async with self._lock:
            before = self._state
            events = decide(before, command, self._clock())
            await self._log.append(self.room_id, before.version if before else 0, events)
            steps = delivery.steps_of(before, events)
            self._state = steps[-1].after if steps else before
            if once_decided is not None:
                once_decided()
            delivery.deliver(steps, self.peers)
            self._forget_the_gone(events)
            await self.media.follow(self._state)
            self._on_changed(self)
            return events

    def _forget_the_gone(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, PeerLeft | LobbyLeft):
                gone = self.peers.pop(event.peer_id, None)
                if gone is not None and event.reason == "KICKED":
                    self.refused_tokens.add(gone.token_id)
            elif isinstance(event, RoomClosed):
                self.peers.clear()
