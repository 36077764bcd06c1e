"""The lines of one room: what each is found to carry, what fits on it, what publishers are told.

Once a second the counters of all streams and connections are read and the reports judged; what
follows from it is decided in `forwarding.downlink`, `forwarding.allotment` and
`forwarding.told_cap`. Nothing here lies on the way of a packet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from proconf_tui.engine.forwarding.allotment import Picture, StreamName, allot, caps, floor_bps
from proconf_tui.engine.forwarding.downlink import Traffic
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.forwarding.told_cap import ToldCap
from proconf_tui.engine.peer import EnginePeer
from proconf_tui.engine.publishing import PublishingEnd
from proconf_tui.engine.subscribing import SubscribingEnd
from proconf_tui.protocol.ids import PeerId

HEADER_BYTES: Final = 40
"""RTP's header with one source and one extension, and what SRTP adds: most of a voice."""
SMOOTHING: Final = 0.5


class RoomBandwidth:
    """What the lines of ``peers`` carry; the mapping is looked at anew each time."""

    def __init__(self, peers: Mapping[PeerId, EnginePeer]) -> None:
        self._peers = peers
        self._meters: dict[int, _Meter] = {}

    def admit(self, peer: EnginePeer, pictures: Sequence[Producer]) -> list[Producer]:
        """Return those of the pictures a peer watches, the important first, that fit its line."""
        end = peer.subscribing
        available_bps = end.downlink.available_bps
        weighed = [self._weigh(end, stream, available_bps is None) for stream in pictures]
        held_before = set(end.allotment.held_back)
        end.allotment = allot(available_bps, self._audio_bps(end), weighed, held_before)
        held = set(end.allotment.held_back)
        return [stream for stream in pictures if stream.name not in held]

    def _weigh(self, end: SubscribingEnd, stream: Producer, is_unlimited: bool) -> Picture:
        bps = self._bps(stream)
        shares = () if is_unlimited else tuple(self._shares_of_others(end, stream.name))
        return Picture(stream.name, bps, floor_bps(bps, shares))

    def _shares_of_others(self, end: SubscribingEnd, name: StreamName) -> Iterator[int | None]:
        for other in self._receiving():
            if other is not end and name in other.allotment.shares:
                yield other.allotment.shares[name]

    def _receiving(self) -> Iterator[SubscribingEnd]:
        return (peer.subscribing for peer in self._peers.values() if peer.subscribing.is_ready)

    def _audio_bps(self, end: SubscribingEnd) -> int:
        return sum(self._bps(s.producer) for s in end.slots if s.producer and s.kind == "audio")

    def _bps(self, stream: Producer) -> int:
        meter = self._meters.get(stream.source)
        return 0 if meter is None else meter.bps

    def measure(self, now: float) -> list[EnginePeer]:
        """Read all counters; return whose pictures are to be admitted anew."""
        publishing = (peer.source for peer in self._peers.values())
        streams = [s for end in publishing if end is not None for s in end.producers.values()]
        before, self._meters = self._meters, {}
        for stream in streams:
            meter = self._meters[stream.source] = before.get(stream.source) or _Meter()
            meter.read(stream, now)
        return [peer for peer in self._peers.values() if self._follow(peer.subscribing, now)]

    def _follow(self, end: SubscribingEnd, now: float) -> bool:
        was_limited = end.downlink.available_bps is not None or bool(end.allotment.held_back)
        if end.is_ready:
            fed = [slot for slot in end.slots if slot.kind == "video" and slot.producer]
            traffic = Traffic(
                sum(slot.octets + HEADER_BYTES * slot.packets for slot in end.slots),
                self._audio_bps(end),
                end.allotment.next_bps,
                {slot.description.ssrc for slot in fed},
            )
            end.downlink.update(traffic, now)
        return was_limited or end.downlink.available_bps is not None

    def tell_publishers(self, now: float) -> None:
        """Tell publishers of what all who watch them are short of."""
        bounds = caps(end.allotment.shares for end in self._receiving())
        for peer in self._peers.values():
            if peer.source is not None:
                self._tell(peer.source, bounds, now)

    def _tell(self, end: PublishingEnd, bounds: Mapping[StreamName, int], now: float) -> None:
        before, end.told = end.told, {}
        for key, streams in _budgets(end).items():
            teller = end.told[key] = before.get(key) or ToldCap()
            bps = teller.take_due(*self._bound(streams, bounds), now)
            if bps is not None:
                end.bound(streams, bps)

    def _bound(
        self, streams: Sequence[Producer], bounds: Mapping[StreamName, int]
    ) -> tuple[int | None, int]:
        """Return what the streams need not exceed together (None for no bound), and what they do.

        Only those that are sent count, and sound for what it is.
        """
        sent = {stream: self._bps(stream) for stream in streams if self._bps(stream)}
        parts = [bounds.get(s.name) if s.is_video else bps for s, bps in sent.items()]
        known = [part for part in parts if part is not None]
        is_bounded = any(s.is_video for s in sent) and len(known) == len(parts)
        return sum(known) if is_bounded else None, sum(sent.values())


def _budgets(end: PublishingEnd) -> dict[int, list[Producer]]:
    """Return which streams of a publisher share a bound, by their source, or 0 for all."""
    streams = [stream for stream in end.producers.values() if stream.ssrc]
    if end.has_one_budget:
        return {0: streams}
    return {stream.source: [stream] for stream in streams if stream.is_video}


class _Meter:
    """How many bits per second a stream takes, smoothed over a few readings."""

    __slots__ = ("_bytes", "_read_at", "bps")

    def __init__(self) -> None:
        self.bps = 0
        self._bytes = 0
        self._read_at: float | None = None

    def read(self, stream: Producer, now: float) -> None:
        count = stream.stats()
        total = count.bytes + HEADER_BYTES * count.packets
        if self._read_at is not None and now > self._read_at:
            newest = (total - self._bytes) * 8 / (now - self._read_at)
            self.bps = int(self.bps + SMOOTHING * (newest - self.bps)) if self.bps else int(newest)
        self._bytes, self._read_at = total, now
