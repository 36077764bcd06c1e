"""One room's side of the engine: follows the room's state, and passes the engine's news to peers.

The engine is the part that can fail for reasons outside the room, so a failure here is logged and
the room goes on. What to tell the engine is decided in `proconf_tui.server.media_policy`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Final, cast

import structlog

from proconf_tui.engine.base import Engine, SlotFeed
from proconf_tui.errors import PeerNotFound, ProconfError, ServerUnreachable
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import Label, Mid, PeerId, RoomId
from proconf_tui.room.model import RoomState
from proconf_tui.server import media_policy
from proconf_tui.server.media_policy import (
    AddPeer,
    EngineCall,
    MediaPlan,
    RemovePeer,
    SetForwarding,
    SetReceiving,
    SetWatching,
)
from proconf_tui.server.peer import Peer
from proconf_tui.server.room_levels import RoomLevels
from proconf_tui.server.room_watching import RoomWatching
from proconf_tui.server.tasks import Tasks
from proconf_tui.server.watching import Watching

_log = structlog.get_logger(__name__)

CALL_S: Final = 5.0
"""An engine that does not answer for this long is treated as failing."""


class RoomMedia:
    """What one room does with the engine; it is the room's `EngineListener`."""

    def __init__(
        self, engine: Engine, room_id: RoomId, peers: Mapping[PeerId, Peer], tasks: Tasks
    ) -> None:
        self._engine = engine
        self._room_id = room_id
        self._peers = peers
        self._lock = asyncio.Lock()
        self._plan: MediaPlan = {}
        self._members: frozenset[PeerId] = frozenset()
        self._absent: frozenset[PeerId] = frozenset()
        self._levels = RoomLevels(tasks, self._talkers, self._tell_levels)
        self._watching = RoomWatching(tasks, lambda: self._plan, self._tell)

    async def open(self) -> None:
        """Make the room in the engine."""
        await self._engine.add_room(self._room_id, self)

    async def aclose(self) -> None:
        """Remove the room, and whoever is in it, from the engine."""
        self._plan = {}
        await self._engine.remove_room(self._room_id)

    async def follow(self, state: RoomState | None) -> None:
        """Bring the engine to what ``state`` allows."""
        async with self._lock:
            self._members = frozenset(state.participants if state else ())
            self._absent &= self._members
            with_media = {peer_id for peer_id, peer in self._peers.items() if peer.has_media}
            self._watching.keep_only(self._peers)
            watched = self._watching.watchers
            before, self._plan = self._plan, media_policy.plan(state, with_media, watched)
            if before != self._plan:
                await self._bring(before, self._plan)

    async def publish(
        self, peer_id: PeerId, sdp: str, labels: Mapping[Mid, Label]
    ) -> messages.PublishResult:
        """Pass a peer's offer to the engine and return its answer.

        Raises:
            InvalidMessage: the engine cannot use the offer.
            PeerNotFound: the peer is not in, or joined without media.
        """
        async with self._asking(peer_id):
            answer = await self._engine.publish(peer_id, sdp, cast("dict[str, str]", dict(labels)))
        return messages.PublishResult(answer)

    async def answer(self, peer_id: PeerId, sdp: str) -> None:
        """Pass a peer's answer to the engine's offer.

        Raises:
            InvalidMessage: the answer cannot be used, or nothing was offered.
            PeerNotFound: the peer is not in, or joined without media.
        """
        async with self._asking(peer_id):
            await self._engine.answer(peer_id, sdp)
        self._watching.receives(peer_id)

    async def watch(self, peer_id: PeerId, watched: Watching | None) -> None:
        """Send a peer the pictures it names and no others, None for all, from now on.

        Who waits, or has no media, may say it too: it counts once they are in with it.
        """
        async with self._lock:
            if peer_id not in self._peers:
                return
            self._watching.take(peer_id, watched)
            if (before := self._plan.get(peer_id)) is not None:
                names = None if watched is None else tuple(watched)
                after = dataclasses.replace(before, watched=names)
                self._plan = {**self._plan, peer_id: after}
                await self._bring({peer_id: before}, {peer_id: after})

    async def restart(self, peer_id: PeerId) -> None:
        """Give a peer a fresh subscribing connection; its offer follows.

        Raises:
            PeerNotFound: the peer is not in, or joined without media.
        """
        async with self._lock:
            self._require(peer_id)
            await self._bring({}, {peer_id: self._plan[peer_id]})

    # --- what the engine tells ------------------------------------------------------------------

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        self._tell(peer_id, messages.SubscriptionOffer(sdp))

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        told = [
            messages.SlotFeed(
                Mid(feed.mid), feed.kind, feed.peer_id, cast("Label", feed.label), feed.source
            )
            for feed in feeds
        ]
        self._tell(peer_id, messages.Slots(told))

    def on_media_lost(self, peer_id: PeerId) -> None:
        self._tell(peer_id, messages.MediaLost())

    def on_media_absent(self, peer_id: PeerId) -> None:
        # Each fresh attempt is a new peer to the engine: one line is enough.
        if peer_id not in self._absent:
            self._absent |= {peer_id}
            _log.warning(
                "no media connection; is the UDP port open, the public address reachable?",
                room=self._room_id,
                peer=peer_id,
            )

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        self._levels.take(levels)

    # --------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _asking(self, peer_id: PeerId) -> AsyncIterator[None]:
        # One after the other: a peer that has just come back is being added afresh meanwhile.
        async with self._lock:
            self._require(peer_id)
            try:
                async with asyncio.timeout(CALL_S):
                    yield
            except TimeoutError:
                raise ServerUnreachable("The server's media does not answer; try again.") from None

    def _require(self, peer_id: PeerId) -> None:
        if peer_id not in self._plan:
            raise PeerNotFound("You have no media here: you wait, or joined without it.")

    def _tell(self, peer_id: PeerId, message: messages.Notification) -> None:
        # Somebody removed while the engine was busy hears nothing more.
        if peer_id in self._plan and peer_id in self._peers:
            self._peers[peer_id].notify(message)

    def _talkers(self) -> Collection[PeerId]:
        return [peer_id for peer_id, media in self._plan.items() if "audio" in media.forwarded]

    def _tell_levels(self, message: messages.Levels) -> None:
        for peer_id in self._members & self._peers.keys():
            self._peers[peer_id].notify_if_idle(message)

    async def _bring(self, before: MediaPlan, after: MediaPlan) -> None:
        calls = list(media_policy.engine_calls(before, after))
        # Who is wanted learns it before the engine asks them for a keyframe.
        self._watching.changed(fresh=[c.peer_id for c in calls if isinstance(c, AddPeer)])
        for call in calls:
            await self._try(call)

    async def _try(self, call: EngineCall) -> None:
        try:
            async with asyncio.timeout(CALL_S):
                await self._make(call)
        except (ProconfError, OSError, TimeoutError) as error:
            _log.warning("engine call failed", call=str(call), error=repr(error))

    async def _make(self, call: EngineCall) -> None:
        match call:
            case AddPeer(peer_id, watched):
                await self._engine.add_peer(self._room_id, peer_id, watched=watched)
            case RemovePeer(peer_id):
                await self._engine.remove_peer(peer_id)
            case SetReceiving(peer_id, is_on):
                await self._engine.set_receiving(peer_id, is_on=is_on)
            case SetForwarding(peer_id, label, is_on):
                await self._engine.set_forwarding(peer_id, label, is_on=is_on)
            case SetWatching(peer_id, watched):
                await self._engine.set_watching(peer_id, watched)
