"""The state machine of the key one talks by: whatever keyboards and terminals do, it comes to an
end and does not flutter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proconf_tui.tui.push_to_talk import (
    FIRST_REPEAT_WITHIN_S,
    HELD_FOR_S,
    REPEATED_WITHIN_S,
    PushToTalk,
)

_delays = st.floats(0.25, 0.7)
_gaps = st.lists(st.floats(0.03, 0.05), max_size=40)
_LOOK_EVERY_S = 0.01


def held(at: float, delay: float, gaps: list[float]) -> Iterator[float]:
    """Return when a key that is held at ``at`` is pressed, by the terminal's account."""
    yield at
    at += delay
    yield at
    for gap in gaps:
        at += gap
        yield at


def run(push: PushToTalk, presses: list[float], until: float) -> list[tuple[float, bool]]:
    """Press at these instants, looking often in between; return each change of ``is_talking``."""
    changes: list[tuple[float, bool]] = []
    looks = [presses[0] + n * _LOOK_EVERY_S for n in range(int((until - presses[0]) / 0.01) + 2)]
    events = sorted([(at, True) for at in presses] + [(at, False) for at in looks])
    for at, is_press in events:
        before = push.is_talking
        (push.press if is_press else push.tick)(at)
        if push.is_talking != before:
            changes.append((at, push.is_talking))
    return changes


def test_a_tap_begins_and_another_ends() -> None:
    push = PushToTalk()
    changes = run(push, [1.0, 5.0], 6.0)
    assert [is_talking for _, is_talking in changes] == [True, False]
    assert changes[0][0] == 1.0
    assert changes[1][0] == pytest.approx(5.0 + REPEATED_WITHIN_S, abs=2 * _LOOK_EVERY_S)


@given(_delays, _gaps)
@example(0.7, [])
@example(0.25, [0.05])
def test_a_held_key_talks_once_and_ends_soon_after_it_is_let_go(
    delay: float, gaps: list[float]
) -> None:
    push = PushToTalk()
    presses = list(held(1.0, delay, gaps))
    changes = run(push, presses, presses[-1] + 3.0)
    assert [is_talking for _, is_talking in changes] == [True, False]
    assert changes[0][0] == 1.0
    assert 0 < changes[1][0] - presses[-1] <= HELD_FOR_S + 2 * _LOOK_EVERY_S


@given(_delays, _gaps, st.floats(0.8, 5.0))
def test_held_while_it_talks_it_ends_too(delay: float, gaps: list[float], later: float) -> None:
    push = PushToTalk()
    presses = list(held(1.0 + later, delay, gaps))
    changes = run(push, [1.0, *presses], presses[-1] + 3.0)
    assert not push.is_talking
    assert len(changes) <= 4, "once by the tap, and at most once more while it is held"


@given(_delays, st.lists(st.floats(0.03, 0.05), min_size=5, max_size=40), st.floats(0.2, 0.6))
def test_a_gap_in_the_repeats_leaves_nobody_talking(
    delay: float, gaps: list[float], gap: float
) -> None:
    gaps = [*gaps[:3], gap, *gaps[3:]]
    push = PushToTalk()
    presses = list(held(1.0, delay, gaps))
    changes = run(push, presses, presses[-1] + 3.0)
    assert not push.is_talking
    assert len(changes) <= 4


@given(st.lists(st.floats(0.001, 2.0), min_size=1, max_size=30))
def test_whatever_was_pressed_two_slow_taps_at_most_bring_silence(gaps: list[float]) -> None:
    push, now = PushToTalk(), 0.0
    for gap in gaps:
        now += gap
        push.press(now)
    for _ in range(2):
        now += 1.0 + FIRST_REPEAT_WITHIN_S
        push.tick(now)
        if push.is_talking:
            push.press(now)
    push.tick(now + 1.0)
    assert not push.is_talking
    assert push.due_at is None


@given(st.lists(st.floats(0.001, 1.0), max_size=30), st.floats(0.0, 1.0))
def test_a_late_look_changes_nothing(gaps: list[float], late_s: float) -> None:
    punctual, lazy, now = PushToTalk(), PushToTalk(), 1.0
    for gap in gaps:
        due_at = punctual.due_at
        if due_at is not None and due_at <= now + gap:
            punctual.tick(due_at)
        now += gap
        punctual.press(now)
        lazy.press(now)
        assert punctual.is_talking == lazy.is_talking
        assert punctual.due_at == lazy.due_at


@given(_delays, _gaps, st.floats(0.0, 0.03))
def test_with_releases_it_lasts_from_press_to_release(
    delay: float, gaps: list[float], rest: float
) -> None:
    push = PushToTalk()
    for at in (1.0, 10.0):
        presses = list(held(at, delay, gaps))
        for press in presses:
            push.press(press)
            assert push.is_talking
        push.release(presses[-1] + rest)
        assert not push.is_talking


def test_with_releases_even_the_shortest_press_is_no_toggle() -> None:
    push = PushToTalk()
    push.release(0.5)
    for at in (1.0, 1.1, 1.3):
        push.press(at)
        assert push.is_talking
        assert push.due_at is None
        push.release(at + 0.04)
        assert not push.is_talking


def test_a_click_toggles_beside_a_key_with_releases() -> None:
    push = PushToTalk()
    push.release(0.5)
    seen = []
    for act, now in ((push.toggle, 1.0), (push.tick, 60.0), (push.press, 61.0), (push.tick, 90.0)):
        act(now)
        seen.append(push.is_talking)
    for act, now in ((push.release, 91.0), (push.toggle, 92.0), (push.toggle, 93.0)):
        act(now)
        seen.append(push.is_talking)
    assert seen == [True, True, True, True, False, True, False]


def test_the_end_is_final_until_the_next_press() -> None:
    push = PushToTalk()
    push.press(1.0)
    push.end()
    push.tick(60.0)
    assert (push.is_talking, push.due_at) == (False, None)
    push.press(61.0)
    assert push.due_at is None, "until the next press"
