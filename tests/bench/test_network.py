from __future__ import annotations

import numpy as np
import pytest

from bench.lib.network import BASE_S, Network, arrivals

SENT = [number * 0.02 for number in range(5000)]


def test_without_faults_everything_comes_a_little_later() -> None:
    assert [each.number for each in arrivals(SENT, Network(), 1)] == list(range(len(SENT)))
    assert arrivals(SENT, Network(), 1)[7].at_s == pytest.approx(SENT[7] + BASE_S)


def test_the_same_seed_loses_the_same_and_less_loss_loses_a_part_of_it() -> None:
    def lost(loss: float) -> set[int]:
        came = arrivals(SENT, Network(loss=loss), 3)
        return set(range(len(SENT))) - {each.number for each in came}

    assert lost(0.1) == lost(0.1)
    assert lost(0.05) < lost(0.1)
    assert len(lost(0.1)) / len(SENT) == pytest.approx(0.1, abs=0.02)


def test_jitter_delays_on_average_as_told_and_reorders() -> None:
    came = arrivals(SENT, Network(jitter_s=0.04), 1)
    late_s = [each.at_s - SENT[each.number] - BASE_S for each in came]
    assert min(late_s) >= 0.0
    assert float(np.mean(late_s)) == pytest.approx(0.04, rel=0.1)
    assert [each.number for each in came] != sorted(each.number for each in came)
    assert came == sorted(came)


def test_a_stall_lets_all_it_held_through_at_its_end_in_order() -> None:
    came = arrivals(SENT, Network(stall_at_s=10.0, stall_s=2.0), 1)
    assert not [each for each in came if 10.0 <= each.at_s < 12.0]
    assert len([each for each in came if 12.0 < each.at_s < 12.03]) >= 100
    assert [each.number for each in came] == list(range(len(SENT)))
