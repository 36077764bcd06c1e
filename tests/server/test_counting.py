"""The engine's counters are added up before they are gone, and seldom enough."""

from __future__ import annotations

import dataclasses

from proconf_tui.engine.base import EngineStats, PeerStats
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.server.counting import SPARED_S, Counting

ANN, ROOM = PeerId("ann"), RoomId("room")
LINE = PeerStats(True, True, 0, 0, 0, 0, slots=0, slots_fed=0, rtt_s=None, loss=0.0)


class _Engine:
    """One packet more comes in with each reading."""

    def __init__(self) -> None:
        self.now = 0.0
        self.readings = 0

    def read(self) -> EngineStats:
        self.readings += 1
        line = dataclasses.replace(LINE, packets_in=self.readings)
        return EngineStats(1, 0, 0, 0, 0, {ANN: line}, rooms={ROOM: frozenset([ANN])})


def test_the_engine_is_read_for_ends_twice_a_second_at_most() -> None:
    engine = _Engine()
    counting = Counting(engine.read, lambda: engine.now)
    for _ in range(10):
        counting.count_before_end()
    assert engine.readings == 1
    engine.now += SPARED_S
    for _ in range(10):
        counting.count_before_end()
    assert (engine.readings, counting.tally.everything.packets_in) == (2, 2)


def test_who_asks_always_has_it_as_it_is_now() -> None:
    engine = _Engine()
    counting = Counting(engine.read, lambda: engine.now)
    for n in (1, 2, 3):
        assert counting.count().peers[ANN].packets_in == n
        assert counting.tally.rooms[ROOM].packets_in == n
