from __future__ import annotations

import dataclasses
import importlib.util
import json
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.pcm import FloatSamples, Int16Samples, to_int16
from proconf_tui.media.processing import Processing, VoiceProcessor
from proconf_tui.media.speaker import open_speaker
from tests.media.conftest import Launch
from tests.support.echo_room import FarTalk, HeardVoice, echoing
from tests.support.pulse import PulseRig, own_words
from tests.support.signals import sine, voice_like
from tests.support.speech import TEXT, speak

_BLOCK = 480
_SECOND = 48_000
_ECHO_DELAY = 2880
_OFF = Processing(False, False, False, False)

needs_library = pytest.mark.skipif(
    importlib.util.find_spec("pywebrtc_audio") is None, reason="pywebrtc-audio is not installed"
)


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the import system takes for a module that is not there.
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)


def _echo_of(far: FloatSamples) -> FloatSamples:
    """What a microphone hears of it: 60 ms later and 10 dB quieter."""
    return np.concatenate([np.zeros(_ECHO_DELAY, np.float32), 0.3 * far[:-_ECHO_DELAY]])


def _process(processor: VoiceProcessor, near: FloatSamples, far: FloatSamples) -> Int16Samples:
    processed = []
    for at in range(0, len(near), _BLOCK):
        processor.played(far[at : at + _BLOCK])
        processed.append(processor.process(to_int16(near[at : at + _BLOCK])))
    return np.concatenate(processed)


@needs_library
def test_an_echo_is_cancelled() -> None:
    processor = VoiceProcessor()
    assert processor.echo_method == "canceller"
    far = voice_like(12.0, seed=1)
    echo = _echo_of(far)
    left = _process(processor, echo, far)[8 * _SECOND :]
    assert rms_dbfs(to_int16(echo)[8 * _SECOND :]) - rms_dbfs(left) > 20.0


@needs_library
def test_a_voice_alone_is_kept() -> None:
    near = voice_like(6.0, seed=2)
    kept = _process(VoiceProcessor(), near, np.zeros_like(near))
    assert rms_dbfs(kept[_SECOND:]) == pytest.approx(rms_dbfs(near[_SECOND:]), abs=2.0)


@needs_library
def test_steady_noise_becomes_quieter_by_suppression_only() -> None:
    noise = np.random.default_rng(5).normal(0.0, 0.01, 6 * _SECOND).astype(np.float32)
    quiet = np.zeros_like(noise)
    levels = [
        rms_dbfs(_process(VoiceProcessor(wanted), noise, quiet)[3 * _SECOND :])
        for wanted in (dataclasses.replace(_OFF, noise_suppression=True), _OFF)
    ]
    assert levels[0] < levels[1] - 6.0


@needs_library
def test_rumble_is_taken_away_by_the_high_pass_only() -> None:
    rumble = sine(20.0, 2.0, 0.1)
    quiet = np.zeros_like(rumble)
    wanted = dataclasses.replace(_OFF, high_pass=True)
    left = _process(VoiceProcessor(wanted), rumble, quiet)[_SECOND:]
    assert rms_dbfs(left) < rms_dbfs(rumble) - 10.0


@needs_library
def test_gain_control_makes_a_quiet_voice_louder() -> None:
    quiet_voice = 0.05 * voice_like(8.0, seed=3)
    wanted = dataclasses.replace(_OFF, gain_control=True)
    louder = _process(VoiceProcessor(wanted), quiet_voice, np.zeros_like(quiet_voice))
    assert rms_dbfs(louder[6 * _SECOND :]) > rms_dbfs(quiet_voice[6 * _SECOND :]) + 6.0


def test_nothing_wanted_changes_nothing() -> None:
    processor = VoiceProcessor(_OFF)
    near = voice_like(1.0, seed=2)
    assert processor.echo_method == "none"
    assert np.array_equal(_process(processor, near, near), to_int16(near))


@needs_library
def test_it_changes_while_it_runs_without_a_click() -> None:
    # Low enough to pass the high-pass hardly changed, so that a click stands out.
    tone = sine(200.0, 0.5, 0.3)
    processor = VoiceProcessor(_OFF)
    pieces = [_process(processor, tone, np.zeros_like(tone))]
    for wanted in (Processing(), Processing(noise_suppression=False), _OFF):
        processor.change(wanted)
        assert processor.wanted == wanted
        assert processor.echo_method == ("canceller" if wanted.echo_cancellation else "none")
        pieces.append(_process(processor, tone, np.zeros_like(tone)))
    steps = np.abs(np.diff(np.concatenate(pieces).astype(int)))
    assert steps.max() < 1.5 * np.abs(np.diff(to_int16(tone).astype(int))).max()
    assert np.array_equal(pieces[-1][4 * _BLOCK :], to_int16(tone)[4 * _BLOCK :])


def test_changing_to_what_is_wanted_already_keeps_what_was_learnt() -> None:
    processor = VoiceProcessor()
    before = processor._stage._now
    processor.change(Processing())
    assert processor._stage._now is before


@pytest.mark.usefixtures("no_library")
def test_without_the_library_what_is_done_is_less_than_the_wish() -> None:
    all_of_it = Processing(True, True, True, True)
    processor = VoiceProcessor(all_of_it)
    assert (processor.wanted, processor.is_complete) == (all_of_it, False)
    assert processor.done == dataclasses.replace(_OFF, echo_cancellation=True)
    processor.change(dataclasses.replace(all_of_it, echo_cancellation=False))
    assert processor.done == _OFF


@needs_library
def test_with_the_library_the_wish_is_done() -> None:
    processor = VoiceProcessor(Processing(gain_control=True))
    assert (processor.done, processor.is_complete) == (processor.wanted, True)


@pytest.mark.usefixtures("no_library")
def test_without_the_library_echo_is_ducked() -> None:
    processor = VoiceProcessor()
    method = processor.echo_method
    far = sine(300.0, 2.0, 0.2)
    echo = _echo_of(far)
    left = _process(processor, echo, far)
    assert rms_dbfs(left) < rms_dbfs(echo) - 25.0
    processor.change(Processing(echo_cancellation=False))
    assert (method, processor.echo_method) == ("ducking", "none")
    assert not processor.is_complete
    assert np.array_equal(
        _process(processor, echo, far)[4 * _BLOCK :], to_int16(echo)[4 * _BLOCK :]
    )


@given(st.lists(st.integers(0, 2000), max_size=30))
@settings(deadline=None)
def test_blocks_of_any_size_lose_nothing(sizes: list[int]) -> None:
    processor = VoiceProcessor(_OFF)
    samples: Int16Samples = np.arange(sum(sizes)).astype(np.int16)
    out: list[Int16Samples] = [samples[:0]]
    at = 0
    for size in sizes:
        processor.played(np.zeros(size, np.float32))
        out.append(processor.process(samples[at : at + size]))
        at += size
    assert np.array_equal(np.concatenate(out), samples[: at // _BLOCK * _BLOCK])


def test_three_threads_at_once_do_it_no_harm() -> None:
    processor = VoiceProcessor()
    block = voice_like(0.01, seed=1)
    done = threading.Event()

    def go_on(step: int) -> None:
        # What it raises here fails the test: pytest warns of it.
        while not done.is_set():
            processor.played(block)
            processor.change(Processing(noise_suppression=step % 2 == 0))
            step += 1

    others = [threading.Thread(target=go_on, args=(step,)) for step in range(2)]
    for other in others:
        other.start()
    processed = [processor.process(to_int16(block)) for _ in range(200)]
    done.set()
    for other in others:
        other.join()
    assert {len(one) for one in processed} == {_BLOCK}


async def test_tones_and_files_are_left_alone(tmp_path: Path) -> None:
    processor, path = HeardVoice(), tmp_path / "out.wav"
    microphone = open_microphone("tone", processor)
    speaker = open_speaker(str(path), FarTalk(), processor)
    assert microphone is not None
    assert speaker is not None
    while path.stat().st_size < 20_000:
        await microphone.recv()
    await microphone.aclose()
    await speaker.aclose()
    assert processor.seconds == 0.0
    assert len(processor._far._blocks) == 0


@needs_library
def test_the_echo_between_real_devices_is_cancelled(
    pulse: PulseRig, launch: Launch, tmp_path: Path
) -> None:
    # Some 14 s. Gliding tones, unlike speech, leave a canceller in doubt about the delay.
    wav = speak(tmp_path / "far.wav", TEXT * 2)
    with echoing(pulse, volume_percent=60):
        output, errors = launch("hear_echo.py", str(wav)).communicate(timeout=50)
    assert own_words(errors) == ""
    report = json.loads(output)
    assert report["method"] == "canceller"
    assert report["heard_dbfs"] > -50.0
    assert report["processed_dbfs"] < report["heard_dbfs"] - 20.0
    assert 0.0 < report["output_latency_s"] < 1.0
