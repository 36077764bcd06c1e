"""A producer: its levels, its reports, who waits for its keyframes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.producer import ALIVE_S
from proconf_tui.engine.rtcp import SenderReport
from tests.engine.forwarding.support import (
    DELTA,
    KEY,
    SSRC_IN,
    Collector,
    feed,
    producer,
    rtp_packet,
    slot,
)


def test_the_loudest_level_since_the_last_time_is_told() -> None:
    source = producer()
    assert source.take_level() is None
    for n, level in enumerate((127, 0x80 | 30, 50)):
        feed(source, Collector(), rtp_packet(n, n * 960, level=level), 0.02 * n)
    assert source.take_level() == -30.0
    assert source.take_level() is None


def test_without_the_extension_there_are_no_levels() -> None:
    source = producer(level_id=0)
    feed(source, Collector(), rtp_packet(1, 0, level=10), 0.0)
    assert source.take_level() is None


def test_a_keyframe_is_awaited_by_a_ready_slot_of_a_living_stream() -> None:
    collector = Collector()
    source, target = producer("video"), slot(collector, "video")
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0, DELTA), 10.0)
    assert source.is_keyframe_awaited(10.0)
    assert not source.is_keyframe_awaited(10.0 + ALIVE_S)
    feed(source, collector, rtp_packet(2, 0, KEY), 10.0)
    assert not source.is_keyframe_awaited(10.0)


def test_a_stream_resumes_after_a_silence_or_a_break() -> None:
    collector = Collector()
    source = producer("video")
    resuming = []
    for sequence, now in ((1, 10.0), (2, 10.1), (3, 70.0), (4, 70.1), (4000, 70.2), (4001, 70.3)):
        feed(source, collector, rtp_packet(sequence, 0, DELTA), now)
        resuming.append(source.is_resuming)
    assert resuming == [True, False, True, False, True, False]


def test_a_stream_that_paused_for_minutes_plays_on_where_it_is_watched_anew() -> None:
    collector = Collector()
    source, target = producer("video"), slot(collector, "video", sequence=500)
    target.attach(source)
    for sequence, payload in ((1, KEY), (2, DELTA)):
        feed(source, collector, rtp_packet(sequence, 0, payload), 1.0)
    target.detach()
    target.attach(source)
    # The sender's numbers go on, its clock as it likes.
    for sequence, payload in ((3, DELTA), (4, KEY), (5, DELTA)):
        feed(source, collector, rtp_packet(sequence, 90_000, payload), 301.0)
    assert [packet.sequence for packet in collector.packets] == [501, 502, 503, 504]
    assert collector.payloads == [KEY, DELTA, KEY, DELTA]
    moved = (collector.packets[2].timestamp - collector.packets[1].timestamp) & 0xFFFFFFFF
    assert moved == 300 * 90_000 + 1
    assert source.reception.missing.take_due(301.0) == ([], False)


def test_a_keyframe_settles_the_requests() -> None:
    source = producer("video")
    source.keyframes.ask(1.0)
    feed(source, Collector(), rtp_packet(1, 0, KEY), 1.1)
    assert not source.keyframes.is_pending


def test_reports_name_what_came_and_the_senders_last_report() -> None:
    source = producer()
    assert source.report(1.0) is None
    for sequence in (10, 11, 14):
        feed(source, Collector(), rtp_packet(sequence, sequence * 960), sequence * 0.02)
    source.on_sender_report(SenderReport(SSRC_IN, 0x1234_5678_9ABC_DEF0, 0), now=2.0)
    report = source.report(2.5)
    assert report is not None
    assert (report.ssrc, report.lost, report.highest_sequence) == (SSRC_IN, 2, 14)
    assert (report.last_report, report.delay) == (0x5678_9ABC, 0x8000)
    assert report.jitter <= 1


def test_release_leaves_every_slot() -> None:
    source = producer()
    targets = [slot(Collector()) for _ in range(3)]
    for target in targets:
        target.attach(source)
    source.release()
    assert source.slots == []
    assert [target.producer for target in targets] == [None] * 3


@given(st.binary(min_size=12, max_size=80))
def test_any_packet_is_taken_or_dropped(raw: bytes) -> None:
    for source in (producer("audio"), producer("video")):
        collector = Collector()
        slot(collector, source.kind).attach(source)
        feed(source, collector, raw, 1.0)
        feed(source, collector, bytes([0x90 | raw[0] & 0x2F, 96]) + raw[2:], 1.0)
        assert len(collector.raw) <= 1


def test_a_stream_that_begins_anew_has_no_packets_of_the_one_before() -> None:
    collector = Collector()
    source = producer()
    for number in range(700, 1000):
        feed(source, collector, rtp_packet(number, number * 960, b"old"), 1.0)
    for number in range(700, 760):
        feed(source, collector, rtp_packet(number, number * 960, b"new"), 2.0)
    newest = [packet for n in range(700, 1000) if (packet := source.cached(n)) is not None]
    assert [packet[0] for packet in newest] == list(range(701, 760))
    assert {packet[4] for packet in newest} == {b"new"}
