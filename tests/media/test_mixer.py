from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.mixer import Mixer, soft_clip
from proconf_tui.media.opus import OpusEncoder
from proconf_tui.media.pcm import FRAME_SAMPLES, SAMPLE_RATE_HZ, FloatSamples, to_int16
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice
from tests.support.signals import sine


class _Speaker:
    """Says a tone to ``voice``, packet by packet."""

    def __init__(self, voice: Voice, pitch_hz: float, amplitude: float) -> None:
        self._voice = voice
        self._encoder = OpusEncoder()
        self._sound = sine(pitch_hz, 1.0, amplitude)
        self._count = 0

    def say(self, now: float) -> None:
        at = self._count * FRAME_SAMPLES
        payload = self._encoder.encode(to_int16(self._sound[at : at + FRAME_SAMPLES]))
        self._voice.push(AudioPacket(self._count, at, payload, rms_dbfs(self._sound)), now)
        self._count += 1


def _mixed(mixer: Mixer, *speakers: _Speaker) -> FloatSamples:
    """Return the last half second of one second in which ``speakers`` speak."""
    blocks = []
    for at in range(100):
        for speaker in speakers if at % 2 == 0 else ():
            speaker.say(at / 100)
        blocks.append(mixer.mix(480, at / 100))
    return np.concatenate(blocks[50:])


def _strength(wave: FloatSamples, pitch_hz: float) -> float:
    """Return the amplitude of a tone in ``wave``."""
    turns = np.exp(-2j * np.pi * pitch_hz * np.arange(len(wave)) / SAMPLE_RATE_HZ)
    return float(2 * np.abs(np.mean(wave * turns)))


def test_voices_are_added_with_their_gain() -> None:
    mixer = Mixer()
    low, high = _Speaker(mixer.add("low"), 300, 0.2), _Speaker(mixer.add("high"), 900, 0.2)
    mixer.add("high").gain = 2.0
    heard = _mixed(mixer, low, high)
    assert _strength(heard, 300) == pytest.approx(0.2, abs=0.02)
    assert _strength(heard, 900) == pytest.approx(0.4, abs=0.04)


def test_nobody_is_silence() -> None:
    np.testing.assert_array_equal(Mixer().mix(480, 0.0), np.zeros(480, np.float32))


def test_a_voice_that_has_not_begun_does_not_hold_up_the_others() -> None:
    mixer = Mixer()
    mixer.add("silent")
    ready = _Speaker(mixer.add("ready"), 300, 0.2)
    assert _strength(_mixed(mixer, ready), 300) == pytest.approx(0.2, abs=0.02)


def test_a_removed_voice_is_not_heard() -> None:
    mixer = Mixer()
    voice = mixer.add(1)
    assert mixer.add(1) is mixer.get(1) is voice
    speaker = _Speaker(voice, 300, 0.5)
    assert np.any(_mixed(mixer, speaker))
    mixer.remove(1)
    mixer.remove("unknown")
    assert mixer.get(1) is None
    assert not np.any(mixer.mix(480, 1.0))


def test_a_sound_of_ones_own_plays_once_over_the_voices() -> None:
    mixer = Mixer()
    mixer.play(np.full(1000, 0.25, np.float32))
    assert mixer.is_playing
    heard = np.concatenate([mixer.mix(480, at / 100) for at in range(5)])
    np.testing.assert_array_equal(heard, np.repeat(np.array([0.25, 0.0], np.float32), [1000, 1400]))
    assert not mixer.is_playing


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
