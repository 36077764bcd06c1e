from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import InvalidMessage
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


def test_a_new_sound_replaces_the_old_and_none_is_longer_than_30_s() -> None:
    mixer = Mixer()
    mixer.play(np.full(48_000, 0.1, np.float32))
    mixer.play(np.full(40 * 48_000, 0.2, np.float32))
    for _ in range(30):
        assert mixer.is_playing
        np.testing.assert_array_equal(mixer.mix(48_000, 2.0), np.full(48_000, 0.2, np.float32))
    assert not mixer.is_playing


def _talks_always(_key: str, _level_dbfs: float) -> bool:
    return True


def _talks_when_loud(_key: str, level_dbfs: float) -> bool:
    return level_dbfs > -50.0


def _levels_mixed(
    mixer: Mixer,
    levels: Mapping[str, Sequence[float]],
    talks: Callable[[str, float], bool] = _talks_always,
) -> FloatSamples:
    """Mix as many frames of 20 ms as there are levels; who talks says the same tone throughout."""
    payloads = [
        [encoder.encode(to_int16(sine(300, 0.02, amplitude))) for _ in range(100)]
        for encoder, amplitude in ((OpusEncoder(), 0.0), (OpusEncoder(), 0.2))
    ]
    blocks = []
    for number in range(max(map(len, levels.values()))):
        for key, told in levels.items():
            payload = payloads[talks(key, told[number])][number]
            packet = AudioPacket(number, number * FRAME_SAMPLES, payload, told[number])
            mixer.add(key).push(packet, number / 50)
        blocks += [mixer.mix(480, number / 50), mixer.mix(480, number / 50 + 0.01)]
    return np.concatenate(blocks)


def _decoded(mixer: Mixer) -> set[Hashable]:
    return {key for key, voice in mixer.statistics(0.0).items() if voice.is_decoded}


def test_only_the_loudest_are_decoded_and_all_are_received() -> None:
    mixer = Mixer(heard_voices=2)
    levels = {"a": -50.0, "b": -20.0, "c": -40.0, "d": -10.0}
    _levels_mixed(mixer, {key: [level] * 20 for key, level in levels.items()})
    assert _decoded(mixer) == {"b", "d"}
    assert [voice.packets for voice in mixer.statistics(0.0).values()] == [20] * 4


def test_as_many_as_there_are_places_are_decoded_however_quiet() -> None:
    mixer = Mixer(heard_voices=2)
    _levels_mixed(mixer, {"a": [-127.0] * 10, "b": [-20.0] * 10})
    assert _decoded(mixer) == {"a", "b"}


def test_who_was_turned_off_takes_no_place() -> None:
    mixer = Mixer(heard_voices=1)
    mixer.add("off").gain = 0.0
    levels = {"off": -5.0, "on": -30.0, "low": -60.0}
    _levels_mixed(mixer, {key: [level] * 20 for key, level in levels.items()})
    assert _decoded(mixer) == {"on"}


def test_who_loses_the_place_to_another_is_faded_out() -> None:
    mixer = Mixer(heard_voices=1)
    told = [-10.0] * 30 + [-90.0] * 70
    heard = _levels_mixed(mixer, {"first": told, "second": [-30.0] * 100})
    assert _decoded(mixer) == {"second"}
    steepest = 0.2 * 2.0 * np.pi * 300.0 / SAMPLE_RATE_HZ
    assert np.abs(np.diff(heard)).max() < 2.5 * steepest


_SILENT = -127.0


def test_of_twenty_of_whom_nineteen_are_silent_a_newcomer_is_heard_at_once() -> None:
    levels = {str(number): [_SILENT] * 60 for number in range(20)}
    alone = _levels_mixed(Mixer(), {"19": levels["19"][:30] + [-20.0] * 30}, _talks_when_loud)
    levels["19"] = levels["19"][:30] + [-20.0] * 30
    among_others = _levels_mixed(Mixer(), levels, _talks_when_loud)
    begins = [int(np.argmax(np.abs(heard) > 0.05)) for heard in (alone, among_others)]
    assert begins[0] > 30 * FRAME_SAMPLES
    assert begins[1] // 480 == begins[0] // 480


def test_who_shouts_while_twelve_talk_is_heard_at_once() -> None:
    mixer = Mixer()
    levels = {str(number): [-20.0] * 31 for number in range(12)}
    levels["11"][30] = -10.0
    _levels_mixed(mixer, levels)
    assert "11" in _decoded(mixer)
    assert len(_decoded(mixer)) == 8


def test_two_of_the_same_loudness_do_not_take_turns() -> None:
    mixer, heard = Mixer(heard_voices=1), []
    speakers = [_Speaker(mixer.add(number), 300, 0.2) for number in range(2)]
    for at in range(90):
        for speaker in speakers[:: 1 - at // 2 % 2 * 2] if at % 2 == 0 else ():
            speaker.say(at / 100)
        mixer.mix(480, at / 100)
        heard.append(_decoded(mixer))
    assert heard == [heard[0]] * 90


def test_who_claims_to_be_loud_and_sends_silence_loses_the_place() -> None:
    mixer = Mixer(heard_voices=1)
    levels = {"liar": [0.0] * 100, "honest": [-30.0] * 100}
    _levels_mixed(mixer, levels, lambda key, _level: key == "honest")
    assert _decoded(mixer) == {"honest"}


def test_who_is_turned_off_or_on_in_the_middle_of_a_word_makes_no_click() -> None:
    mixer, blocks = Mixer(), []
    voice = mixer.add("a")
    speaker = _Speaker(voice, 300, 0.2)
    for at in range(90):
        if at % 2 == 0:
            speaker.say(at / 100)
        voice.gain = {40: 0.0, 50: 1.0, 60: 0.3}.get(at, voice.gain)
        blocks.append(mixer.mix(480, at / 100))
    heard = np.concatenate(blocks)
    steepest = 0.2 * 2.0 * np.pi * 300.0 / SAMPLE_RATE_HZ
    assert np.abs(np.diff(heard)).max() < 1.5 * steepest
    assert np.abs(blocks[40]).max() > 0.1
    assert not blocks[41].any()
    assert _strength(np.concatenate(blocks[70:]), 300) == pytest.approx(0.06, abs=0.01)


@pytest.mark.parametrize("error", [InvalidMessage("x"), ValueError(), IndexError()])
def test_a_broken_voice_silences_nobody_else_and_is_told_of_once(
    error: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_count: int, _now: float) -> None:
        raise error

    mixer = Mixer(heard_voices=2)
    monkeypatch.setattr(mixer.add("broken"), "pull", fail)
    ready = _Speaker(mixer.add("ready"), 300, 0.2)
    assert _strength(_mixed(mixer, ready), 300) == pytest.approx(0.2, abs=0.02)
    assert [record.getMessage() for record in caplog.records] == [
        "The voice of broken cannot be played."
    ]


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
