"""RTCP: what is built is read back, and any bytes give reports or nothing."""

from __future__ import annotations

import struct

from aiortc.rtp import (
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine import rtcp

U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
U24 = st.integers(0, 0xFFFFFF)
BLOCKS = st.builds(rtcp.ReportBlock, U32, st.integers(0, 255), U24, U32, U32, U32, U32)


@given(U32, st.lists(U16, min_size=1, max_size=50, unique=True))
def test_a_nack_is_read_as_it_was_built(ssrc: int, sequences: list[int]) -> None:
    (nack,) = rtcp.parse(rtcp.build_nack(ssrc, sequences))
    assert isinstance(nack, rtcp.Nack)
    assert nack.ssrc == ssrc
    assert sorted(nack.sequences) == sorted(sequences)


def test_neighbours_share_an_entry_but_never_across_the_wrap() -> None:
    packet = rtcp.build_nack(7, [0xFFFE, 0xFFFF, 1, 14, 15])
    (parsed,) = RtcpPacket.parse(packet)
    assert isinstance(parsed, RtcpRtpfbPacket)
    assert parsed.lost == [0xFFFE, 0xFFFF, 1, 14, 15]
    assert len(packet) == 12 + 2 * 4


@given(st.lists(BLOCKS, max_size=31))
def test_receiver_reports_are_read_as_they_were_built(blocks: list[rtcp.ReportBlock]) -> None:
    assert rtcp.parse(rtcp.build_receiver_report(blocks)) == blocks


def test_no_more_blocks_than_fit() -> None:
    block = rtcp.ReportBlock(1, 2, 3, 4, 5, 6, 7)
    assert rtcp.parse(rtcp.build_receiver_report([block] * 40)) == [block] * rtcp.MAX_BLOCKS


SENDER_REPORTS = st.builds(rtcp.SenderReport, U32, st.integers(0, 2**64 - 1), U32)


@given(st.lists(SENDER_REPORTS, min_size=1, max_size=rtcp.MAX_BLOCKS))
def test_sender_reports_are_read_as_they_were_built(reports: list[rtcp.SenderReport]) -> None:
    packet = rtcp.build_sender_reports([(report, 2**40, 2**40) for report in reports])
    assert rtcp.parse(packet) == reports
    assert len(RtcpPacket.parse(packet)) == len(reports) + 1


def test_others_read_our_packets() -> None:
    sender = rtcp.SenderReport(ssrc=9, ntp=10, rtp_time=11)
    block = rtcp.ReportBlock(1, 2, 3, 4, 5, 6, 7)
    packets = [
        rtcp.build_sender_reports([(sender, 12, 13)]),
        rtcp.build_receiver_report([block]),
        rtcp.build_picture_loss(14),
    ]
    sr, _description, rr, pli = [p for packet in packets for p in RtcpPacket.parse(packet)]
    assert isinstance(sr, RtcpSrPacket)
    assert (sr.ssrc, sr.sender_info.packet_count, sr.sender_info.octet_count) == (9, 12, 13)
    assert isinstance(rr, RtcpRrPacket)
    assert (rr.reports[0].ssrc, rr.reports[0].packets_lost) == (1, 3)
    assert isinstance(pli, RtcpPsfbPacket)
    assert (pli.fmt, pli.media_ssrc) == (rtcp.PICTURE_LOSS, 14)


def test_keyframe_requests_of_both_kinds_are_read() -> None:
    fir = struct.pack("!BBHIIIBBH", 0x84, 206, 4, 1, 0, 77, 0, 0, 0)
    assert rtcp.parse(rtcp.build_picture_loss(66) + fir) == [
        rtcp.KeyframeRequest(66),
        rtcp.KeyframeRequest(77),
    ]


@given(st.integers(0, 2**40), st.lists(U32, max_size=255))
def test_a_bandwidth_is_read_as_it_was_built(bps: int, ssrcs: list[int]) -> None:
    (estimate,) = rtcp.parse(rtcp.build_remb(bps, ssrcs))
    assert isinstance(estimate, rtcp.BandwidthEstimate)
    assert estimate.ssrcs == tuple(ssrcs)
    assert bps * (1 - 2**-17) <= estimate.bps <= bps


def test_others_read_our_bandwidth_and_we_theirs() -> None:
    (parsed,) = RtcpPacket.parse(rtcp.build_remb(300_000, [7, 8]))
    assert isinstance(parsed, RtcpPsfbPacket)
    assert unpack_remb_fci(parsed.fci) == (300_000, [7, 8])
    theirs = RtcpPsfbPacket(fmt=15, ssrc=1, media_ssrc=0, fci=pack_remb_fci(65_000, [9]))
    assert rtcp.parse(bytes(theirs)) == [rtcp.BandwidthEstimate(65_000, (9,))]


def test_a_bandwidth_with_fewer_sources_than_it_says_is_not_read() -> None:
    packet = bytearray(rtcp.build_remb(65_000, [9]))
    packet[16] = 2
    assert rtcp.parse(bytes(packet)) == []


def test_a_goodbye_is_not_read() -> None:
    bye = struct.pack("!BBHI", 0x81, 203, 1, 5)
    assert rtcp.parse(bye + rtcp.build_picture_loss(6)) == [rtcp.KeyframeRequest(6)]


def test_what_came_before_a_broken_packet_counts() -> None:
    whole = rtcp.build_picture_loss(6)
    assert rtcp.parse(whole + whole[:-1]) == [rtcp.KeyframeRequest(6)]


@given(st.binary(max_size=40))
def test_any_bandwidth_is_read_or_skipped(body: bytes) -> None:
    body = bytes(8) + b"REMB" + body + b"\0" * (-len(body) % 4)
    data = struct.pack("!BBH", 0x8F, 206, len(body) // 4) + body
    assert all(isinstance(report, rtcp.BandwidthEstimate) for report in rtcp.parse(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    assert isinstance(rtcp.parse(data), list)


@given(st.integers(0, 31), st.sampled_from([200, 201, 205, 206]), st.binary(max_size=120))
def test_any_packet_of_a_known_type_is_read(count: int, packet_type: int, body: bytes) -> None:
    body += b"\0" * (-len(body) % 4)
    data = struct.pack("!BBH", 0x80 | count, packet_type, len(body) // 4) + body
    assert isinstance(rtcp.parse(data), list)


def test_nobody_can_ask_for_everything_there_is() -> None:
    dense = [17 * entry + bit & 0xFFFF for entry in range(480) for bit in range(17)]
    nack = rtcp.build_nack(7, dense)
    assert len(nack) < 2048
    for packet in (nack, rtcp.build_nack(7, dense[:160]) * 40):
        asked = [r for r in rtcp.parse(packet) if isinstance(r, rtcp.Nack)]
        assert rtcp.MAX_NACKED <= sum(len(each.sequences) for each in asked) < 1100
