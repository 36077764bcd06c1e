"""Counters that never go back, made from the engine's, which end with whoever they are of: pure.

What a peer does after the last reading before it goes is not counted.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from proconf_tui.engine.base import EngineStats, PeerStats
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


_Counters = dict[_Of, Totals]


class Tally:
    """Takes one reading of the engine after the other."""

    def __init__(self) -> None:
        self.everything = Totals()
        """Of all rooms, those that are over too."""
        self.rooms: Mapping[RoomId, Totals] = {}
        """Of the rooms that are open, by their order."""
        self._before: _Counters = {}

    def take(self, stats: EngineStats, rooms: Mapping[RoomId, Collection[PeerId]]) -> None:
        """Count what is new; ``rooms`` says who is where."""
        counters: _Counters = {}
        kept = {}
        for room_id, members in rooms.items():
            found = dict(_counters(stats, members))
            counters |= found
            grown = self._grown(found)
            kept[room_id] = _sum(self.rooms.get(room_id, Totals()), grown)
            self.everything = _sum(self.everything, grown)
        self.rooms, self._before = kept, counters

    def _grown(self, counters: _Counters) -> Totals:
        grown = Totals()
        for of, now in counters.items():
            # A connection made anew begins again at nothing.
            new = (max(0, a - b) for a, b in zip(now, self._before.get(of, Totals()), strict=True))
            grown = _sum(grown, Totals(*new))
        return grown


def _counters(stats: EngineStats, members: Collection[PeerId]) -> Iterator[tuple[_Of, Totals]]:
    for peer_id in members:
        if (peer := stats.peers.get(peer_id)) is not None:
            yield _Of(peer_id), _line(peer)
            for stream in peer.streams:
                yield (
                    _Of(peer_id, stream.label),
                    Totals(
                        lost=stream.lost,
                        repaired=stream.repaired,
                        keyframes=stream.keyframes,
                        keyframe_requests=stream.keyframe_requests,
                    ),
                )


def _line(peer: PeerStats) -> Totals:
    return Totals(
        peer.packets_in, peer.bytes_in, peer.packets_out, peer.bytes_out, resent=peer.resent
    )


def _sum(one: Totals, other: Totals) -> Totals:
    return Totals(*map(operator.add, one, other))
