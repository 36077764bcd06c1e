from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from proconf_tui.media.voice.arrivals import LONGEST_DELAY, Arrivals, RecentMinimum

MS = 48
FRAME = 960


def _target_ms(arrivals: Arrivals, *, has_loss: bool = False) -> float:
    return (arrivals.spare(FRAME, has_loss=has_loss) + FRAME) / MS


def _observe(arrivals: Arrivals, numbers: Iterable[int], late_ms: Callable[[int], float]) -> None:
    for number in numbers:
        arrivals.observe(number * FRAME, number * FRAME + 30 * MS + late_ms(number) * MS)


def test_a_calm_network_calls_for_a_frame_and_a_little_more() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(200), lambda _: 0.0)
    assert _target_ms(arrivals) == 23.5
    assert arrivals.jitter == 0.0
    assert arrivals.late_by <= 5 * MS


def test_the_target_covers_39_of_40_packets() -> None:
    random = np.random.default_rng(1)
    late_ms = random.exponential(15.0, 3000)
    arrivals = Arrivals()
    targets = []
    for number in range(3000):
        _observe(arrivals, [number], lambda number: late_ms[number])
        targets.append(_target_ms(arrivals))
    wanted_ms = float(np.quantile(late_ms, 0.975)) + 20.0
    assert np.median(targets[200:]) == pytest.approx(wanted_ms, abs=8.0)


def test_the_first_packets_already_tell_what_later_ones_call_for() -> None:
    first, settled = [], []
    for seed in range(40):
        late_ms = np.random.default_rng(seed).exponential(40.0, 300)
        arrivals = Arrivals()
        _observe(arrivals, range(8), lambda number, late=late_ms: late[number])  # type: ignore[misc]
        first.append(_target_ms(arrivals))
        _observe(arrivals, range(8, 300), lambda number, late=late_ms: late[number])  # type: ignore[misc]
        settled.append(_target_ms(arrivals))
    assert np.mean(first) == pytest.approx(np.mean(settled), rel=0.15)


def test_a_few_late_packets_raise_it_and_calm_lowers_it_again() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(500), lambda _: 0.0)
    _observe(arrivals, range(500, 506), lambda _: 80.0)
    assert 100.0 <= _target_ms(arrivals) <= 110.0
    _observe(arrivals, range(506, 650), lambda _: 0.0)
    assert _target_ms(arrivals) == 23.5


def test_where_packets_are_lost_the_copy_in_the_next_is_waited_for() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(200), lambda _: 0.0)
    assert 40.0 <= _target_ms(arrivals, has_loss=True) <= 45.0


def test_jitter_is_that_of_the_rfc() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(500), lambda number: 10.0 * (number % 2))
    assert arrivals.jitter == pytest.approx(10 * MS, rel=0.01)


@pytest.mark.parametrize("drift_ppm", [100, -100])
def test_a_clock_that_drifts_is_followed(drift_ppm: int) -> None:
    arrivals = Arrivals()
    for number in range(50 * 600):
        timestamp = number * FRAME
        arrivals.observe(timestamp, timestamp * (1.0 + drift_ppm * 1e-6))
        assert abs(timestamp * drift_ppm * 1e-6 - arrivals.fastest) < MS
    assert _target_ms(arrivals) <= 30.0


def test_pauses_with_few_packets_change_nothing() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(200), lambda number: float(number % 4))
    _observe(arrivals, range(200, 6000, 20), lambda number: float(number % 7) / 2.0)
    _observe(arrivals, range(6000, 6200), lambda number: float(number % 4))
    assert _target_ms(arrivals) <= 30.0


def test_an_outage_longer_than_any_buffer_is_nothing_to_wait_for() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(500), lambda _: 0.0)
    _observe(arrivals, range(500, 600), lambda number: (600 - number) * 20.0)
    _observe(arrivals, range(600, 610), lambda _: 0.0)
    assert _target_ms(arrivals) == 23.5


def test_hold_ups_within_reach_are_waited_for() -> None:
    arrivals = Arrivals()
    for second in range(10):
        first = second * 50
        held = range(first, first + 8)
        _observe(arrivals, held, lambda number, first=first: (first + 8 - number) * 20.0)  # type: ignore[misc]
        _observe(arrivals, range(first + 8, first + 50), lambda _: 0.0)
    assert _target_ms(arrivals) >= 120.0


def test_the_target_is_bounded() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(2000), lambda number: 290.0 * (number % 2))
    assert _target_ms(arrivals, has_loss=True) == LONGEST_DELAY / MS
    short = Arrivals()
    for number in range(100):
        short.observe(number * 480, number * 480)
    assert short.spare(480, has_loss=False) + 480 == 20 * MS


def test_a_longer_way_through_the_network_becomes_the_usual_one() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(300), lambda _: 0.0)
    _observe(arrivals, range(300, 700), lambda _: 200.0)
    assert arrivals.fastest == 230 * MS
    assert _target_ms(arrivals) == 23.5


def test_a_shorter_way_counts_at_once() -> None:
    arrivals = Arrivals()
    _observe(arrivals, range(300), lambda _: 200.0)
    _observe(arrivals, range(300, 302), lambda _: 0.0)
    assert arrivals.fastest == 30 * MS


def test_the_minimum_is_that_of_the_last_seconds() -> None:
    minimum = RecentMinimum()
    assert minimum.feed(5.0, 0.0) == 5.0
    assert minimum.feed(3.0, 1.0 * 48_000) == 3.0
    assert minimum.feed(4.0, 3.0 * 48_000) == 3.0
    assert minimum.feed(6.0, 5.0 * 48_000) == 4.0
    assert minimum.feed(9.0, 60.0 * 48_000) == 9.0
