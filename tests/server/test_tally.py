"""Counters that never go back, from those of an engine whose peers come and go."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Final

from proconf_tui.engine.base import EngineStats, PeerStats, StreamStats
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.server.tally import Tally, Totals

ANN, BEN = PeerId("ann"), PeerId("ben")
ONE, TWO = RoomId("one"), RoomId("two")
VIDEO: Final = StreamStats(
    "video", "video", packets=50, lost=2, repaired=5, keyframes=3, keyframe_requests=1
)
LINE: Final = PeerStats(
    True, True, 10, 1000, 20, 2000, slots=0, slots_fed=0, rtt_s=None, loss=0.0, resent=4
)
BOTH: Final = dataclasses.replace(LINE, streams=(VIDEO,))


def engine(rooms: Mapping[RoomId, Collection[PeerId]], **peers: PeerStats) -> EngineStats:
    named = {PeerId(name): each for name, each in peers.items()}
    members = {room_id: frozenset(each) for room_id, each in rooms.items()}
    return EngineStats(1, 0, 0, 0, 0, named, rooms=members)


def test_everything_is_counted_once_however_often_it_is_read() -> None:
    tally = Tally()
    for _ in range(3):
        tally.take(engine({ONE: [ANN]}, ann=BOTH))
    assert tally.everything == Totals(10, 1000, 20, 2000, 4, 2, 5, 3, 1)
    assert tally.rooms == {ONE: tally.everything}


def test_each_room_has_its_own() -> None:
    tally = Tally()
    tally.take(engine({ONE: [ANN], TWO: [BEN, PeerId("unread")]}, ann=LINE, ben=BOTH))
    assert tally.rooms[ONE] == Totals(10, 1000, 20, 2000, 4)
    assert tally.rooms[TWO].keyframes == 3
    assert tally.everything.packets_out == 40


def test_nothing_goes_back_when_somebody_leaves_or_a_room_is_over() -> None:
    tally = Tally()
    tally.take(engine({ONE: [ANN], TWO: [BEN]}, ann=BOTH, ben=BOTH))
    tally.take(engine({ONE: []}))
    assert tally.rooms == {ONE: Totals(10, 1000, 20, 2000, 4, 2, 5, 3, 1)}
    assert tally.everything.packets_in == 20
    tally.take(engine({ONE: [ANN]}, ann=BOTH))
    assert tally.rooms[ONE].packets_in == 20


def test_all_that_a_connection_made_anew_has_is_new() -> None:
    tally = Tally()
    tally.take(engine({ONE: [ANN]}, ann=BOTH))
    fresh = dataclasses.replace(LINE, packets_in=3, bytes_in=300, packets_out=5, resent=0)
    tally.take(engine({ONE: [ANN]}, ann=fresh))
    assert tally.everything == Totals(13, 1300, 25, 4000, 4, 2, 5, 3, 1)
    more = dataclasses.replace(fresh, packets_in=8, bytes_in=800)
    tally.take(engine({ONE: [ANN]}, ann=more))
    assert tally.everything == Totals(18, 1800, 25, 4000, 4, 2, 5, 3, 1)


def test_all_that_a_stream_made_anew_has_is_new() -> None:
    tally = Tally()
    fresh = dataclasses.replace(VIDEO, packets=9, lost=1, repaired=0, keyframes=1)
    for stream in (VIDEO, fresh, fresh):
        tally.take(engine({ONE: [ANN]}, ann=dataclasses.replace(LINE, streams=(stream,))))
    assert tally.everything == Totals(10, 1000, 20, 2000, 4, 3, 5, 4, 2)


def test_what_was_missing_and_came_is_not_counted_as_lost_again() -> None:
    tally = Tally()
    for more, lost in enumerate((100, 99, 100, 98, 101)):
        stream = dataclasses.replace(VIDEO, packets=VIDEO.packets + more, lost=lost)
        tally.take(engine({ONE: [ANN]}, ann=dataclasses.replace(LINE, streams=(stream,))))
    assert tally.everything.lost == 101
