"""Counters that never go back, from those of an engine whose peers come and go."""

from __future__ import annotations

import dataclasses
from typing import Final

from proconf_tui.engine.base import EngineStats, PeerStats, StreamStats
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.server.tally import Tally, Totals

ANN, BEN = PeerId("ann"), PeerId("ben")
ONE, TWO = RoomId("one"), RoomId("two")
VIDEO: Final = StreamStats("video", "video", lost=2, repaired=5, keyframes=3, keyframe_requests=1)
LINE: Final = PeerStats(
    True, True, 10, 1000, 20, 2000, slots=0, slots_fed=0, rtt_s=None, loss=0.0, resent=4
)
BOTH: Final = dataclasses.replace(LINE, streams=(VIDEO,))


def engine(**peers: PeerStats) -> EngineStats:
    return EngineStats(1, 0, 0, 0, 0, {PeerId(name): each for name, each in peers.items()})


def test_everything_is_counted_once_however_often_it_is_read() -> None:
    tally = Tally()
    for _ in range(3):
        tally.take(engine(ann=BOTH), {ONE: [ANN]})
    assert tally.everything == Totals(10, 1000, 20, 2000, 4, 2, 5, 3, 1)
    assert tally.rooms == {ONE: tally.everything}


def test_each_room_has_its_own() -> None:
    tally = Tally()
    tally.take(engine(ann=LINE, ben=BOTH), {ONE: [ANN], TWO: [BEN, PeerId("without media")]})
    assert tally.rooms[ONE] == Totals(10, 1000, 20, 2000, 4)
    assert tally.rooms[TWO].keyframes == 3
    assert tally.everything.packets_out == 40


def test_nothing_goes_back_when_somebody_leaves_or_a_room_is_over() -> None:
    tally = Tally()
    tally.take(engine(ann=BOTH, ben=BOTH), {ONE: [ANN], TWO: [BEN]})
    tally.take(engine(), {ONE: []})
    assert tally.rooms == {ONE: Totals(10, 1000, 20, 2000, 4, 2, 5, 3, 1)}
    assert tally.everything.packets_in == 20
    tally.take(engine(ann=BOTH), {ONE: [ANN]})
    assert tally.rooms[ONE].packets_in == 20


def test_a_connection_or_a_stream_made_anew_adds_from_there_on() -> None:
    tally = Tally()
    tally.take(engine(ann=BOTH), {ONE: [ANN]})
    fresh = dataclasses.replace(BOTH, packets_in=1, streams=(dataclasses.replace(VIDEO, lost=0),))
    tally.take(engine(ann=fresh), {ONE: [ANN]})
    assert tally.everything == Totals(10, 1000, 20, 2000, 4, 2, 5, 3, 1)
    more = dataclasses.replace(fresh, packets_in=8, streams=(VIDEO,))
    tally.take(engine(ann=more), {ONE: [ANN]})
    assert (tally.everything.packets_in, tally.everything.lost) == (17, 4)
