"""Keyframe requests: not too often, none forgotten, repeated while somebody waits."""

from __future__ import annotations

from proconf_tui.engine.forwarding.keyframes import (
    LONG_GAP_S,
    OF_ALL,
    OF_ONE,
    KeyframeAllowance,
    KeyframeRequests,
)


def test_the_first_goes_at_once_and_more_are_kept_for_200_ms() -> None:
    requests = KeyframeRequests()
    assert requests.ask(1.0)
    assert not requests.ask(1.05)
    assert not requests.ask(1.1)
    assert not requests.is_due(1.15, is_awaited=False)
    assert requests.is_due(1.2, is_awaited=False)
    assert not requests.is_due(1.24, is_awaited=False)


def test_it_is_repeated_at_400_ms_while_somebody_waits() -> None:
    requests = KeyframeRequests()
    requests.ask(1.0)
    assert not requests.is_due(1.39, is_awaited=True)
    assert requests.is_due(1.4, is_awaited=True)
    assert requests.is_due(1.8, is_awaited=True)
    assert not requests.is_due(2.2, is_awaited=False)
    assert not requests.is_pending


def test_a_keyframe_settles_everything() -> None:
    requests = KeyframeRequests()
    requests.ask(1.0)
    requests.ask(1.1)
    requests.on_keyframe()
    assert not requests.is_pending
    assert not requests.is_due(9.0, is_awaited=True)
    assert requests.ask(9.1)


def test_one_receiver_may_ask_often_only_for_a_moment() -> None:
    allowance = KeyframeAllowance(OF_ONE)
    asked = [allowance.take(100.0 + 0.01 * n) for n in range(1000)]
    assert all(asked[: int(OF_ONE)])
    assert sum(asked) <= OF_ONE + 10
    assert allowance.take(200.0)


def test_all_together_are_held_to_one_a_second_before_long() -> None:
    requests = KeyframeRequests()
    for step in range(3000):
        now = 100.0 + 0.01 * step
        requests.ask(now)
        requests.is_due(now, is_awaited=True)
    assert OF_ALL < requests.sent <= OF_ALL + 30 / LONG_GAP_S + 5
    assert requests.is_pending
