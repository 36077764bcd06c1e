from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.media.voice.losses import Losses


def test_the_rate_follows_what_is_lost() -> None:
    losses, random = Losses(), np.random.default_rng(1)
    rates = []
    for sequence in range(3000):
        if random.random() > 0.1:
            losses.observe(sequence)
            rates.append(losses.rate)
    assert np.mean(rates[500:]) == pytest.approx(0.1, abs=0.02)
    assert losses.is_lossy


def test_one_lost_packet_is_no_lossy_network_and_some_are() -> None:
    losses = Losses()
    for sequence in (0, 2, 3, 4):
        losses.observe(sequence)
    assert not losses.is_lossy
    for sequence in (6, 8, 10):
        losses.observe(sequence)
    assert losses.is_lossy


def test_it_is_forgotten() -> None:
    losses = Losses()
    for sequence in range(0, 100, 2):
        losses.observe(sequence)
    for sequence in range(100, 2000):
        losses.observe(sequence)
    assert not losses.is_lossy


def test_what_comes_late_was_not_lost_and_a_second_copy_is_told() -> None:
    losses = Losses()
    assert losses.observe(1)
    assert losses.observe(3)
    assert losses.rate > 0.0
    assert losses.observe(2)
    assert losses.rate == 0.0
    assert not losses.observe(2)
    assert not losses.observe(3)
