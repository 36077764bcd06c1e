"""What people are told of the media, from samples of the engine's counters."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from proconf_tui.engine.base import EngineStats, PeerStats, StreamStats
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.messages import PeerReport, StreamReport
from proconf_tui.server.sampling import SAMPLE_S, STALE_S, Sampler
from proconf_tui.server.statistics import Sample, Span, room_figures, server_load

ANN, BEN, EVE = PeerId("ann"), PeerId("ben"), PeerId("eve")
VOICE = StreamStats(
    "audio", "audio", packets=900, bytes=90_000, lost=3, repaired=7, loss=0.5, jitter_s=0.004
)
PICTURES = StreamStats("video", "video", packets=1800, keyframes=4, keyframe_requests=2)


def peer(**fields: Any) -> PeerStats:
    idle = PeerStats(True, True, 0, 0, 0, 0, slots=3, slots_fed=1, rtt_s=None, loss=0.0)
    return dataclasses.replace(idle, **fields)


def stats(cpu_s: float = 0.0, /, **peers: PeerStats) -> EngineStats:
    """Return the counters of an engine with these peers."""
    return EngineStats(
        port=1,
        packets_in=sum(each.packets_in for each in peers.values()),
        bytes_in=sum(each.bytes_in for each in peers.values()),
        packets_out=sum(each.packets_out for each in peers.values()),
        bytes_out=sum(each.bytes_out for each in peers.values()),
        peers={PeerId(name): each for name, each in peers.items()},
        cpu_s=cpu_s,
    )


def test_a_peer_is_told_everything_of_its_line() -> None:
    before = peer(packets_in=100, bytes_in=10_000, packets_out=50, bytes_out=5000)
    now = dataclasses.replace(
        before,
        packets_in=200,
        bytes_in=30_000,
        bytes_out=6000,
        rtt_s=0.5,
        loss=0.25,
        resent=9,
        available_bps=300_000,
        held_back=2,
        streams=(VOICE,),
    )
    span = Span(Sample(12.0, stats(ann=now)), Sample(10.0, stats(ann=before)))
    assert room_figures(span, [ANN]).peers[ANN] == PeerReport(
        peer_id=ANN,
        is_publishing=True,
        is_subscribing=True,
        rtt_ms=500.0,
        loss_up=0.5,
        loss_down=0.25,
        packets_up=200,
        packets_down=50,
        bytes_up=30_000,
        bytes_down=6000,
        bps_up=80_000,
        bps_down=4000,
        resent=9,
        available_bps=300_000,
        held_back=2,
        streams=[StreamReport("audio", "audio", 900, 90_000, 3, 7, 0.5, 4.0, 0, 0, 0)],
    )


def test_no_figure_is_told_finer_than_it_is_known() -> None:
    voice = dataclasses.replace(VOICE, packets=800, loss=0.12345, jitter_s=0.00123456)
    ann = peer(rtt_s=0.0072822537695174105, loss=0.0456789, packets_in=100, streams=(voice,))
    before = stats(ann=peer(loss=0.0456789))
    now = stats(0.0262192425013655 * 3, ann=ann)
    span = Span(Sample(3.0, now), Sample(0.0, before))
    figures, load = room_figures(span, [ANN]), server_load(span)
    told = figures.peers[ANN]
    assert (told.rtt_ms, told.loss_up, told.loss_down) == (7.3, 0.123, 0.046)
    assert (told.streams[0].loss, told.streams[0].jitter_ms) == (0.123, 1.2)
    assert figures.room.loss_up == 0.123
    assert (load.cpu, load.packets_up_per_s, load.packets_down_per_s) == (0.026, 33.3, 0.0)


def test_without_an_earlier_sample_there_are_no_rates_but_all_else() -> None:
    span = Span(Sample(12.0, stats(1.5, ann=peer(bytes_in=5, streams=(PICTURES,)))))
    figures = room_figures(span, [ANN])
    assert (figures.peers[ANN].bps_up, figures.room.bps_up) == (None, None)
    assert (figures.peers[ANN].bytes_up, figures.room.bytes_up) == (5, 5)
    assert (figures.room.keyframes, figures.room.keyframe_requests) == (4, 2)
    assert (figures.peers[ANN].loss_up, figures.room.loss_down) == (0.0, None)
    load = server_load(span)
    assert (load.cpu, load.packets_up_per_s, load.packets_down_per_s) == (None, None, None)


def test_a_room_is_those_who_are_in_it_and_have_media() -> None:
    before = stats(ann=peer(bytes_in=1000), eve=peer())
    now = stats(ann=peer(bytes_in=2000, packets_in=10), ben=peer(bytes_in=70), eve=peer(bytes_in=9))
    span = Span(Sample(1.0, now), Sample(0.0, before))
    figures = room_figures(span, [ANN, BEN, PeerId("without media")])
    assert figures.peers.keys() == {ANN, BEN}
    assert (figures.room.peers, figures.room.bytes_up, figures.room.packets_up) == (2, 2070, 10)
    assert figures.room.bps_up == 8000
    assert figures.peers[BEN].bps_up is None
    assert room_figures(span, []).room.loss_up is None


def test_a_counter_that_began_anew_has_no_rate() -> None:
    now, before = stats(ann=peer(bytes_in=10)), stats(ann=peer(bytes_in=1000))
    figures = room_figures(Span(Sample(1.0, now), Sample(0.0, before)), [ANN])
    assert figures.peers[ANN].bps_up is None


def test_loss_is_of_all_packets_sent_lately_and_not_the_mean_of_streams() -> None:
    # 50 of 100 came of one stream, 300 of 300 of the other.
    voice = dataclasses.replace(VOICE, packets=VOICE.packets + 50)
    pictures = dataclasses.replace(PICTURES, packets=PICTURES.packets + 300)
    before = stats(ann=peer(streams=(VOICE, PICTURES)), ben=peer(packets_out=5000))
    now = stats(
        ann=peer(streams=(voice, pictures), packets_out=100, loss=0.5),
        ben=peer(packets_out=5300),
    )
    figures = room_figures(Span(Sample(1.0, now), Sample(0.0, before)), [ANN, BEN])
    assert figures.peers[ANN].loss_up == pytest.approx(50 / 400)
    assert figures.room.loss_up == pytest.approx(50 / 400)
    assert figures.room.loss_down == pytest.approx(50 / 400)


def test_a_stream_of_which_nothing_comes_divides_nothing_by_zero() -> None:
    lost = dataclasses.replace(VOICE, loss=1.0)
    figures = room_figures(Span(Sample(0.0, stats(ann=peer(streams=(lost,))))), [ANN])
    assert figures.peers[ANN].loss_up is None
    assert figures.peers[ANN].streams[0].loss == 1.0


def test_the_load_is_the_share_of_a_core_and_packets_per_second() -> None:
    before, now = (
        stats(1.0, ann=peer(packets_out=50)),
        stats(1.5, ann=peer(packets_in=30, packets_out=650)),
    )
    load = server_load(Span(Sample(7.0, now), Sample(5.0, before)))
    assert (load.cpu, load.packets_up_per_s, load.packets_down_per_s) == (0.25, 15.0, 300.0)


class _Engine:
    """Counts how often it is read; a byte comes in with each reading."""

    def __init__(self) -> None:
        self.now = 0.0
        self.readings = 0

    def read(self) -> EngineStats:
        self.readings += 1
        return stats(ann=peer(bytes_in=self.readings))


def test_however_many_ask_the_engine_is_read_twice_a_second_at_most() -> None:
    engine = _Engine()
    sampler = Sampler(engine.read, lambda: engine.now)
    for _ in range(10):
        sampler.room(RoomId("a"), [ANN])
        sampler.room(RoomId("b"), [ANN])
        sampler.load()
    assert engine.readings == 1
    engine.now += SAMPLE_S
    assert sampler.room(RoomId("a"), [ANN]).peers[ANN].bps_up == round(8 / SAMPLE_S)
    assert engine.readings == 2


def test_a_sample_of_long_ago_is_no_measure_of_now() -> None:
    engine = _Engine()
    sampler = Sampler(engine.read, lambda: engine.now)
    sampler.load()
    engine.now += STALE_S + 0.1
    assert sampler.room(RoomId("a"), [ANN]).peers[ANN].bps_up is None
    engine.now += 1.0
    assert sampler.room(RoomId("a"), [ANN]).peers[ANN].bps_up == 8
