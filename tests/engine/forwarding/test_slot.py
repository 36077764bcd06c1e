"""Rewriting: what a subscriber sees of producers that come, go, jump and lose packets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.slot import Slot
from proconf_tui.engine.rtcp import SenderReport
from tests.engine.forwarding.support import (
    DELTA,
    KEY,
    Collector,
    feed,
    producer,
    rtp_packet,
    slot,
)


def test_numbers_go_on_when_another_producer_takes_the_slot() -> None:
    collector = Collector()
    target = slot(collector, sequence=65533, timestamp=0xFFFFFF00)
    first, second = producer(), producer()
    target.attach(first)
    for n in range(3):
        feed(first, collector, rtp_packet(500 + n, 8000 + 960 * n), 1.0 + 0.02 * n)
    target.attach(second)
    feed(first, collector, rtp_packet(503, 9000), 1.06)  # feeds nothing any more
    for n in range(3):
        feed(second, collector, rtp_packet(40000 + n, 77 + 960 * n), 3.04 + 0.02 * n)

    packets = collector.packets
    assert [p.sequence for p in packets] == [65534, 65535, 0, 1, 2, 3]
    ticks = [(p.timestamp - packets[0].timestamp) & 0xFFFFFFFF for p in packets]
    assert ticks[:3] == [0, 960, 1920]
    assert abs(ticks[3] - ticks[2] - 2 * 48000) <= 2  # two seconds have passed
    assert [ticks[4] - ticks[3], ticks[5] - ticks[4]] == [960, 960]


def test_marker_level_and_payload_pass() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0, b"abc", level=0x85, is_marked=True), 0.0)
    feed(source, collector, rtp_packet(2, 960, b"d"), 0.02)
    feed(source, collector, rtp_packet(3, 1920, b"e", level=0), 0.04)
    first, second, third = collector.packets
    assert (first.payload, first.is_marked, first.extension) == (b"abc", True, 0x50850000)
    assert (second.payload, second.is_marked, second.extension) == (b"d", False, None)
    assert third.extension == 0x50000000


def test_video_carries_the_send_time() -> None:
    collector = Collector()
    source, target = producer("video"), slot(collector, "video")
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0, KEY), 1.5)
    assert collector.packets[0].extension == 0x52000000 | int(1.5 * 2**18)


def test_video_begins_with_a_keyframe() -> None:
    collector = Collector()
    source, target = producer("video"), slot(collector, "video")
    target.attach(source)
    for n, payload in enumerate((DELTA, DELTA, KEY, DELTA)):
        feed(source, collector, rtp_packet(n, n * 9000, payload), n * 0.1)
    assert collector.payloads == [KEY, DELTA]


def test_padding_is_forwarded_as_an_empty_packet() -> None:
    collector = Collector()
    source, target = producer("video"), slot(collector, "video")
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0, KEY), 0.0)
    feed(source, collector, rtp_packet(2, 0, b"", padding=200), 0.0)
    feed(source, collector, rtp_packet(3, 0, DELTA, padding=9), 0.0)
    assert collector.payloads == [KEY, b"", DELTA]
    first = collector.packets[0].sequence
    assert [p.sequence - first for p in collector.packets] == [0, 1, 2]


def test_repeats_and_strange_packets_are_not_forwarded() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0), 0.0)
    feed(source, collector, rtp_packet(1, 0), 0.0)
    feed(source, collector, rtp_packet(2, 0, payload_type=97), 0.0)
    feed(source, collector, rtp_packet(3, 0)[:11], 0.0)
    feed(source, collector, rtp_packet(2, 0), 0.0)
    assert len(collector.raw) == 2


def test_reordered_packets_keep_their_places() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    for n in (1, 4, 2, 3, 5):
        feed(source, collector, rtp_packet(n, n * 960), 0.0)
    first = collector.packets[0].sequence
    assert [p.sequence - first for p in collector.packets] == [0, 3, 1, 2, 4]


def test_a_late_packet_never_takes_a_number_of_the_producer_before() -> None:
    collector = Collector()
    target = slot(collector)
    before, source = producer(), producer()
    target.attach(before)
    feed(before, collector, rtp_packet(10, 0), 0.0)
    source_waiting = slot(Collector())
    source_waiting.attach(source)
    feed(source, collector, rtp_packet(100, 0), 0.0)
    target.attach(source)
    feed(source, collector, rtp_packet(103, 960), 0.02)
    sent = len(collector.raw)
    feed(source, collector, rtp_packet(102, 900), 0.03)
    feed(source, collector, rtp_packet(104, 1920), 0.04)
    assert [p.timestamp for p in collector.packets[sent:]] == [
        collector.packets[sent - 1].timestamp + 960
    ]


def test_a_clock_that_jumps_is_smoothed_over() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    feed(source, collector, rtp_packet(1, 5_000_000), 1.0)
    feed(source, collector, rtp_packet(2, 0), 1.5)
    feed(source, collector, rtp_packet(3, 960), 1.52)
    a, b, c = collector.packets
    assert [b.sequence - a.sequence, c.sequence - b.sequence] == [1, 1]
    assert abs(b.timestamp - a.timestamp - 24000) <= 2
    assert c.timestamp - b.timestamp == 960


def test_video_after_a_wide_gap_waits_for_a_keyframe() -> None:
    collector = Collector()
    source, target = producer("video"), slot(collector, "video")
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0, KEY), 0.0)
    feed(source, collector, rtp_packet(900, 9000, DELTA), 0.1)
    assert target.is_awaiting_keyframe
    feed(source, collector, rtp_packet(901, 18000, KEY), 0.2)
    assert collector.payloads == [KEY, KEY]
    assert collector.packets[1].sequence - collector.packets[0].sequence == 1


def test_who_is_not_ready_is_sent_nothing() -> None:
    collector = Collector(is_ready=False)
    source, target = producer(), slot(collector)
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0), 0.0)
    assert collector.raw == []
    assert not source.is_keyframe_awaited(0.0)


def _resend(collector: Collector, sequence: int, now: float, target: Slot) -> bytes | None:
    length = target.rewrite(collector.out, sequence & 0xFFFF, now)
    return bytes(collector.out[:length]) if length else None


def test_what_is_sent_again_equals_the_first_time_byte_for_byte() -> None:
    collector = Collector()
    source, target = producer("video"), slot(collector, "video")
    target.attach(source)
    for n in range(5):
        payload = KEY if n == 0 else DELTA
        feed(source, collector, rtp_packet(65534 + n, n * 9000, payload, is_marked=True), n * 0.1)
    for packet, raw in zip(collector.packets, list(collector.raw), strict=True):
        assert _resend(collector, packet.sequence, 9.0, target) == raw


def test_nothing_is_sent_again_that_was_not_sent_or_is_another_producers() -> None:
    collector = Collector()
    first, second, target = producer(), producer(), slot(collector)
    assert _resend(collector, 0, 0.0, target) is None
    target.attach(first)
    assert _resend(collector, 0, 0.0, target) is None
    feed(first, collector, rtp_packet(10, 0), 0.0)
    feed(first, collector, rtp_packet(11, 960), 0.02)
    last = collector.packets[-1].sequence
    assert _resend(collector, last + 1, 1.0, target) is None
    assert _resend(collector, last - 2, 1.0, target) is None
    target.attach(second)
    assert _resend(collector, last, 1.0, target) is None
    feed(second, collector, rtp_packet(900, 0), 1.0)
    assert _resend(collector, last, 2.0, target) is None
    assert _resend(collector, last + 1, 2.0, target) is not None


def test_what_left_the_cache_is_not_sent_again() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    for n in range(300):
        feed(source, collector, rtp_packet(n, n * 960), n * 0.02)
    first = collector.packets[0].sequence
    assert _resend(collector, first + 43, 9.0, target) is None
    assert _resend(collector, first + 44, 9.0, target) is not None


def test_sending_again_works_after_any_number_of_packets() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    for n in range(70_000):
        feed(source, collector, rtp_packet(n, n * 960), n * 0.02)
        if n % 10_000 == 9_999:
            raw = collector.raw[-5]
            sequence = int.from_bytes(raw[2:4])
            assert _resend(collector, sequence, n * 0.02, target) == raw
    assert len(collector.raw) == 70_000


def test_a_sender_report_is_put_on_the_slots_clock() -> None:
    collector = Collector()
    source, target = producer(), slot(collector, timestamp=500)
    target.attach(source)
    source.on_sender_report(SenderReport(ssrc=77, ntp=1 << 40, rtp_time=4800), 0.0)
    assert target.take_report() is None
    feed(source, collector, rtp_packet(1, 960), 0.0)
    report = target.take_report()
    assert report is not None
    assert (report.ssrc, report.ntp) == (99, 1 << 40)
    assert report.rtp_time - collector.packets[0].timestamp == 4800 - 960
    assert target.take_report() is None


def test_a_first_report_is_due_once_and_after_the_first_packet() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    source.on_sender_report(SenderReport(ssrc=77, ntp=1 << 40, rtp_time=4800), 0.0)
    due = [target.is_first_report_due]
    feed(source, collector, rtp_packet(1, 960), 0.0)
    due.append(target.is_first_report_due)
    target.take_report()
    due.append(target.is_first_report_due)
    assert due == [False, True, False]


def test_a_report_of_the_clock_before_a_jump_is_not_passed_on() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    feed(source, collector, rtp_packet(1, 960), 0.0)
    source.on_sender_report(SenderReport(ssrc=77, ntp=1 << 40, rtp_time=960), 0.0)
    feed(source, collector, rtp_packet(2, 48_000_000), 0.02)
    assert target.take_report() is None


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1]), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)),
        max_size=40,
    )
)
def test_no_number_is_used_twice_whatever_comes(steps: list[tuple[int, int, int]]) -> None:
    """AES-GCM's one rule: never two different packets under one sequence number."""
    collector = Collector()
    sources = (producer(), producer())
    target = slot(collector)
    for now, (which, sequence, timestamp) in enumerate(steps):
        source = sources[which]
        if target.producer is not source:
            target.attach(source)
        for step in (0, 1, 3, 2):
            raw = rtp_packet(sequence + step, timestamp + step * 960, bytes([now, step]))
            feed(source, collector, raw, now * 0.1)
    by_number: dict[int, bytes] = {}
    for packet, raw in zip(collector.packets, collector.raw, strict=True):
        assert by_number.setdefault(packet.sequence, raw) == raw
