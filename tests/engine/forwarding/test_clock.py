"""A sender's RTP clock: what is a jump, and jitter."""

from __future__ import annotations

import pytest

from proconf_tui.engine.forwarding.clock import SenderClock

HZ = 48000


@pytest.mark.parametrize(
    ("timestamp", "elapsed_s", "is_jump"),
    [
        (10_000 + 960, 0.02, False),
        (10_000, 5.0, False),  # the next packet of the same frame
        (10_000 + 960, 10.0, False),  # a stalled network, or silence
        (10_000 + 5 * HZ, 5.0, False),  # a pause in which the clock ran on
        (10_000 + 5 * HZ, 0.02, True),
        (10_000 + 5 * HZ, 8.0, True),
        (9_999, 0.02, True),
        (0, 3.0, True),
    ],
)
def test_jumps(timestamp: int, elapsed_s: float, is_jump: bool) -> None:
    clock = SenderClock(HZ)
    assert not clock.has_jumped(10_000, 100.0)
    assert clock.has_jumped(timestamp, 100.0 + elapsed_s) is is_jump


def test_the_wrap_is_no_jump() -> None:
    clock = SenderClock(HZ)
    clock.has_jumped(0xFFFFFFFF - 100, 1.0)
    assert not clock.has_jumped(859, 1.02)


def test_a_steady_sender_has_no_jitter_and_an_unsteady_one_has() -> None:
    steady, unsteady = SenderClock(HZ), SenderClock(HZ)
    for n in range(200):
        steady.has_jumped(n * 960, n * 0.02)
        unsteady.has_jumped(n * 960, n * 0.02 + (0.01 if n % 2 else 0.0))
    assert steady.jitter <= 1
    assert 400 <= unsteady.jitter <= 480  # 10 ms between neighbours


def test_a_jump_is_no_jitter() -> None:
    clock = SenderClock(HZ)
    clock.has_jumped(10_000_000, 1.0)
    clock.has_jumped(0, 1.02)
    assert clock.jitter == 0
