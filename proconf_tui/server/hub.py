"""All rooms of one server: makes them, finds them, lets peers in, keeps seats, ends rooms.

What a room allows is the room's business and who may talk to the server at all is the
connection's; the hub joins the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from proconf_tui.engine.base import Engine
from proconf_tui.errors import InvalidToken, PeerNotFound, ProconfError, RoomNotFound
from proconf_tui.protocol.claims import TokenClaims
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.messages import Closed, Join, Notice, Resume
from proconf_tui.room import commands
from proconf_tui.room.model import CloseReason
from proconf_tui.server import entrance, lifetime
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.event_log.base import EventLog
from proconf_tui.server.outbox import Outbox
from proconf_tui.server.peer import Peer
from proconf_tui.server.room_actor import RoomActor
from proconf_tui.server.room_media import RoomMedia
from proconf_tui.server.tasks import Tasks

_log = structlog.get_logger(__name__)

Accept = Callable[[Peer], None]
"""Called once a peer is accepted, before it is told anything else."""

_TAKEN_OVER = Closed("LOST", "This seat was taken over by another connection of yours.")


class Hub:
    """The rooms, and the way into them."""

    def __init__(
        self,
        config: ServerConfig,
        log: EventLog,
        engine: Engine,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._log = log
        self._engine = engine
        self._clock = clock
        self._tasks = Tasks()
        self._rooms: dict[RoomId, RoomActor] = {}
        self._creating = asyncio.Lock()
        self._resuming = asyncio.Lock()
        self._empty_since: dict[RoomId, float] = {}
        self.emptied = asyncio.Event()
        """Set while nobody is in any room and nobody waits for one."""
        self.emptied.set()

    # --- rooms ----------------------------------------------------------------------------------

    @property
    def rooms(self) -> list[RoomActor]:
        """The rooms that are open, in the order they were made."""
        return list(self._rooms.values())

    def room(self, room_id: RoomId) -> RoomActor:
        """Return an open room.

        Raises:
            RoomNotFound: there is none of that name.
        """
        try:
            return self._rooms[room_id]
        except KeyError:
            raise RoomNotFound from None

    async def create_room(self, command: commands.CreateRoom) -> RoomActor:
        """Make a room, or hand the command to the one that has its name already.

        Raises:
            ProconfError: what the room says to being made, or made again.
        """
        async with self._creating:
            found = self._rooms.get(command.room_id)
            if found is not None:
                await found.apply(command)
                return found
            return await self._create(command)

    async def _create(self, command: commands.CreateRoom) -> RoomActor:
        actor = self._new_actor(command.room_id)
        await actor.media.open()
        try:
            await actor.apply(command)
        except ProconfError:
            await actor.media.aclose()
            raise
        self._rooms[command.room_id] = actor
        _log.info("room created", room=command.room_id)
        return actor

    def _new_actor(self, room_id: RoomId) -> RoomActor:
        peers: dict[PeerId, Peer] = {}
        return RoomActor(
            room_id,
            log=self._log,
            peers=peers,
            media=RoomMedia(self._engine, room_id, peers, self._tasks),
            clock=self._clock,
            on_changed=self._changed,
        )

    # --- peers ----------------------------------------------------------------------------------

    async def join(
        self, claims: TokenClaims, request: Join, outbox: Outbox, accept: Accept
    ) -> tuple[RoomActor, Peer]:
        """Let one in, or into the lobby; return its room and its handle.

        Raises:
            InvalidToken: the token was used by somebody who was kicked.
            RoomNotFound: there is no such room.
            ProconfError: the room's refusal.
        """
        actor = self.room(claims.room)
        if claims.jti in actor.refused_tokens:
            raise InvalidToken("A moderator removed the holder of this invite; ask for a new one.")
        peer, command = entrance.enter(claims, request, outbox)

        def once_decided() -> None:
            actor.peers[peer.peer_id] = peer
            accept(peer)

        await actor.apply(command, once_decided=once_decided)
        return actor, peer

    async def resume(
        self, claim: Resume, outbox: Outbox, accept: Accept
    ) -> tuple[RoomActor, Peer] | None:
        """Give a kept seat back to its owner; None if there is no such seat (any more).

        A connection that still holds the seat is closed: its owner knows better that it is dead.
        """
        async with self._resuming:
            return await self._resume(claim, outbox, accept)

    async def _resume(
        self, claim: Resume, outbox: Outbox, accept: Accept
    ) -> tuple[RoomActor, Peer] | None:
        actor = next((room for room in self.rooms if claim.peer_id in room.peers), None)
        peer = actor.peers[claim.peer_id] if actor else None
        if actor is None or peer is None or not peer.owns(claim.resume_key):
            return None
        await self._detach(actor, peer, _TAKEN_OVER)

        def once_decided() -> None:
            self._tasks.forget(peer)
            peer.outbox = outbox
            accept(peer)

        command = commands.Reconnect(actor=peer.peer_id)
        await actor.apply(command, once_decided=once_decided)
        return actor, peer

    async def lose(self, actor: RoomActor, peer: Peer, outbox: Outbox) -> None:
        """Keep the seat of a peer whose connection, the one behind ``outbox``, is gone."""
        if peer.outbox is not outbox or peer.peer_id not in actor.peers:
            return
        with contextlib.suppress(PeerNotFound):
            await self._detach(actor, peer, None)
        self._tasks.after(peer, self._config.seat_s, lambda: self._give_up(actor, peer))

    async def _detach(self, actor: RoomActor, peer: Peer, last: Closed | None) -> None:
        outbox, peer.outbox = peer.outbox, None
        if outbox is not None:
            outbox.close(last)
            await actor.apply(commands.Disconnect(actor=peer.peer_id))

    async def _give_up(self, actor: RoomActor, peer: Peer) -> None:
        if peer.outbox is None and peer.peer_id in actor.peers:
            await actor.apply(commands.Leave(actor=peer.peer_id, reason="LOST"))

    # --- ends -----------------------------------------------------------------------------------

    def announce(self, notice: Notice) -> None:
        """Tell everybody who is connected."""
        for actor in self.rooms:
            for peer in actor.peers.values():
                peer.notify(notice)

    async def close_rooms(self, reason: CloseReason = "CLOSED") -> None:
        """End every room; everybody is told."""
        for actor in self.rooms:
            await self._close(actor, reason)

    async def aclose(self) -> None:
        """End every room and every timer."""
        await self.close_rooms()
        await self._tasks.aclose()
        for actor in self.rooms:
            await self._forget(actor)

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
            at, reason = end
            self._tasks.after(actor, at - now, lambda: self._close(actor, reason))

    def _note_emptiness(self, changed: RoomActor) -> None:
        if any(room.peers for room in (*self.rooms, changed)):
            self.emptied.clear()
        else:
            self.emptied.set()

    async def _close(self, actor: RoomActor, reason: CloseReason) -> None:
        if not actor.state.closed:
            await actor.apply(commands.CloseRoom(actor=None, reason=reason))

    async def _forget(self, actor: RoomActor) -> None:
        if self._rooms.get(actor.room_id) is actor:
            del self._rooms[actor.room_id]
            self._empty_since.pop(actor.room_id, None)
            await actor.media.aclose()
            await self._log.delete(actor.room_id)
            _log.info("room closed", room=actor.room_id)
