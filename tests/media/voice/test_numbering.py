from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.voice.numbering import Numbering, Place
from proconf_tui.media.voice.packets import AudioPacket

FRAME = 960


def _packet(number: int, timestamp: int | None = None) -> AudioPacket:
    at = number * 960 if timestamp is None else timestamp
    return AudioPacket(number & 0xFFFF, at & 0xFFFF_FFFF, b"")


def _place(numbering: Numbering, packet: AudioPacket) -> Place:
    place = numbering.place(packet, FRAME)
    assert place is not None
    return place


@given(st.integers(0, 0xFFFF), st.lists(st.integers(0, 40), min_size=1, max_size=100))
def test_both_numbers_go_on_where_they_wrap(first: int, offsets: list[int]) -> None:
    numbering = Numbering()
    origin = _place(numbering, _packet(first))
    for step, offset in enumerate(offsets):
        ahead = step * 30 + offset + 1
        place = _place(numbering, _packet(first + ahead))
        assert place.sequence - origin.sequence == ahead
        assert place.timestamp - origin.timestamp == ahead * 960
        assert not place.begins_stream


def test_a_long_pause_of_the_sender_is_no_new_stream() -> None:
    numbering = Numbering()
    _place(numbering, _packet(1))
    assert _place(numbering, _packet(2, 48_000 * 3600)).timestamp == 48_000 * 3600


def test_a_stray_packet_is_ignored_and_the_stream_goes_on() -> None:
    numbering = Numbering()
    _place(numbering, _packet(1))
    assert numbering.place(_packet(30_000), FRAME) is None
    assert _place(numbering, _packet(2)).sequence == 2


def test_two_in_a_row_elsewhere_begin_a_new_stream() -> None:
    numbering = Numbering()
    _place(numbering, _packet(1))
    assert numbering.place(_packet(30_000), FRAME) is None
    assert _place(numbering, _packet(30_001)).begins_stream
    assert not _place(numbering, _packet(30_002)).begins_stream


def test_a_clock_that_was_set_back_begins_a_new_stream_though_the_numbers_go_on() -> None:
    numbering = Numbering()
    _place(numbering, _packet(10, 960_000))
    assert numbering.place(_packet(11, 0), FRAME) is None
    assert _place(numbering, _packet(12, 960)).begins_stream


def test_packets_of_one_time_are_placed_one_after_another() -> None:
    numbering = Numbering()
    placed = [
        _place(numbering, _packet(number, number // 3 * 3 * FRAME)) for number in (3, 4, 5, 6, 8, 9)
    ]
    assert [place.timestamp for place in placed] == [n * FRAME for n in (3, 4, 5, 6, 8, 9)]
    misordered = [_place(numbering, _packet(number, 9 * FRAME)) for number in (11, 10)]
    assert [place.timestamp for place in misordered] == [11 * FRAME, 10 * FRAME]


@given(
    st.lists(
        st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)),
        max_size=60,
        unique_by=lambda numbers: numbers[1],
    )
)
def test_no_numbers_are_refused_with_an_error(numbers: list[tuple[int, int]]) -> None:
    numbering = Numbering()
    for sequence, timestamp in numbers:
        place = numbering.place(AudioPacket(sequence, timestamp, b""), FRAME)
        if place is not None:
            assert place.sequence & 0xFFFF == sequence
            assert place.timestamp & 0xFFFF_FFFF == timestamp
