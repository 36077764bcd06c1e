from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.levels import LevelMeter
from proconf_tui.media.microphone_hints import Hint, MicrophoneWatch

_STEP_S = 0.1


class _Fed:
    """A watch that is fed ten times a second, and what it said when."""

    def __init__(self) -> None:
        self.watch = MicrophoneWatch()
        self.now = 1000.0
        self.said: list[tuple[float, Hint]] = []

    def feed(
        self, levels: Iterable[float], *, is_muted: bool = False, is_sending: bool = True
    ) -> list[Hint]:
        before = len(self.said)
        for level in levels:
            self.now += _STEP_S
            hint = self.watch.feed(level, is_muted=is_muted, is_sending=is_sending, now=self.now)
            if hint is not None:
                self.said.append((self.now, hint))
        return [hint for _, hint in self.said[before:]]


def _for(seconds: float, level_dbfs: float) -> list[float]:
    return [level_dbfs] * round(seconds / _STEP_S)


def _talk(seconds: float) -> list[float]:
    syllables = [-24.0, -30.0, -42.0, -28.0, -60.0, -26.0, -33.0]
    return (syllables * round(seconds / 0.7 + 1))[: round(seconds / _STEP_S)]


def _metered(levels: Iterable[float]) -> Iterator[float]:
    """What a level meter shows of them."""
    meter = LevelMeter()
    for at, level in enumerate(levels):
        meter.feed(level, at * _STEP_S)
        yield meter.read(at * _STEP_S)


@pytest.mark.parametrize("is_sending", [True, False])
def test_who_talks_while_muted_is_told(is_sending: bool) -> None:
    fed = _Fed()
    assert fed.feed(_for(2, -60), is_muted=True, is_sending=is_sending) == []
    assert fed.feed(_talk(2), is_muted=True, is_sending=is_sending) == ["talking-while-muted"]


def test_a_meters_readings_of_talk_are_talk() -> None:
    assert _Fed().feed(_metered(_talk(3)), is_muted=True) == ["talking-while-muted"]


def test_who_is_heard_is_not_told() -> None:
    assert _Fed().feed(_talk(20)) == []


def test_a_click_is_no_talk() -> None:
    fed = _Fed()
    click = [-90.0, -5.0, *_for(3, -90.0)]
    assert fed.feed(click * 5, is_muted=True) == []
    assert fed.feed(_metered(click * 5), is_muted=True) == []


def test_quiet_noise_is_no_talk() -> None:
    assert _Fed().feed(_for(60, -48), is_muted=True) == []


def test_it_is_told_again_after_half_a_minute_at_the_earliest() -> None:
    fed = _Fed()
    fed.feed(_talk(70), is_muted=True)
    instants = [at for at, _ in fed.said]
    assert len(instants) == 3
    assert all(later - sooner >= 30.0 for sooner, later in itertools.pairwise(instants))


def test_muting_anew_tells_anew() -> None:
    fed = _Fed()
    assert fed.feed(_talk(2), is_muted=True) == ["talking-while-muted"]
    assert fed.feed(_talk(1)) == []
    assert fed.feed(_talk(0.4), is_muted=True) == []
    assert fed.feed(_talk(2), is_muted=True) == ["talking-while-muted"]


def test_a_dead_microphone_is_told_once_and_its_return_too() -> None:
    fed = _Fed()
    assert fed.feed(_for(5, -127)) == []
    assert fed.feed(_for(60, -127)) == ["silent-microphone"]
    assert fed.feed(_for(5, -70)) == ["microphone-heard"]


@pytest.mark.parametrize(("is_muted", "is_sending"), [(True, True), (False, False)])
def test_a_microphone_nobody_hears_may_be_silent(is_muted: bool, is_sending: bool) -> None:
    assert _Fed().feed(_for(60, -127), is_muted=is_muted, is_sending=is_sending) == []


def test_the_time_of_silence_begins_when_it_could_be_heard() -> None:
    fed = _Fed()
    fed.feed(_for(20, -127), is_muted=True)
    assert fed.feed(_for(5, -127)) == []
    assert fed.feed(_for(2, -127)) == ["silent-microphone"]


def test_a_quiet_room_is_no_dead_microphone() -> None:
    assert _Fed().feed(_for(60, -85)) == []


def test_a_microphone_that_is_silent_between_words_is_told_rarely() -> None:
    fed = _Fed()
    said = [hint for _ in range(20) for hint in fed.feed([*_for(10, -127), *_talk(2)])]
    assert said == ["silent-microphone", "microphone-heard"]


_reading = st.tuples(
    st.sampled_from([-127.0, -96.0, -70.0, -46.0, -44.0, -20.0, 0.0]),
    st.booleans(),
    st.booleans(),
    st.integers(1, 30),
)


@given(st.lists(_reading, max_size=60))
def test_hints_keep_their_order_and_their_distance(
    readings: list[tuple[float, bool, bool, int]],
) -> None:
    fed = _Fed()
    is_told_dead = False
    talked_at: float | None = None
    for level, is_muted, is_sending, count in readings:
        for _ in range(count):
            hints = fed.feed([level], is_muted=is_muted, is_sending=is_sending)
            talked_at = talked_at if is_muted else None
            if hints == ["talking-while-muted"]:
                assert is_muted
                assert level > -45
                assert talked_at is None or fed.now - talked_at >= 30
                talked_at = fed.now
            elif hints == ["silent-microphone"]:
                assert not is_told_dead
                assert is_sending
                assert not is_muted
                is_told_dead = True
            elif hints == ["microphone-heard"]:
                assert is_told_dead
                is_told_dead = False
