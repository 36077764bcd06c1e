from __future__ import annotations

import numpy as np
import pytest

from bench.lib.alignment import RATE_HZ, WINDOW_S, align, joined
from tests.support.signals import voice_like

SAID = voice_like(8.0, seed=5)


def delayed(samples: np.ndarray, seconds: float) -> np.ndarray:
    return np.concatenate([np.zeros(round(seconds * RATE_HZ), np.float32), samples])


def test_each_window_is_found_though_the_delay_changes() -> None:
    half = len(SAID) // 2
    heard = np.concatenate([delayed(SAID[:half], 0.08), delayed(SAID[half:], 0.3)])
    windows = align(SAID, heard)
    assert [window.delay_s for window in windows[:8]] == pytest.approx([0.08] * 8, abs=1e-3)
    assert [window.delay_s for window in windows[8:]] == pytest.approx([0.38] * 8, abs=1e-3)
    assert min(window.likeness for window in windows) > 0.95


def test_what_was_lost_is_as_late_as_what_came_before() -> None:
    heard = delayed(SAID, 0.1)
    lost = round((2 * WINDOW_S + 0.1) * RATE_HZ)
    heard[lost : lost + round(WINDOW_S * RATE_HZ)] = 0.0
    windows = align(SAID, heard)
    assert windows[2].likeness < 0.4
    assert windows[2].delay_s == pytest.approx(0.1, abs=1e-3)
    assert windows[3].delay_s == pytest.approx(0.1, abs=1e-3)


def test_silence_is_left_out() -> None:
    said = np.concatenate([SAID, np.zeros(2 * RATE_HZ, np.float32)])
    assert len(align(said, said)) == len(align(SAID, SAID)) == 16


def test_the_windows_are_joined_in_the_same_places() -> None:
    heard = delayed(0.5 * SAID, 0.21)
    said_part, heard_part = joined(SAID, heard, align(SAID, heard))
    assert len(said_part) == len(heard_part)
    assert heard_part == pytest.approx(0.5 * said_part, abs=1e-6)
