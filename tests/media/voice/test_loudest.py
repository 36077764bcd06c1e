from __future__ import annotations

from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.voice.loudest import LoudestVoices


def _levels(*levels_dbfs: float) -> dict[Hashable, float]:
    return dict(enumerate(levels_dbfs))


def test_the_loudest_are_chosen() -> None:
    assert LoudestVoices(2).choose(_levels(-50, -20, -60, -30), 0.0) == {1, 3}


def test_who_pauses_while_talking_keeps_the_place_for_300_ms() -> None:
    loudest = LoudestVoices(1)
    assert loudest.choose(_levels(-20, -60), 1.0) == {0}
    assert loudest.choose(_levels(-60, -20), 1.29) == {0}
    assert loudest.choose(_levels(-60, -20), 1.31) == {1}


def test_silence_keeps_no_place() -> None:
    loudest = LoudestVoices(2)
    assert loudest.choose(_levels(-127, -127, -127), 1.0) == {0, 1}
    assert 2 in loudest.choose(_levels(-127, -127, -49), 1.01)


def test_hardly_louder_than_silence_is_enough() -> None:
    loudest = LoudestVoices(1)
    assert loudest.choose(_levels(-50.5, -127), 1.0) == {0}
    assert loudest.choose(_levels(-50.5, -49.5), 1.01) == {1}


def test_a_newcomer_who_is_clearly_louder_is_heard_at_once() -> None:
    loudest = LoudestVoices(2)
    assert loudest.choose(_levels(-20, -22, -127), 1.0) == {0, 1}
    assert loudest.choose(_levels(-20, -22, -18), 1.01) == {0, 2}


@pytest.mark.parametrize("level_dbfs", [-20.0, -60.0])
def test_of_two_as_loud_as_each_other_the_first_stays(level_dbfs: float) -> None:
    loudest = LoudestVoices(1)
    first = loudest.choose(_levels(level_dbfs, level_dbfs), 1.0)
    for step in range(100):
        wavering = (2.5, 0.0) if step % 2 else (0.0, 2.5)
        levels = _levels(*(level_dbfs + more_db for more_db in wavering))
        assert loudest.choose(levels, 1.0 + step * 0.02) == first


def test_two_who_talk_by_turns_in_syllables_do_not_flutter() -> None:
    loudest = LoudestVoices(1)
    chosen: list[Hashable] = []
    for step in range(100):
        is_turn = step // 10 % 2
        chosen += loudest.choose(_levels(-20 - 8 * is_turn, -28 + 8 * is_turn), step * 0.02)
    assert chosen == [0] * 100


def test_who_left_takes_no_place() -> None:
    loudest = LoudestVoices(1)
    loudest.choose({"gone": -10.0, "here": -50.0}, 0.0)
    assert loudest.choose({"here": -50.0}, 0.01) == {"here"}


@given(st.lists(st.lists(st.floats(-127, 0), min_size=1, max_size=12), max_size=20))
def test_there_are_always_as_many_as_there_are_places(rounds: list[list[float]]) -> None:
    loudest = LoudestVoices(4)
    for number, levels in enumerate(rounds):
        chosen = loudest.choose(_levels(*levels), number * 0.05)
        assert len(chosen) == min(4, len(levels))
        assert chosen <= set(range(len(levels)))
