"""Seats: kept for a while when a connection breaks, given back to whoever holds the key.

Taking a seat and giving it up exclude each other, so nobody who has just come back is sent away.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Final

from proconf_tui.errors import PeerNotFound
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Closed, Join
from proconf_tui.room import commands
from proconf_tui.server.outbox import Outbox
from proconf_tui.server.peer import Peer
from proconf_tui.server.room_actor import RoomActor
from proconf_tui.server.tasks import Tasks

Accept = Callable[[RoomActor, Peer], None]
"""Called once a peer is accepted, before it is told anything else: the seat is the caller's now."""

CLOSED_PAGE_S: Final = 10.0
"""How long the seat of one is kept whose page was closed: it may only be loaded anew."""

_TAKEN_OVER = Closed("LOST", "This seat was taken over by another connection of yours.")


class Seats:
    """The kept seats of all rooms; ``room_of`` finds the room in which a peer has one."""

    def __init__(
        self, tasks: Tasks, kept_s: float, room_of: Callable[[PeerId], RoomActor | None]
    ) -> None:
        self._tasks = tasks
        self._kept_s = kept_s
        self._room_of = room_of

    async def resume(self, request: Join, outbox: Outbox, accept: Accept) -> bool:
        """Give the seat claimed in ``request`` back to its owner; False if there is none for them.

        A connection that still holds the seat is closed: its owner knows better that it is dead.

        Raises:
            LimitExceeded: they came back too often just now; the seat stays as it is.
        """
        claim = request.resume
        actor = self._room_of(claim.peer_id) if claim else None
        if claim is None or actor is None:
            return False
        peer = actor.peers[claim.peer_id]
        if not peer.owns(claim.resume_key):
            return False
        peer.returns.spend(time.monotonic())
        async with peer.changing:
            peer.seen_version, peer.has_media = claim.version, request.has_media
            with contextlib.suppress(PeerNotFound):
                await self._take(actor, peer, outbox, accept)
                return True
            # A moderator removed them at this very moment.
            return False

    async def lose(
        self, actor: RoomActor, peer: Peer, outbox: Outbox, *, is_going_away: bool
    ) -> None:
        """Keep the seat of a peer whose connection, the one behind ``outbox``, is gone.

        Who ``is_going_away`` closed it on purpose, and less time is left to come back.
        """
        async with peer.changing:
            if peer.outbox is not outbox or peer.peer_id not in actor.peers:
                return
            peer.outbox = None
            outbox.close()
            kept_s = min(self._kept_s, CLOSED_PAGE_S) if is_going_away else self._kept_s
            self._keep(actor, peer, kept_s)
            with contextlib.suppress(PeerNotFound):
                await actor.apply(commands.Disconnect(actor=peer.peer_id))

    async def restore(self, actor: RoomActor, peer: Peer) -> None:
        """Keep a seat that the server had before it was started again."""
        await actor.apply(commands.Disconnect(actor=peer.peer_id))
        self._keep(actor, peer, self._kept_s)

    def _keep(self, actor: RoomActor, peer: Peer, kept_s: float) -> None:
        self._tasks.after(peer, kept_s, lambda: self._give_up(actor, peer))

    async def _take(self, actor: RoomActor, peer: Peer, outbox: Outbox, accept: Accept) -> None:
        def once_decided() -> None:
            self._tasks.forget(peer)
            before, peer.outbox = peer.outbox, outbox
            if before is not None:
                before.close(_TAKEN_OVER)
            accept(actor, peer)

        # Its connection may not have been lost yet, or its loss not been noted.
        await actor.apply(commands.Disconnect(actor=peer.peer_id))
        try:
            await actor.apply(commands.Reconnect(actor=peer.peer_id), once_decided=once_decided)
        except BaseException:
            if peer.outbox is None:
                self._keep(actor, peer, self._kept_s)
            elif peer.outbox is not outbox:
                peer.outbox.close()
            raise

    async def _give_up(self, actor: RoomActor, peer: Peer) -> None:
        async with peer.changing:
            if peer.outbox is None and peer.peer_id in actor.peers:
                await actor.apply(commands.Leave(actor=peer.peer_id, reason="LOST"))
