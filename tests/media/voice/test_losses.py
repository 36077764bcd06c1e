from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.media.voice.losses import Losses

FRAME = 960


def _observe(losses: Losses, sequence: int) -> bool:
    return losses.observe(sequence, sequence * FRAME, FRAME)


def test_the_rate_follows_what_is_lost() -> None:
    losses, random = Losses(), np.random.default_rng(1)
    rates = []
    for sequence in range(3000):
        if random.random() > 0.1:
            _observe(losses, sequence)
            rates.append(losses.rate)
    assert np.mean(rates[500:]) == pytest.approx(0.1, abs=0.02)
    assert losses.is_lossy


def test_one_lost_packet_is_no_lossy_network_and_some_are() -> None:
    losses = Losses()
    for sequence in (0, 2, 3, 4):
        _observe(losses, sequence)
    assert not losses.is_lossy
    for sequence in (6, 8, 10):
        _observe(losses, sequence)
    assert losses.is_lossy


def test_it_is_forgotten() -> None:
    losses = Losses()
    for sequence in range(0, 100, 2):
        _observe(losses, sequence)
    for sequence in range(100, 2000):
        _observe(losses, sequence)
    assert not losses.is_lossy


def test_what_comes_late_was_not_lost_and_a_second_copy_is_told() -> None:
    losses = Losses()
    assert _observe(losses, 1)
    assert _observe(losses, 3)
    assert losses.rate > 0.0
    assert _observe(losses, 2)
    assert losses.rate == 0.0
    assert not _observe(losses, 2)
    assert not _observe(losses, 3)


def test_it_is_forgotten_within_seconds_by_who_hardly_sends_anything() -> None:
    losses = Losses()
    for sequence in range(0, 500, 2):
        _observe(losses, sequence)
    assert losses.rate > 0.4
    for number in range(1, 26):
        losses.observe(498 + number, (498 + 20 * number) * FRAME, FRAME)
    assert losses.rate < 0.1


def test_a_packet_lost_before_a_long_silence_counts_no_more_than_another() -> None:
    losses = Losses()
    _observe(losses, 1)
    losses.observe(3, 600 * FRAME, FRAME)
    assert losses.rate < 1 / 250
    assert not losses.is_lossy


def test_frames_of_any_length_weigh_as_much_as_they_last() -> None:
    short, long = Losses(), Losses()
    for number in range(0, 1000, 2):
        short.observe(number, number * 480, 480)
        long.observe(number, number * 2880, 2880)
    assert short.rate == pytest.approx(0.5 * (1 - np.exp(-2)), abs=0.02)
    assert long.rate == pytest.approx(0.5, abs=0.02)


def test_what_comes_too_late_is_as_good_as_lost() -> None:
    losses = Losses()
    _observe(losses, 1)
    _observe(losses, 3)
    before = losses.rate
    assert losses.observe(2, 2 * FRAME, FRAME, is_in_time=False)
    assert losses.rate == before


def test_other_numbers_are_no_loss_and_the_network_is_the_same() -> None:
    losses = Losses()
    for sequence in range(0, 100, 2):
        _observe(losses, sequence)
    before = losses.rate
    losses.begin_anew()
    _observe(losses, 5000)
    assert losses.rate == before
    assert not _observe(losses, 98)


def test_gaps_count_although_they_are_filled_in_time() -> None:
    losses = Losses()
    for sequence in range(0, 600, 20):
        for late in (sequence, *range(sequence + 2, sequence + 20), sequence + 1):
            _observe(losses, late)
    assert losses.has_gaps
    assert not losses.is_lossy
    for sequence in range(600, 1200):
        _observe(losses, sequence)
    assert not losses.has_gaps
