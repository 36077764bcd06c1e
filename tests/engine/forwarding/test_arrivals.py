"""What is told of packets' arrivals, read back by the draft's own tables."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.arrivals import MOST_AT_ONCE, MOST_IN_ONE, Arrivals
from proconf_tui.engine.rtcp import OWN_SSRC

TICK_S = 0.00025
REFERENCE_S = 0.064
MAX_DATAGRAM = 1200
SSRC = 77

Told = dict[int, float | None]


def _symbols(packet: bytes, at: int, count: int) -> tuple[list[int], int]:
    """Return a symbol for each number, of the only kind of chunk that is written."""
    symbols: list[int] = []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", packet, at)
        assert chunk >> 14 == 0b11
        symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        at += 2
    assert not any(symbols[count:])
    return symbols[:count], at


def read(packet: bytes) -> tuple[int, Told]:
    """Return the packet's own count, and by number when each came in seconds, None for not."""
    first, packet_type, words, own, media = struct.unpack_from("!BBHII", packet)
    assert (first & 0xDF, packet_type, own, media) == (0x8F, 205, OWN_SSRC, SSRC)
    assert len(packet) == 4 * (words + 1) <= MAX_DATAGRAM
    end = len(packet) - (packet[-1] if first & 0x20 else 0)
    begin, count, times = struct.unpack_from("!HHI", packet, 12)
    symbols, at = _symbols(packet, 20, count)
    came_at = (times >> 8) * REFERENCE_S
    told: Told = {}
    for place, symbol in enumerate(symbols):
        number = begin + place & 0xFFFF
        told[number] = None
        if symbol:
            (delta,) = struct.unpack_from("!B" if symbol == 1 else "!h", packet, at)
            at += symbol
            came_at += delta * TICK_S
            told[number] = came_at
    assert at == end
    assert count
    assert symbols[-1]
    return times & 0xFF, told


def told_of(packets: Iterable[bytes]) -> Told:
    """Return what several packets tell together; none of them of the same number."""
    together: Told = {}
    for packet in packets:
        _, told = read(packet)
        assert not told.keys() & together.keys()
        together |= told
    return together


def noted(*arrivals: tuple[int, float], into: Arrivals | None = None) -> Arrivals:
    """Return what has taken note of numbers and when they came."""
    kept = into or Arrivals()
    for number, now in arrivals:
        kept.note(number, now)
    return kept


def test_what_came_and_what_did_not_is_told_once() -> None:
    arrivals = noted((65534, 10.0), (65535, 10.001), (2, 10.1), (1, 10.09))
    assert told_of(arrivals.take(SSRC)) == {
        65534: pytest.approx(10.0),
        65535: pytest.approx(10.001),
        0: None,
        1: pytest.approx(10.09),
        2: pytest.approx(10.1),
    }
    assert arrivals.take(SSRC) == []
    noted((0, 10.11), (4, 10.2), into=arrivals)
    assert told_of(arrivals.take(SSRC)) == {3: None, 4: pytest.approx(10.2)}


def test_nothing_is_told_before_anything_came() -> None:
    assert Arrivals().take(SSRC) == []


def test_packets_are_counted() -> None:
    arrivals = Arrivals()
    for count in range(300):
        noted((count, 1.0), into=arrivals)
        (packet,) = arrivals.take(SSRC)
        assert read(packet)[0] == count & 0xFF


def test_many_arrivals_take_several_packets() -> None:
    count = 3 * MOST_IN_ONE
    arrivals = noted(*((number, number * 0.07) for number in range(count)))
    packets = arrivals.take(SSRC)
    assert len(packets) == 3
    assert told_of(packets) == {n: pytest.approx(n * 0.07, abs=TICK_S) for n in range(count)}


def test_a_wide_jump_costs_no_more_than_a_narrow_one() -> None:
    arrivals = noted(*((number * 0x7000 & 0xFFFF, 1.0) for number in range(100)))
    packets = arrivals.take(SSRC)
    assert sum(len(read(packet)[1]) for packet in packets) <= MOST_AT_ONCE


@given(
    begin=st.integers(0, 0xFFFF),
    steps=st.lists(st.tuples(st.integers(1, 60), st.floats(0.0, 0.5)), max_size=60),
)
def test_every_arrival_is_told_to_a_quarter_of_a_millisecond(
    begin: int, steps: list[tuple[int, float]]
) -> None:
    arrivals, now, number, expected = Arrivals(), 100.0, begin, dict[int, float]()
    for step, pause_s in steps:
        number, now = number + step, now + pause_s
        arrivals.note(number & 0xFFFF, now)
        expected[number & 0xFFFF] = now
    came = {n: at for n, at in told_of(arrivals.take(SSRC)).items() if at is not None}
    assert came == {n: pytest.approx(at, abs=TICK_S) for n, at in expected.items()}
