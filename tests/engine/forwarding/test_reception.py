"""Sequence numbers of one stream: order, gaps, repeats, jumps, and what is reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.reception import (
    MAX_GAP,
    MAX_MISSING,
    WINDOW,
    Arrival,
    Reception,
)
from proconf_tui.rtp.missing import NACK_INTERVAL_S, NACK_TRIES

NEW, LATE, DROP, JUMP = Arrival.NEWEST, Arrival.LATE, Arrival.DROPPED, Arrival.JUMPED


def _arrivals(sequences: list[int]) -> list[Arrival]:
    reception = Reception()
    return [reception.on_packet(sequence & 0xFFFF, 0.0) for sequence in sequences]


@pytest.mark.parametrize(
    ("sequences", "arrivals"),
    [
        ([5, 6, 7], [NEW, NEW, NEW]),
        ([65534, 65535, 0, 1], [NEW, NEW, NEW, NEW]),
        ([65534, 1, 65535, 0], [NEW, NEW, LATE, LATE]),
        ([5, 5, 6, 5, 6], [NEW, DROP, NEW, DROP, DROP]),
        ([5, 8, 6, 6, 7], [NEW, NEW, LATE, DROP, LATE]),
        ([5, 4], [NEW, DROP]),  # before the beginning
        ([5, 5 + MAX_GAP - 1], [NEW, NEW]),
        ([5, 5 + MAX_GAP, 6], [NEW, JUMP, DROP]),
        ([1000, 1000 - WINDOW - 1, 1001], [NEW, DROP, NEW]),  # one stray
        ([1000, 10, 11, 12], [NEW, DROP, JUMP, NEW]),  # the sender began anew
        ([1000, 10, 20, 21], [NEW, DROP, DROP, JUMP]),
    ],
)
def test_arrivals(sequences: list[int], arrivals: list[Arrival]) -> None:
    assert _arrivals(sequences) == arrivals


def test_what_is_missing_is_asked_for_at_once_and_again_and_given_up() -> None:
    reception = Reception()
    reception.on_packet(65534, 0.0)
    reception.on_packet(2, 0.0)
    assert reception.missing.has_new_gap
    now = 0.0
    for _ in range(NACK_TRIES):
        assert reception.missing.take_due(now) == ([65535, 0, 1], False)
        assert reception.missing.take_due(now) == ([], False)
        now += NACK_INTERVAL_S
    assert reception.missing.take_due(now) == ([], True)
    assert reception.missing.take_due(now + NACK_INTERVAL_S) == ([], False)


def test_what_comes_after_it_was_given_up_still_counts_for_a_second() -> None:
    reception = Reception()
    reception.on_packet(1, 0.0)
    reception.on_packet(3, 0.0)
    for step in range(NACK_TRIES + 1):
        reception.missing.take_due(step * NACK_INTERVAL_S)
    assert reception.on_packet(2, 0.5) is LATE
    reception.on_packet(5, 0.5)
    assert reception.missing.take_due(1.6) == ([], True)
    assert not reception.missing
    assert reception.on_packet(4, 1.7) is DROP


def test_what_has_come_is_not_asked_for() -> None:
    reception = Reception()
    for sequence in (1, 4, 3):
        reception.on_packet(sequence, 0.0)
    assert reception.missing.take_due(0.0) == ([2], False)
    reception.on_packet(2, 0.0)
    assert not reception.missing


def test_what_is_missing_is_bounded() -> None:
    reception = Reception()
    for gap in range(20):
        reception.on_packet(gap * 150, 0.0)
        assert len(reception.missing.take_due(0.0)[0]) <= MAX_MISSING


def test_loss_is_reported_for_the_interval_and_in_all() -> None:
    reception = Reception()
    assert reception.take_loss() == (0, 0, 0)
    for sequence in (65534, 65535, 2, 3):  # two of six are lost
        reception.on_packet(sequence, 0.0)
    assert reception.take_loss() == (2 * 256 // 6, 2, 65536 + 3)
    reception.on_packet(4, 0.0)
    assert reception.take_loss() == (0, 2, 65536 + 4)
    reception.on_packet(0, 0.0)
    reception.on_packet(1, 0.0)
    assert reception.take_loss() == (0, 0, 65536 + 4)


@given(st.lists(st.integers(0, 0xFFFF), max_size=60))
def test_any_numbers_are_taken(sequences: list[int]) -> None:
    reception = Reception()
    for now, sequence in enumerate(sequences):
        assert isinstance(reception.on_packet(sequence, now * 0.01), Arrival)
        reception.missing.take_due(now * 0.01)
    fraction, lost, _ = reception.take_loss()
    assert 0 <= fraction <= 255
    assert lost >= 0


@given(st.integers(0, 0xFFFF), st.permutations(range(12)))
def test_each_packet_counts_once_whatever_the_order(first: int, order: list[int]) -> None:
    reception = Reception()
    reception.on_packet(first, 0.0)
    arrivals = [reception.on_packet((first + 1 + n) & 0xFFFF, 0.0) for n in [*order, *order]]
    assert arrivals[len(order) :] == [DROP] * len(order)
    assert DROP not in arrivals[: len(order)]
    assert reception.take_loss()[1] == 0


def test_a_gap_is_new_until_it_was_taken() -> None:
    reception = Reception()
    told = []
    for sequence in (1, 3, 4):
        reception.on_packet(sequence, 0.0)
        told.append(reception.missing.has_new_gap)
        reception.missing.take_due(0.0)
    assert told == [False, True, False]


def test_what_was_lost_before_a_new_beginning_stays_lost() -> None:
    reception = Reception()
    for sequence in (1000, 1003, 10, 11, 14):
        reception.on_packet(sequence, 0.0)
    assert reception.lost == 4
