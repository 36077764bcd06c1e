from __future__ import annotations

import numpy as np
import pytest

from bench.lib.chirps import RATE_HZ, chirp, delays_ms, found_at_s, marked


def test_marks_are_found_where_they_begin_though_noise_covers_them() -> None:
    said = marked(6, 0.8, chirp())
    noise = np.random.default_rng(2).normal(0.0, 0.01, len(said) + 2400).astype(np.float32)
    heard = noise.copy()
    heard[2400:] += 0.3 * said
    at_s = found_at_s(heard, chirp())
    assert len(at_s) == 6
    assert delays_ms(found_at_s(said, chirp()), at_s) == pytest.approx([50.0] * 6, abs=0.1)


def test_spacing_differs_so_that_a_mark_is_not_taken_for_the_next() -> None:
    apart_s = np.diff(found_at_s(marked(8, 0.8, chirp()), chirp()))
    assert len(np.unique(np.round(apart_s, 2))) > 4


def test_a_mark_that_was_never_heard_is_left_out() -> None:
    assert delays_ms(np.array([1.0, 2.0, 3.0]), np.array([1.1, 3.2])) == pytest.approx([100, 200])


def test_silence_holds_no_marks() -> None:
    assert len(found_at_s(np.zeros(RATE_HZ, np.float32), chirp())) == 0
    assert len(found_at_s(np.zeros(5, np.float32), chirp())) == 0
