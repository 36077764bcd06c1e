"""The embedded engine: everything one server needs to forward media, on one UDP port.

It only finds the right room and peer and keeps the clock; the work is done in `room`,
`publishing`, `subscribing` and the pure `forwarding`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final

from proconf_tui.engine.addresses import advertised
from proconf_tui.engine.base import EngineListener, EngineStats, Watched
from proconf_tui.engine.dtls import Certificate
from proconf_tui.engine.links import Links
from proconf_tui.engine.peer import EnginePeer
from proconf_tui.engine.repair import RepairTimer
from proconf_tui.engine.room import EngineRoom
from proconf_tui.engine.udp import UdpPort
from proconf_tui.errors import PeerNotFound, RoomNotFound
from proconf_tui.protocol.ids import PeerId, RoomId

LISTEN_INTERVAL_S: Final = 0.1
"""So much of what somebody says may be lost who begins to talk in a large room."""
LEVEL_INTERVAL_S: Final = 0.2
REPORT_INTERVAL_S: Final = 1.0


class EmbeddedEngine:
    """The `Engine` inside the server's own process; see the Protocol for each method.

    ``port`` 0 takes a free port; ``public_addresses`` are named to clients instead of the
    machine's own, for servers behind address translation.
    """

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, public_addresses: Sequence[str] = ()
    ) -> None:
        self.port = port
        self._host = host
        self._public_addresses = tuple(public_addresses)
        self._links: Links | None = None
        self._clock: asyncio.Task[None] | None = None
        self._rooms: dict[RoomId, EngineRoom] = {}
        self._room_of: dict[PeerId, EngineRoom] = {}

    async def open(self) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`; ``port`` tells the real one after."""
        udp = UdpPort(self._host, self.port)
        try:
            addresses = advertised(udp.host, udp.port, self._public_addresses)
        except BaseException:
            udp.close()
            raise
        self.port = udp.port
        self._links = Links(udp, Certificate(), RepairTimer(), addresses)
        self._clock = asyncio.get_running_loop().create_task(self._tick())

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that clients are told, the best first, once it is open."""
        return tuple(address[0] for address in self._open_links().addresses)

    async def aclose(self) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`; idempotent."""
        if self._clock is not None:
            self._clock.cancel()
            await asyncio.gather(self._clock, return_exceptions=True)
            self._clock = None
        for room_id in tuple(self._rooms):
            await self.remove_room(room_id)
        if self._links is not None:
            self._links.repairs.close()
            self._links.port.close()
            self._links = None

    async def add_room(self, room_id: RoomId, listener: EngineListener) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`; a room that is there starts afresh."""
        await self.remove_room(room_id)
        self._rooms[room_id] = EngineRoom(self._open_links(), listener)

    async def remove_room(self, room_id: RoomId) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        room = self._rooms.pop(room_id, None)
        if room is not None:
            await asyncio.gather(*(self.remove_peer(peer_id) for peer_id in tuple(room.peers)))

    async def add_peer(
        self, room_id: RoomId, peer_id: PeerId, *, watched: Watched | None = None
    ) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        self._check_room(room_id)
        while peer_id in self._room_of:  # others may add it, too, while its connections close
            await self.remove_peer(peer_id)
            self._check_room(room_id)
        room = self._room_of[peer_id] = self._rooms[room_id]
        room.add(peer_id, watched)

    async def remove_peer(self, peer_id: PeerId) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        room = self._room_of.pop(peer_id, None)
        if room is not None:
            await room.remove(peer_id).aclose()

    async def publish(self, peer_id: PeerId, sdp: str, labels: Mapping[str, str]) -> str:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        room, peer = self._find(peer_id)
        answer, replaced = peer.publish(sdp, labels)
        room.reassign()
        if replaced is not None:
            await replaced.aclose()
        return answer

    async def answer(self, peer_id: PeerId, sdp: str) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        room, peer = self._find(peer_id)
        peer.answer(sdp)
        room.feed(peer)

    async def set_forwarding(self, peer_id: PeerId, label: str, *, is_on: bool) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        room, peer = self._find(peer_id)
        peer.set_forwarding(label, is_on=is_on)
        room.reassign()

    async def set_receiving(self, peer_id: PeerId, *, is_on: bool) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        room, peer = self._find(peer_id)
        peer.is_receiving = is_on
        room.feed(peer)

    async def set_watching(self, peer_id: PeerId, watched: Watched | None) -> None:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        room, peer = self._find(peer_id)
        peer.watched = watched
        room.feed(peer)

    def stats(self) -> EngineStats:
        """See :class:`~proconf_tui.engine.base.Engine`."""
        udp = self._open_links().port
        packets_out, bytes_out = udp.sent()
        peers = {peer_id: room.peers[peer_id].stats() for peer_id, room in self._room_of.items()}
        return EngineStats(
            port=udp.port,
            packets_in=udp.packets_in,
            bytes_in=udp.bytes_in,
            packets_out=packets_out,
            bytes_out=bytes_out,
            peers=peers,
            refused=udp.refused,
            cpu_s=time.process_time(),
            rooms={room_id: frozenset(room.peers) for room_id, room in self._rooms.items()},
        )

    def _open_links(self) -> Links:
        if self._links is None:
            raise RuntimeError("the engine is not open")
        return self._links

    def _check_room(self, room_id: RoomId) -> None:
        if room_id not in self._rooms:
            raise RoomNotFound

    def _find(self, peer_id: PeerId) -> tuple[EngineRoom, EnginePeer]:
        room = self._room_of.get(peer_id)
        if room is None:
            raise PeerNotFound
        return room, room.peers[peer_id]

    async def _tick(self) -> None:
        told_at = reported_at = time.monotonic()
        while True:
            await asyncio.sleep(LISTEN_INTERVAL_S)
            now = time.monotonic()
            is_telling_due = now - told_at >= LEVEL_INTERVAL_S
            if is_telling_due:
                told_at = now
            is_report_due = now - reported_at >= REPORT_INTERVAL_S
            if is_report_due:
                reported_at = now
            self._serve_rooms(now, is_telling_due=is_telling_due, is_report_due=is_report_due)

    def _serve_rooms(self, now: float, *, is_telling_due: bool, is_report_due: bool) -> None:
        """Let every room do what is due; not in `_tick`, which would keep the last one alive."""
        call = asyncio.get_running_loop().call_soon
        for room in self._rooms.values():
            # In calls of their own: one that fails stops neither other rooms nor the clock.
            call(room.listen, now)
            call(room.tell_arrivals)
            if is_telling_due:
                call(room.tell_levels)
            if is_report_due:
                for each in (room.send_reports, room.share_lines, room.tell_lost):
                    call(each, now)
