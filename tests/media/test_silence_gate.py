"""What can be heard is sent, whatever went before; silence is not, but now and then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.pcm import FRAME_SAMPLES
from proconf_tui.media.silence_gate import (
    CLOSE_DBFS,
    HOLD_FRAMES,
    KEEP_ALIVE_FRAMES,
    OPEN_DBFS,
    SilenceGate,
)
from tests.support.signals import RATE_HZ, read_wav, sine
from tests.support.speech import speak

# Long stretches of one kind, so that the gate closes, with levels around both thresholds.
_STRETCHES = st.lists(
    st.tuples(st.floats(-127.0, 0.0) | st.floats(-66.0, -59.0), st.integers(1, 80)), max_size=12
)


def _admitted(levels: list[float]) -> list[bool]:
    gate = SilenceGate()
    return [gate.admit(level) for level in levels]


def _levels(stretches: list[tuple[float, int]]) -> list[float]:
    return [level for level, count in stretches for _ in range(count)]


@given(_STRETCHES)
def test_what_is_louder_than_the_threshold_is_always_sent(
    stretches: list[tuple[float, int]],
) -> None:
    levels = _levels(stretches)
    dropped = [level for level, sent in zip(levels, _admitted(levels), strict=True) if not sent]
    assert all(level <= OPEN_DBFS for level in dropped)


@given(_STRETCHES)
def test_no_pause_between_packets_is_longer_than_a_keep_alive(
    stretches: list[tuple[float, int]],
) -> None:
    sent = [at for at, is_sent in enumerate(_admitted(_levels(stretches))) if is_sent]
    assert all(gap <= KEEP_ALIVE_FRAMES for gap in np.diff([-1, *sent]))


@given(_STRETCHES)
def test_the_silence_right_after_a_sound_is_sent(stretches: list[tuple[float, int]]) -> None:
    levels = [*_levels(stretches), OPEN_DBFS + 0.1, *[-127.0] * HOLD_FRAMES]
    assert all(_admitted(levels)[-HOLD_FRAMES - 1 :])


def test_a_long_silence_is_keep_alives_alone() -> None:
    sent = _admitted([-127.0] * (HOLD_FRAMES + 10 * KEEP_ALIVE_FRAMES))
    assert sum(sent[HOLD_FRAMES:]) == 10


def test_noise_between_the_thresholds_goes_on_as_it_was() -> None:
    between = (OPEN_DBFS + CLOSE_DBFS) / 2
    assert all(_admitted([OPEN_DBFS + 1.0, *[between] * 200]))
    sent = _admitted([*[CLOSE_DBFS - 1.0] * HOLD_FRAMES, *[between] * 200])
    assert sum(sent[HOLD_FRAMES:]) == 200 // KEEP_ALIVE_FRAMES


def _sent_frames(samples: npt.NDArray[np.int16]) -> tuple[npt.NDArray[np.int16], list[bool]]:
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return frames, _admitted([rms_dbfs(frame) for frame in frames])


def _energy(frames: npt.NDArray[np.int16]) -> float:
    return float(np.square(frames.astype(np.float64)).sum())


@pytest.mark.parametrize("loudness", [1.0, 0.1])
def test_of_speech_nothing_that_counts_is_lost_and_a_pause_is_not_sent(
    loudness: float, tmp_path: Path
) -> None:
    speech = read_wav(speak(tmp_path / "speech.wav")) * loudness
    noise = np.random.default_rng(3).normal(0.0, 4.0, 5 * RATE_HZ)
    said = np.concatenate([speech, noise, speech]).astype(np.int16)
    frames, sent = _sent_frames(said)
    is_sent = np.array(sent)
    assert _energy(frames[~is_sent]) < 1e-4 * _energy(frames)
    pause = slice(len(speech) // FRAME_SAMPLES + 1, (len(speech) + len(noise)) // FRAME_SAMPLES)
    assert is_sent[pause].mean() < 0.2


def test_a_steady_soft_tone_is_no_noise() -> None:
    tone = (sine(1000, 10.0, 0.003) * 32767).astype(np.int16)
    assert all(_sent_frames(tone)[1])
