"""One peer in the engine: its two connections, and what was decided about it from above."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from proconf_tui.engine import sdp
from proconf_tui.engine.base import PeerStats, SlotFeed, Watched
from proconf_tui.engine.connection import Connection
from proconf_tui.engine.forwarding.assignment import feeds
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.links import Links
from proconf_tui.engine.publishing import PublishingEnd, read_offer
from proconf_tui.engine.subscribing import SubscribingEnd
from proconf_tui.protocol.ids import PeerId

MEDIA_LOST_S: Final = 15.0


class _Carried(NamedTuple):
    """Datagrams and their bytes."""

    packets_in: int = 0
    bytes_in: int = 0
    packets_out: int = 0
    bytes_out: int = 0

    def plus(self, connection: Connection) -> _Carried:
        outlet = connection.outlet
        return _Carried(
            self.packets_in + connection.packets_in,
            self.bytes_in + connection.bytes_in,
            self.packets_out + outlet.packets,
            self.bytes_out + outlet.bytes,
        )


class EnginePeer:
    """A peer's connections; ``on_down`` is called when the client closes one of them.

    ``silent`` are those from which nothing has come for long: they are left alone, neither sent
    to nor forwarded from, until something comes again or a fresh one takes their place.
    """

    def __init__(
        self,
        links: Links,
        peer_id: PeerId,
        *,
        on_keyframe_wanted: Callable[[Producer], None],
        on_down: Callable[[], None],
    ) -> None:
        self.peer_id = peer_id
        self.is_receiving = True
        self.watched: Watched | None = None
        self.told_feeds: tuple[SlotFeed, ...] = ()
        self.subscribing = SubscribingEnd(links, on_keyframe_wanted, on_down)
        self.publishing: PublishingEnd | None = None
        self._links = links
        self._on_down = on_down
        self._forwarded: set[str] = set()
        self._carried_before = _Carried()
        self.silent: frozenset[Connection] = frozenset()
        self._is_absence_told = False

    def publish(self, text: str, labels: Mapping[str, str]) -> tuple[str, PublishingEnd | None]:
        """Return the answer to an offer, and the connection it replaced, which is to be closed.

        Raises:
            InvalidMessage: the offer cannot be used; then nothing has changed.
        """
        offer = sdp.parse(text)
        sections = read_offer(offer, labels)
        current = self.publishing
        if current is not None and not _is_over(current.connection, offer):
            return current.answer(offer, sections, labels), None
        fresh = PublishingEnd(self._links, self.peer_id, self._on_down)
        answer = fresh.answer(offer, sections, labels)
        if current is not None:
            current.release()
            self._carried_before = self._carried_before.plus(current.connection)
        self.publishing = fresh
        return answer, current

    def answer(self, text: str) -> None:
        """Take the client's answer to the offer in flight.

        Raises:
            InvalidMessage: it cannot be used.
        """
        self.subscribing.accept(sdp.parse(text))

    def set_forwarding(self, label: str, *, is_on: bool) -> None:
        """Note whether streams with this label go to anybody."""
        (self._forwarded.add if is_on else self._forwarded.discard)(label)

    @property
    def is_fed(self) -> bool:
        """Whether this peer is sent anything."""
        return self.is_receiving and self.subscribing.connection not in self.silent

    @property
    def source(self) -> PublishingEnd | None:
        """Where this peer's streams come from, while something comes."""
        end = self.publishing
        return end if end is not None and end.connection not in self.silent else None

    def forwarded(self) -> Iterator[Producer]:
        """Return the streams that go to the others."""
        if self.source is not None:
            for producer in self.source.producers.values():
                if producer.label in self._forwarded:
                    yield producer

    def take_lost(self, now: float) -> bool:
        """Look who is silent; tell whether a connection has become so, after 15 s."""
        before = self.silent
        self.silent = frozenset(
            c for c in self._connections() if c.was_up and now - c.heard_at > MEDIA_LOST_S
        )
        return bool(self.silent - before)

    def take_absent(self, now: float) -> bool:
        """Tell, once, whether a connection has been on its way for 15 s and never came up."""
        if self._is_absence_told:
            return False
        self._is_absence_told = any(_is_overdue(each, now) for each in self._connections())
        return self._is_absence_told

    def _connections(self) -> list[Connection]:
        ends = (self.publishing, self.subscribing)
        return [end.connection for end in ends if end is not None]

    def stats(self) -> PeerStats:
        """Return this peer's counters."""
        carried = self._carried_before
        for connection in self._connections():
            carried = carried.plus(connection)
        slots = self.subscribing.slots
        streams = self.publishing.producers.values() if self.publishing is not None else ()
        return PeerStats(
            is_publishing=self.publishing is not None and self.publishing.connection.is_up,
            is_subscribing=self.subscribing.connection.is_up,
            packets_in=carried.packets_in,
            bytes_in=carried.bytes_in,
            packets_out=carried.packets_out,
            bytes_out=carried.bytes_out,
            slots=len(slots),
            slots_fed=len(feeds(slots)),
            rtt_s=self.subscribing.rtt_s,
            loss=self.subscribing.loss,
            resent=self.subscribing.resent,
            available_bps=self.subscribing.downlink.available_bps,
            held_back=len(self.subscribing.allotment.held_back),
            streams=tuple(s.stats() for s in streams if s.reception.has_started),
        )

    def release(self) -> None:
        """Leave every slot, one's own and others'."""
        self.subscribing.release()
        if self.publishing is not None:
            self.publishing.release()

    async def aclose(self) -> None:
        """Close both connections; `release` goes before."""
        await asyncio.gather(*(connection.aclose() for connection in self._connections()))


def _is_overdue(connection: Connection, now: float) -> bool:
    since = connection.described_at
    return not connection.was_up and since is not None and now - since > MEDIA_LOST_S


def _is_over(connection: Connection, offer: sdp.Description) -> bool:
    return connection.is_gone or connection.is_replaced_by(offer)
