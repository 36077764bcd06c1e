from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.media.pcm import FloatSamples
from proconf_tui.media.voice.stretch import is_silent, lengthen, shorten
from tests.support.signals import peak_hz, sine


def _stretched_all(wave: FloatSamples, *, is_shorter: bool) -> FloatSamples:
    stretch = shorten if is_shorter else lengthen
    return np.concatenate([stretch(block) for block in wave.reshape(-1, 960)])


@pytest.mark.parametrize("pitch_hz", [110.0, 200.0, 380.0])
@pytest.mark.parametrize("is_shorter", [True, False])
def test_a_tone_keeps_its_pitch_and_has_no_clicks(pitch_hz: float, is_shorter: bool) -> None:
    wave = sine(pitch_hz, 1.0, 0.5)
    stretched = _stretched_all(wave, is_shorter=is_shorter)
    assert (len(stretched) < 0.9 * len(wave)) if is_shorter else (len(stretched) > 1.1 * len(wave))
    assert peak_hz(stretched) == pytest.approx(pitch_hz, abs=2.0)
    assert np.abs(np.diff(stretched)).max() < 2.0 * np.abs(np.diff(wave)).max()


@pytest.mark.parametrize("stretch", [shorten, lengthen])
def test_noise_is_left_alone(stretch: type) -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.1, 960).astype(np.float32)
    assert stretch(noise) is noise


def test_silence_is_cut_and_extended_freely() -> None:
    silence = np.random.default_rng(1).normal(0.0, 1e-3, 960).astype(np.float32)
    assert is_silent(silence)
    assert (len(shorten(silence)), len(lengthen(silence))) == (480, 1440)
    assert not is_silent(sine(200.0, 0.02, 0.01))


@pytest.mark.parametrize("stretch", [shorten, lengthen])
def test_a_block_too_short_comes_back_as_it_is(stretch: type) -> None:
    block = sine(300.0, 0.01, 0.5)
    assert stretch(block) is block


def test_the_ends_join_with_what_is_around_them() -> None:
    block = sine(150.0, 0.04, 0.5)
    for stretched in (shorten(block), lengthen(block)):
        assert len(stretched) != len(block)
        assert stretched[0] == pytest.approx(block[0], abs=1e-6)
        np.testing.assert_array_equal(stretched[-480:], block[-480:])
