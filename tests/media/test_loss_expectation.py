"""The expected loss rises with a report and falls little by little, within its bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.loss_expectation import (
    CEILING_PERCENT,
    FLOOR_PERCENT,
    MIN_PACKETS,
    LossExpectation,
)


def _after(*fractions: int, first: int = 0, packets: int = 50) -> LossExpectation:
    """Return what has taken these reports, each about so many packets."""
    expectation = LossExpectation()
    expectation.report(0, first)
    for number, fraction in enumerate(fractions, start=1):
        expectation.report(fraction, (first + number * packets) & 0xFFFFFFFF)
    return expectation


def test_it_begins_at_the_floor_and_stays_there_without_loss() -> None:
    assert LossExpectation().percent == FLOOR_PERCENT
    assert _after(0, 0, 0).percent == FLOOR_PERCENT


def test_it_follows_a_report_up_at_once() -> None:
    assert _after(51).percent == 20
    assert _after(51, 64).percent == 25
    assert _after(255).percent == CEILING_PERCENT


def test_it_comes_down_by_one_a_report() -> None:
    assert _after(51, 0).percent == 19
    assert _after(51, 0, 0, 0).percent == 17
    assert _after(51, *[0] * 30).percent == FLOOR_PERCENT
    assert _after(51, 49).percent == 20


def test_a_report_about_a_few_packets_says_nothing() -> None:
    assert _after(128, packets=MIN_PACKETS - 1).percent == FLOOR_PERCENT
    assert _after(128, packets=MIN_PACKETS).percent == CEILING_PERCENT


def test_what_is_asked_for_again_was_lost_too() -> None:
    expectation = _after(0)
    expectation.miss([51, 53, 55, 57])
    expectation.miss([57, 59, 61, 63, 65, 67])  # one of them was asked for before
    expectation.report(0, 100)
    assert expectation.percent == 18
    expectation.report(0, 150)
    assert expectation.percent == 17


def test_the_count_of_packets_may_wrap() -> None:
    assert _after(51, first=0xFFFFFFFF - 20).percent == 20


@given(st.lists(st.integers(0, 255)))
def test_it_keeps_within_its_bounds(fractions: list[int]) -> None:
    assert FLOOR_PERCENT <= _after(*fractions).percent <= CEILING_PERCENT
