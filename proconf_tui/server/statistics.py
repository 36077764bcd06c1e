"""From the engine's counters to what people are told of them: pure.

Rates come from two samples. The engine says "in" and "out" of itself, people are told "up" and
"down" (`proconf_tui.protocol.stats_requests`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from proconf_tui.engine.base import EngineStats, PeerStats, StreamStats
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.protocol.messages import PeerReport, RoomReport, ServerLoad, StreamReport

_MS_DIGITS: Final = 1
_SHARE_DIGITS: Final = 3
_RATE_DIGITS: Final = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    """The engine's counters at an instant, in seconds of any clock that never goes back."""

    at: float
    stats: EngineStats


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The newest sample and an earlier one, None if there is none to compare with."""

    now: Sample
    before: Sample | None = None

    @property
    def seconds(self) -> float:
        """The time between the two, 0 without an earlier one."""
        return self.now.at - self.before.at if self.before else 0.0

    def earlier(self, peer_id: PeerId) -> PeerStats | None:
        """Return what a peer's counters were."""
        return self.before.stats.peers.get(peer_id) if self.before else None

    def per_s(self, now: float, before: float | None) -> float | None:
        """Return the rate of a counter; None if there was none before, or it has begun anew."""
        if before is None or now < before or self.seconds <= 0.0:
            return None
        return (now - before) / self.seconds


class RoomFigures(NamedTuple):
    """What is told of one room's media: of each who has any, and of all."""

    peers: Mapping[PeerId, PeerReport]
    room: RoomReport


class _Share(NamedTuple):
    """A share of a number of packets that were sent."""

    share: float
    of: float


def room_figures(span: Span, members: Collection[PeerId]) -> RoomFigures:
    """Return what is told of those of ``members`` who have media."""
    peers = span.now.stats.peers
    present = [peer_id for peer_id in members if peer_id in peers]
    reports = {peer_id: _peer_report(span, peer_id) for peer_id in present}
    return RoomFigures(reports, _room_report(span, list(reports.values())))


def server_load(span: Span) -> ServerLoad:
    """Return what the whole server does."""
    now, before = span.now.stats, span.before.stats if span.before else None
    return ServerLoad(
        cpu=_rounded(span.per_s(now.cpu_s, before.cpu_s if before else None), _SHARE_DIGITS),
        packets_up_per_s=_rounded(
            span.per_s(now.packets_in, before.packets_in if before else None), _RATE_DIGITS
        ),
        packets_down_per_s=_rounded(
            span.per_s(now.packets_out, before.packets_out if before else None), _RATE_DIGITS
        ),
    )


def _peer_report(span: Span, peer_id: PeerId) -> PeerReport:
    now, before = span.now.stats.peers[peer_id], span.earlier(peer_id)
    return PeerReport(
        peer_id=peer_id,
        is_publishing=now.is_publishing,
        is_subscribing=now.is_subscribing,
        rtt_ms=None if now.rtt_s is None else _ms(now.rtt_s),
        loss_up=_mean(_losses_up(now, before)),
        loss_down=round(now.loss, _SHARE_DIGITS),
        packets_up=now.packets_in,
        packets_down=now.packets_out,
        bytes_up=now.bytes_in,
        bytes_down=now.bytes_out,
        bps_up=_bps(span, now.bytes_in, before.bytes_in if before else None),
        bps_down=_bps(span, now.bytes_out, before.bytes_out if before else None),
        resent=now.resent,
        available_bps=now.available_bps,
        held_back=now.held_back,
        streams=[_stream_report(stream) for stream in now.streams],
    )


def _stream_report(stream: StreamStats) -> StreamReport:
    return StreamReport(
        label=cast("Label", stream.label),
        kind=stream.kind,
        packets=stream.packets,
        bytes=stream.bytes,
        lost=stream.lost,
        repaired=stream.repaired,
        loss=round(stream.loss, _SHARE_DIGITS),
        jitter_ms=_ms(stream.jitter_s),
        keyframes=stream.keyframes,
        keyframe_requests=stream.keyframe_requests,
        subscribers=stream.subscribers,
    )


def _room_report(span: Span, peers: Collection[PeerReport]) -> RoomReport:
    stats = [(span.now.stats.peers[peer.peer_id], span.earlier(peer.peer_id)) for peer in peers]
    streams = [stream for now, _ in stats for stream in now.streams]

    def total(of: Callable[[PeerReport], int]) -> int:
        return sum(of(peer) for peer in peers)

    return RoomReport(
        peers=len(peers),
        loss_up=_mean(loss for now, before in stats for loss in _losses_up(now, before)),
        loss_down=_mean(_loss_down(now, before) for now, before in stats),
        packets_up=total(lambda peer: peer.packets_up),
        packets_down=total(lambda peer: peer.packets_down),
        bytes_up=total(lambda peer: peer.bytes_up),
        bytes_down=total(lambda peer: peer.bytes_down),
        bps_up=_sum_of_known(peer.bps_up for peer in peers),
        bps_down=_sum_of_known(peer.bps_down for peer in peers),
        keyframes=sum(stream.keyframes for stream in streams),
        keyframe_requests=sum(stream.keyframe_requests for stream in streams),
    )


# --- loss ---------------------------------------------------------------------------------------


def _losses_up(now: PeerStats, before: PeerStats | None) -> Iterator[_Share]:
    """Yield the loss of each stream, with about how many packets of it were sent lately."""
    earlier = {stream.label: stream.packets for stream in before.streams} if before else {}
    for stream in now.streams:
        came = _grown(stream.packets, earlier.get(stream.label, 0))
        if stream.loss < 1.0:
            yield _Share(stream.loss, came / (1.0 - stream.loss))


def _loss_down(now: PeerStats, before: PeerStats | None) -> _Share:
    return _Share(now.loss, _grown(now.packets_out, before.packets_out if before else 0))


def _mean(shares: Iterable[_Share]) -> float | None:
    """Return the share of all packets together, rounded; None of none."""
    found = list(shares)
    sent = sum(each.of for each in found)
    lost = sum(each.share * each.of for each in found)
    return round(lost / sent, _SHARE_DIGITS) if sent else None


def _grown(now: int, before: int) -> int:
    """Return how much a counter grew that may have begun anew."""
    return now - before if now >= before else now


# --- rates and rounding -------------------------------------------------------------------------


def _bps(span: Span, now: int, before: int | None) -> int | None:
    per_s = span.per_s(now, before)
    return None if per_s is None else round(8 * per_s)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, _MS_DIGITS)


def _rounded(rate: float | None, digits: int) -> float | None:
    return None if rate is None else round(rate, digits)


def _sum_of_known(rates: Iterable[int | None]) -> int | None:
    known = [rate for rate in rates if rate is not None]
    return sum(known) if known else None
