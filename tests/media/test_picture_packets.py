from __future__ import annotations

import random

import pytest

from proconf_tui.media.picture_packets import (
    Picture,
    PictureBuffer,
    PicturePacket,
    starts_vp8_keyframe,
)

FIRST = 0xFFF0


def _stream(pictures: int, *, packets: int = 3, keyframes: set[int]) -> list[PicturePacket]:
    """Return pictures of so many packets each; whose numbers wrap."""
    return [
        PicturePacket(
            (FIRST + picture * packets + part) & 0xFFFF,
            picture * 3000,
            part == packets - 1,
            picture in keyframes and part == 0,
            bytes([picture, part]),
            source=7,
        )
        for picture in range(pictures)
        for part in range(packets)
    ]


def _push(buffer: PictureBuffer, packets: list[PicturePacket]) -> list[int]:
    """Return which pictures come out."""
    shown: list[Picture] = []
    for packet in packets:
        shown += buffer.push(packet)
    for picture in shown:
        number = picture.timestamp // 3000
        assert picture.data == bytes(
            byte for part in range(len(picture.data) // 2) for byte in (number, part)
        )
    return [picture.timestamp // 3000 for picture in shown]


def test_each_comes_out_whole_with_its_last_packet() -> None:
    buffer = PictureBuffer()
    counts = [len(buffer.push(packet)) for packet in _stream(20, keyframes={0})]
    assert counts == [0, 0, 1] * 20
    assert not buffer.is_blocked


def test_nothing_comes_out_before_a_keyframe() -> None:
    buffer, packets = PictureBuffer(), _stream(10, keyframes={0, 5})
    assert _push(buffer, packets[1:15]) == []
    assert buffer.is_blocked
    assert _push(buffer, packets[15:]) == [5, 6, 7, 8, 9]


def test_what_waits_for_a_packet_comes_out_with_it_at_once() -> None:
    buffer, packets = PictureBuffer(), _stream(6, keyframes={0})
    late = packets.pop(4)
    assert _push(buffer, packets) == [0]
    assert buffer.is_blocked
    assert _push(buffer, [late]) == [1, 2, 3, 4, 5]
    assert not buffer.is_blocked


def test_a_keyframe_that_has_come_whole_ends_the_waiting() -> None:
    buffer, packets = PictureBuffer(), _stream(8, keyframes={0, 4})
    late = packets.pop(4)
    assert _push(buffer, packets) == [0, 4, 5, 6, 7]
    assert _push(buffer, [late]) == []
    assert not buffer.is_blocked


def test_one_that_was_cut_short_is_skipped_at_the_next_keyframe() -> None:
    buffer, packets = PictureBuffer(), _stream(4, keyframes={0, 2})
    cut = [*packets[:4], *packets[6:]]
    numbered = [packet._replace(sequence=(FIRST + at) & 0xFFFF) for at, packet in enumerate(cut)]
    assert _push(buffer, numbered) == [0, 2, 3]


@pytest.mark.parametrize("first", [0x1000, 0x4000, 0x9000, 0xE000])
def test_a_sender_that_counts_anew_is_followed_from_a_keyframe_on(first: int) -> None:
    buffer = PictureBuffer()
    assert len(_push(buffer, _stream(10, keyframes={0}))) == 10
    anew = [
        packet._replace(sequence=(packet.sequence - FIRST + first) & 0xFFFF)
        for packet in _stream(20, keyframes={0, 10})
    ]
    assert _push(buffer, anew)[-10:] == list(range(10, 20))
    assert not buffer.is_blocked


def test_a_keyframe_is_wanted_of_a_sender_that_counts_anew() -> None:
    buffer = PictureBuffer()
    _push(buffer, _stream(10, keyframes={0}))
    anew = [
        packet._replace(sequence=packet.sequence - 0x2000) for packet in _stream(4, keyframes=set())
    ]
    assert _push(buffer, anew) == []
    assert buffer.is_blocked


def test_what_comes_twice_long_after_is_not_taken_for_a_new_count() -> None:
    buffer, packets = PictureBuffer(), _stream(100, keyframes={0})
    assert len(_push(buffer, packets)) == 100
    assert _push(buffer, packets[:9]) == []
    assert not buffer.is_blocked


def test_padding_is_no_picture() -> None:
    buffer, [first, second] = PictureBuffer(), _stream(2, packets=1, keyframes={0})
    padding = PicturePacket((FIRST + 1) & 0xFFFF, 0, False, False, b"")
    second = second._replace(sequence=(FIRST + 2) & 0xFFFF)
    assert [len(buffer.push(each)) for each in (first, padding, second)] == [1, 0, 1]


def test_a_picture_says_whose_it_is_and_where_it_begins() -> None:
    [packet] = _stream(1, packets=1, keyframes={0})
    assert PictureBuffer().push(packet) == [Picture(FIRST, 0, 7, packet.data)]


@pytest.mark.parametrize("seed", range(20))
def test_out_of_order_and_twice_is_as_good_as_in_order(seed: int) -> None:
    chance = random.Random(seed)
    packets = _stream(40, packets=chance.randint(1, 6), keyframes={0})
    disordered = sorted(packets[1:] * 2, key=lambda one: one.timestamp + chance.uniform(0, 9000))
    buffer = PictureBuffer()
    assert _push(buffer, [packets[0], *disordered]) == list(range(40))


def test_what_never_comes_whole_is_not_kept_for_ever() -> None:
    buffer, packets = PictureBuffer(), _stream(200, packets=5, keyframes={0})
    assert _push(buffer, [*packets[:7], *packets[8:]]) == [0]
    assert len(buffer._packets) <= 512


@pytest.mark.parametrize(
    ("payload", "is_start"),
    [
        (b"", False),
        (b"\x10", False),
        (b"\x10\x00", True),
        (b"\x10\x01", False),
        (b"\x00\x00", False),
        (b"\x11\x00", False),
        (b"\x90\x80\x05\x00", True),
        (b"\x90\x80\x85\x05\x00", True),
        (b"\x90\x80\x85\x05\x01", False),
        (b"\x90\xf0\x85\x05\x01\x01\x02", True),
        (b"\x90\x20\x01\x00", True),
        (b"\x90", False),
        (b"\x90\x80", False),
    ],
)
def test_where_a_keyframe_begins(payload: bytes, is_start: bool) -> None:
    assert starts_vp8_keyframe(payload) is is_start
