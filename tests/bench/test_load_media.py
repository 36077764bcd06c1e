from __future__ import annotations

import struct

from bench.lib.load_encoded import encoded
from bench.lib.load_media import Picture, RtpStream, Voice, stamp_of, synthetic
from bench.lib.load_reports import receiver_reports, sender_report
from bench.lib.load_sdp import LEVEL_ID
from proconf_tui.engine import rtcp, rtp

SSRC = 0x12345678


def payload_of(packet: bytes) -> bytes:
    bounds = rtp.payload_bounds(packet, len(packet))
    assert bounds is not None
    return packet[bounds[0] : bounds[1]]


def is_key(packets: list[bytes]) -> bool:
    return rtp.starts_vp8_keyframe(payload_of(packets[0]))


def test_voice_packets_follow_each_other_and_tell_the_level_and_the_time() -> None:
    voice = Voice(synthetic(), SSRC, -30)
    first, second = voice.next_packet(1.0, 77.25), voice.next_packet(1.02, 77.5)
    one, other = rtp.HEADER.unpack_from(first), rtp.HEADER.unpack_from(second)
    assert (other[2] - one[2], other[3] - one[3], one[4]) == (1, 960, SSRC)
    bounds = rtp.payload_bounds(first, len(first))
    assert bounds is not None
    assert bounds[1] - bounds[0] == 80
    assert rtp.audio_level(first, bounds[0], LEVEL_ID) == 0x80 | 30
    assert (stamp_of(first), stamp_of(second)) == (77.25, 77.5)


def test_the_time_is_found_behind_a_source_that_the_server_added() -> None:
    packet = Voice(synthetic(), SSRC, -30).next_packet(1.0, 77.25)
    with_source = bytes([packet[0] | 1]) + packet[1:12] + struct.pack("!I", 99) + packet[12:]
    assert stamp_of(with_source) == 77.25


def test_a_picture_begins_with_a_keyframe_and_again_when_asked() -> None:
    picture = Picture(synthetic(), SSRC)
    pictures = [picture.next_packets(number / 20) for number in range(3)]
    assert [is_key(packets) for packets in pictures] == [True, False, False]
    assert [packet[1] & 0x80 for packet in pictures[1]] == [0, 0x80]
    assert {len(payload_of(packet)) for packets in pictures for packet in packets} == {1000}
    picture.is_key_wanted = True
    assert is_key(picture.next_packets(0.15))
    assert not is_key(picture.next_packets(0.2))


def test_encoded_pictures_have_one_keyframe_and_fit_into_packets() -> None:
    media = encoded()
    keys = [rtp.starts_vp8_keyframe(picture[0]) for picture in media.video]
    assert keys == [True] + [False] * 59
    assert max(len(payload) for picture in media.video for payload in picture) <= 1300
    assert len(media.audio) == 150


def test_reports_are_read_as_they_were_meant() -> None:
    stream = RtpStream("video", SSRC)
    (report,) = rtcp.parse(sender_report(stream, 2.0, 0.0))
    assert report == rtcp.SenderReport(SSRC, 2208988800 << 32, 180000)
    blocks = [rtcp.parse(packet) for packet in receiver_reports(range(1, 41))]
    assert [len(each) for each in blocks] == [31, 9]
    assert blocks[1][-1] == rtcp.ReportBlock(40, 0, 0, 0, 0, 0, 0)
