from __future__ import annotations

from collections.abc import Hashable

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.voice.loudest import LoudestVoices


def _levels(*levels_dbfs: float) -> dict[Hashable, float]:
    return dict(enumerate(levels_dbfs))


def test_the_loudest_are_chosen() -> None:
    assert LoudestVoices(2).choose(_levels(-50, -20, -60, -30), 0.0) == {1, 3}


def test_who_becomes_quiet_keeps_the_place_for_300_ms() -> None:
    loudest = LoudestVoices(1)
    assert loudest.choose(_levels(-20, -60), 1.0) == {0}
    assert loudest.choose(_levels(-60, -20), 1.29) == {0}
    assert loudest.choose(_levels(-60, -20), 1.31) == {1}


def test_a_newcomer_must_be_louder_by_3_db() -> None:
    loudest = LoudestVoices(1)
    loudest.choose(_levels(-20, -60), 1.0)
    for step in range(10):
        assert loudest.choose(_levels(-20, -18), 1.1 + step) == {0}
    loudest.choose(_levels(-20, -16), 20.0)
    assert loudest.choose(_levels(-20, -16), 20.4) == {1}


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
