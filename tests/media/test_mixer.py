from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.mixer import Mixer, soft_clip
from tests.support.signals import sine


def test_voices_are_added_with_their_gain() -> None:
    mixer = Mixer()
    low, high = sine(300, 0.04, 0.2), sine(900, 0.04, 0.2)
    mixer.add("low").push(low)
    loud = mixer.add("high")
    loud.gain = 2.0
    loud.push(high)
    np.testing.assert_allclose(mixer.mix(1920), low + 2 * high, atol=1e-6)


def test_nobody_is_silence() -> None:
    np.testing.assert_array_equal(Mixer().mix(480), np.zeros(480, np.float32))


def test_a_voice_still_filling_is_silent_and_does_not_hold_up_the_others() -> None:
    mixer = Mixer()
    mixer.add("ready").push(np.full(1920, 0.25, np.float32))
    mixer.add("filling").push(np.full(480, 0.25, np.float32))
    np.testing.assert_array_equal(mixer.mix(480), np.full(480, 0.25, np.float32))


def test_a_removed_voice_is_not_heard() -> None:
    mixer = Mixer()
    playout = mixer.add(1)
    assert mixer.add(1) is playout
    playout.push(np.full(4800, 0.5, np.float32))
    mixer.remove(1)
    mixer.remove("unknown")
    np.testing.assert_array_equal(mixer.mix(480), np.zeros(480, np.float32))


def test_below_the_knee_nothing_changes_and_above_it_nothing_exceeds_one() -> None:
    quiet = np.linspace(-0.7, 0.7, 101, dtype=np.float32)
    np.testing.assert_array_equal(soft_clip(quiet.copy()), quiet)
    assert soft_clip(np.array([0.9], np.float32))[0] == pytest.approx(0.8748, abs=1e-3)


@given(st.lists(st.floats(-8, 8, width=32), min_size=2, max_size=50))
def test_the_clip_is_bounded_odd_and_keeps_the_order(values: list[float]) -> None:
    loud = np.sort(np.array(values, np.float32))
    clipped = soft_clip(loud.copy())
    assert np.abs(clipped).max() <= 1.0
    assert (np.diff(clipped) >= 0).all()
    np.testing.assert_array_equal(soft_clip(-loud), -clipped)
