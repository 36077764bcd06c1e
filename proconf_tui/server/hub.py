"""All rooms of one server: makes them, finds them, lets peers in, ends rooms.

What a room allows is the room's business and who may talk to the server at all is the
connection's; the hub joins the two.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from proconf_tui.engine.base import Engine, EngineStats
from proconf_tui.errors import InvalidMessage, ProconfError, RoomNotFound
from proconf_tui.protocol.claims import TokenClaims
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.messages import Join, Notice
from proconf_tui.room import commands
from proconf_tui.room.decide import decide
from proconf_tui.server import entrance, lifetime, names
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.counting import Counting
from proconf_tui.server.event_log.base import EventLog, StoreDamaged
from proconf_tui.server.outbox import Outbox
from proconf_tui.server.peer import Peer
from proconf_tui.server.retention import Retention
from proconf_tui.server.room_actor import RoomActor
from proconf_tui.server.room_media import RoomMedia
from proconf_tui.server.seats import Accept, Seats
from proconf_tui.server.tasks import Tasks

_log = structlog.get_logger(__name__)


_GOING: Final = Notice(
    "SERVER_STOPPED", "The server has stopped; the meeting goes on when it is started again."
)


class Hub:
    """The rooms, and the way into them."""

    def __init__(
        self,
        config: ServerConfig,
        log: EventLog,
        engine: Engine,
        secret: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``secret`` is what keys to seats are made from; ``clock`` gives epoch seconds."""
        self._config = config
        self._log = log
        self._engine = engine
        self._secret = secret
        self._clock = clock
        self._tasks = Tasks()
        self._rooms: dict[RoomId, RoomActor] = {}
        self._changing = asyncio.Lock()
        self._empty_since: dict[RoomId, float] = {}
        self.seats = Seats(self._tasks, config.seat_s, self.room_of)
        self._retention = Retention(
            log, self._tasks, config.history_kept_s, self._rooms.__contains__, clock
        )
        self.counting = Counting(engine.stats)
        """What Prometheus is told of the media."""
        self.emptied = asyncio.Event()
        """Set while nobody is in any room and nobody waits for one."""
        self.emptied.set()

    # --- rooms ----------------------------------------------------------------------------------

    @property
    def rooms(self) -> list[RoomActor]:
        """The rooms that are open, in the order they were made."""
        return [actor for actor in self._rooms.values() if not actor.state.closed]

    def room(self, room_id: RoomId) -> RoomActor:
        """Return an open room.

        Raises:
            RoomNotFound: there is none of that name.
        """
        actor = self._rooms.get(room_id)
        if actor is None or actor.state.closed:
            raise RoomNotFound
        return actor

    def room_of(self, peer_id: PeerId) -> RoomActor | None:
        """Return the room in which somebody is or waits."""
        return next((actor for actor in self.rooms if peer_id in actor.peers), None)

    def engine_stats(self) -> EngineStats:
        """Return the counters of the media of all rooms, as they are now."""
        return self._engine.stats()

    async def create_room(self, command: commands.CreateRoom) -> RoomActor:
        """Make a room.

        Raises:
            ConfigError: it is open already, or cannot be made this way.
            StoreFailed: it cannot be kept.
        """
        async with self._changing:
            if found := self._rooms.get(command.room_id):
                # An end that is under way comes first.
                await found.settled()
                # Refuses while the room is open.
                decide(found.state, command, self._clock())
                await self._drop(found)
            return await self._create(command)

    async def _create(self, command: commands.CreateRoom) -> RoomActor:
        actor = await self._loaded(command.room_id)
        await actor.media.open()
        try:
            await actor.apply(command)
        except ProconfError:
            await actor.media.aclose()
            raise
        self._rooms[command.room_id] = actor
        _log.info("room created", room=command.room_id)
        return actor

    async def restore(self) -> None:
        """Take up the rooms of the log, with the seats of all who were in or waited."""
        for room_id in await self._log.rooms():
            try:
                await self._restore(await self._loaded(room_id))
            except (StoreDamaged, InvalidMessage) as error:
                _log.error("room not restored", room=room_id, error=error.message)

    async def _restore(self, actor: RoomActor) -> None:
        if not actor.is_made:
            raise StoreDamaged
        state = actor.state
        if state.closed:
            await self._retention.ended(state)
            return
        await actor.media.open()
        self._rooms[actor.room_id] = actor
        for peer_id in (*state.participants, *state.lobby):
            key = names.resume_key(self._secret, actor.room_id, peer_id)
            actor.peers[peer_id] = Peer(actor.room_id, peer_id, key)
            await self.seats.restore(actor, actor.peers[peer_id])
        self._changed(actor)
        _log.info("room restored", room=actor.room_id, peers=len(actor.peers))

    async def _loaded(self, room_id: RoomId) -> RoomActor:
        actor = self._new_actor(room_id)
        stored = await self._log.load(room_id)
        if stored.snapshot or stored.events:
            actor.restore(stored)
        return actor

    def _new_actor(self, room_id: RoomId) -> RoomActor:
        peers: dict[PeerId, Peer] = {}
        return RoomActor(
            room_id,
            log=self._log,
            peers=peers,
            media=RoomMedia(self._engine, room_id, peers, self._tasks),
            clock=self._clock,
            on_ending=self.counting.count_before_end,
            on_changed=self._changed,
        )

    # --- peers ----------------------------------------------------------------------------------

    async def join(
        self, claims: TokenClaims, request: Join, outbox: Outbox, accept: Accept
    ) -> None:
        """Let one in, or into the lobby.

        Raises:
            RoomNotFound: there is no such room.
            ProconfError: the room's refusal.
        """
        actor = self.room(claims.room)
        peer, command = entrance.enter(claims, request, outbox, self._secret)

        def once_decided() -> None:
            actor.peers[peer.peer_id] = peer
            accept(actor, peer)

        await actor.apply(command, once_decided=once_decided)

    # --- ends -----------------------------------------------------------------------------------

    def announce(self, notice: Notice) -> None:
        """Tell everybody who is connected."""
        for actor in self.rooms:
            for peer in actor.peers.values():
                peer.notify(notice)

    async def end_meetings(self) -> None:
        """End every room; everybody is told. Where the store goes on, the rooms do too.

        Then everybody is only disconnected, and may come back for their seats to the next server.
        """
        for actor in self.rooms:
            if self._config.outlives_process:
                _disconnect_all(actor)
            else:
                await actor.apply(commands.CloseRoom(actor=None))

    async def aclose(self) -> None:
        """End every meeting as `end_meetings` does, and every timer."""
        await self.end_meetings()
        for actor in list(self._rooms.values()):
            await self._forget(actor)
        await self._tasks.aclose()

    def _changed(self, actor: RoomActor) -> None:
        state, room_id = actor.state, actor.room_id
        self._note_emptiness(actor)
        if state.closed:
            self._tasks.forget(actor)
            self._tasks.start(self._forget(actor))
            return
        now = self._clock()
        if lifetime.is_empty(state):
            self._empty_since.setdefault(room_id, now)
        else:
            self._empty_since.pop(room_id, None)
        end = lifetime.ends_at(state, self._empty_since.get(room_id, now), self._config)
        self._tasks.forget(actor)
        if end is not None:
            self._tasks.after(actor, end.at - now, lambda: self._end(actor, end))

    def _note_emptiness(self, changed: RoomActor) -> None:
        if any(room.peers for room in (*self.rooms, changed)):
            self.emptied.clear()
        else:
            self.emptied.set()

    async def _end(self, actor: RoomActor, end: lifetime.End) -> None:
        if not actor.state.closed:
            # Somebody may be coming in at this very moment.
            command = commands.CloseRoom(
                actor=None, reason=end.reason, only_if_empty=end.is_for_emptiness
            )
            await actor.apply(command)

    async def _forget(self, actor: RoomActor) -> None:
        async with self._changing:
            await self._drop(actor)

    async def _drop(self, actor: RoomActor) -> None:
        if self._rooms.get(actor.room_id) is actor:
            await actor.media.aclose()
            del self._rooms[actor.room_id]
            self._empty_since.pop(actor.room_id, None)
            if actor.state.closed:
                _log.info("room closed", room=actor.room_id)
                await self._retention.ended(actor.state)


def _disconnect_all(actor: RoomActor) -> None:
    for peer in actor.peers.values():
        if peer.outbox is not None:
            peer.outbox.close(_GOING)
