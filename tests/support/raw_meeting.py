"""People in a room of an engine without aiortc's media: raw sockets, real ICE, DTLS and SRTP.

They are those that the benches load a server with: one costs two handshakes and no codec. What
they send is the caller's to decide, packet by packet.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from bench.lib.load_client import LoadClient
from bench.lib.load_sdp import LABELS
from proconf_tui.engine.base import Engine, SlotFeed
from proconf_tui.protocol.ids import PeerId, RoomId

HOST: Final = "127.0.0.1"
_DISCARD: Final = 9


class RawMeeting:
    """One room of raw clients: the listener that answers the engine's offers for them.

    ``offers`` and ``told`` are all there were, the newest last.
    """

    def __init__(self, engine: Engine, name: str = "raw") -> None:
        self.engine = engine
        self.room_id = RoomId(name)
        self.clients: dict[PeerId, LoadClient] = {}
        self.offers: defaultdict[PeerId, list[str]] = defaultdict(list)
        self.told: defaultdict[PeerId, list[tuple[SlotFeed, ...]]] = defaultdict(list)
        self.lost: list[PeerId] = []
        self.absent: list[PeerId] = []
        self.level_calls = 0
        self._answering: dict[PeerId, asyncio.Task[None]] = {}

    async def open(self) -> None:
        """Make the room."""
        await self.engine.add_room(self.room_id, self)

    async def join(self, name: str) -> LoadClient:
        """Let a client in that publishes, and is forwarded; return when both its ends are up."""
        peer_id = PeerId(name)
        client = self.clients[peer_id] = LoadClient(HOST)
        await self.engine.add_peer(self.room_id, peer_id)
        for label in LABELS.values():
            await self.engine.set_forwarding(peer_id, label, is_on=True)
        answer = await self.engine.publish(peer_id, client.publishing_offer(), LABELS)
        await asyncio.gather(client.connect_publishing(answer), self._answering[peer_id])
        return client

    def vanish(self, name: str) -> None:
        """Cut a client's lines: nothing reaches the engine any more, no goodbye either."""
        client = self.clients[PeerId(name)]
        for transport in (client.publishing, client.subscribing):
            transport._socket.connect((HOST, _DISCARD))

    async def start_afresh(self, name: str) -> None:
        """Add a client that is there again, with fresh ends."""
        await self._close(PeerId(name))
        await self.join(name)

    async def leave(self, name: str) -> None:
        """Take a client out, whatever became of it, and close its end after the engine's."""
        peer_id = PeerId(name)
        await self.engine.remove_peer(peer_id)
        await self._close(peer_id)

    async def _close(self, peer_id: PeerId) -> None:
        answering = self._answering.pop(peer_id)
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        await self.clients.pop(peer_id).aclose()

    async def aclose(self) -> None:
        """Remove the room as it is, with everybody in it, and close the clients' ends."""
        await self.engine.remove_room(self.room_id)
        for peer_id in tuple(self.clients):
            await self._close(peer_id)

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        self.offers[peer_id].append(sdp)
        before = self._answering.get(peer_id)
        task = self._answer(peer_id, sdp, before)
        self._answering[peer_id] = asyncio.get_running_loop().create_task(task)

    async def _answer(self, peer_id: PeerId, sdp: str, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        client = self.clients[peer_id]
        await self.engine.answer(peer_id, client.subscribing_answer(sdp))
        await client.connect_subscribing(sdp)

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        self.told[peer_id].append(feeds)

    def on_media_lost(self, peer_id: PeerId) -> None:
        self.lost.append(peer_id)

    def on_media_absent(self, peer_id: PeerId) -> None:
        self.absent.append(peer_id)

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        self.level_calls += 1
