"""A publisher hears of a new bound seldom: each makes its encoder begin anew."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.told_cap import (
    DOWN_GAP_S,
    MARGIN,
    REPEAT_S,
    UNLIMITED_BPS,
    UP_GAP_S,
    ToldCap,
)


def told_at_zero(cap_bps: int) -> ToldCap:
    teller = ToldCap()
    assert teller.take_due(cap_bps, cap_bps * 3, 0.0) == int(MARGIN * cap_bps)
    return teller


def test_nobody_is_told_of_no_bound_or_of_one_out_of_reach() -> None:
    teller = ToldCap()
    assert teller.take_due(None, 400_000, 0.0) is None
    assert teller.take_due(500_000, 400_000, 1.0) is None


def test_a_bound_that_differs_little_is_not_told() -> None:
    teller = told_at_zero(200_000)
    assert teller.take_due(220_000, 180_000, 5.0) is None
    assert teller.take_due(180_000, 180_000, 5.0) is None


def test_a_lower_bound_is_told_sooner_than_a_higher_one() -> None:
    assert DOWN_GAP_S < UP_GAP_S
    falling, rising = told_at_zero(200_000), told_at_zero(200_000)
    assert falling.take_due(100_000, 180_000, DOWN_GAP_S) == int(MARGIN * 100_000)
    assert rising.take_due(400_000, 180_000, DOWN_GAP_S) is None
    assert rising.take_due(400_000, 180_000, UP_GAP_S) == int(MARGIN * 400_000)


def test_what_was_told_is_repeated_as_it_was() -> None:
    teller = told_at_zero(200_000)
    assert teller.take_due(190_000, 180_000, REPEAT_S - 0.1) is None
    assert teller.take_due(190_000, 180_000, REPEAT_S) == int(MARGIN * 200_000)


def test_the_end_of_a_bound_is_told() -> None:
    teller = told_at_zero(200_000)
    assert teller.take_due(None, 180_000, UP_GAP_S) == UNLIMITED_BPS
    assert teller.take_due(None, 180_000, UP_GAP_S + 1) is None


@given(st.lists(st.none() | st.integers(60_000, 3_000_000), max_size=60))
def test_no_two_encoders_begin_within_a_second(bounds: list[int | None]) -> None:
    teller = ToldCap()
    times = [at / 4 for at, cap in enumerate(bounds) if teller.take_due(cap, 4_000_000, at / 4)]
    assert all(b - a >= DOWN_GAP_S for a, b in pairwise(times))
