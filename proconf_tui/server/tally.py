"""Counters that never go back, made from the engine's, which end with whoever they are of: pure.

What a peer does after the last reading before it goes is not counted. One that is there again is
known by its packets, which are fewer than before; all it has then is new (as Prometheus does).
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from proconf_tui.engine.base import EngineStats, PeerStats, StreamStats
from proconf_tui.protocol.ids import PeerId, RoomId


class Totals(NamedTuple):
    """What has been counted; in and out as the server sees it."""

    packets_in: int = 0
    bytes_in: int = 0
    packets_out: int = 0
    bytes_out: int = 0
    resent: int = 0
    lost: int = 0
    repaired: int = 0
    keyframes: int = 0
    keyframe_requests: int = 0


class _Of(NamedTuple):
    """Whose counters: a peer's, or those of one of its streams."""

    peer_id: PeerId
    label: str | None = None


class _Reading(NamedTuple):
    """What was read: how many packets came, which only grow, and what is counted."""

    packets: int
    counted: Totals

    def after(self, before: _Reading) -> _Reading:
        """Return the higher of both, unless this one begins anew.

        What is missing counts as lost and may yet come: it is counted once and not again.
        """
        if self.packets < before.packets:
            return self
        return _Reading(self.packets, Totals(*map(max, self.counted, before.counted)))

    def since(self, before: _Reading) -> Totals:
        """Return what is new; this one comes from `after`."""
        if self.packets < before.packets:
            return self.counted
        return Totals(*map(operator.sub, self.counted, before.counted))


_NOTHING: Final = _Reading(0, Totals())
_Readings = dict[_Of, _Reading]


class Tally:
    """Takes one reading of the engine after the other."""

    def __init__(self) -> None:
        self.everything = Totals()
        """Of all rooms, those that are over too."""
        self.rooms: Mapping[RoomId, Totals] = {}
        """Of the rooms that are open, by their order."""
        self._before: _Readings = {}

    def take(self, stats: EngineStats) -> None:
        """Count what is new."""
        readings: _Readings = {}
        kept = {}
        for room_id, members in stats.rooms.items():
            grown = Totals()
            for of, now in dict(_readings(stats, members)).items():
                before = self._before.get(of, _NOTHING)
                reading = readings[of] = now.after(before)
                grown = _sum(grown, reading.since(before))
            kept[room_id] = _sum(self.rooms.get(room_id, Totals()), grown)
            self.everything = _sum(self.everything, grown)
        self.rooms, self._before = kept, readings


def _readings(stats: EngineStats, members: Collection[PeerId]) -> Iterator[tuple[_Of, _Reading]]:
    for peer_id in members:
        if (peer := stats.peers.get(peer_id)) is not None:
            yield _Of(peer_id), _line(peer)
            for stream in peer.streams:
                yield _Of(peer_id, stream.label), _stream(stream)


def _line(peer: PeerStats) -> _Reading:
    counted = Totals(
        peer.packets_in, peer.bytes_in, peer.packets_out, peer.bytes_out, resent=peer.resent
    )
    return _Reading(peer.packets_in, counted)


def _stream(stream: StreamStats) -> _Reading:
    counted = Totals(
        lost=stream.lost,
        repaired=stream.repaired,
        keyframes=stream.keyframes,
        keyframe_requests=stream.keyframe_requests,
    )
    return _Reading(stream.packets, counted)


def _sum(one: Totals, other: Totals) -> Totals:
    return Totals(*map(operator.add, one, other))
