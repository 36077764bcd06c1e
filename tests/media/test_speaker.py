from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.processing import VoiceProcessor
from proconf_tui.media.speaker import Speaker, open_speaker
from tests.media.conftest import Launch
from tests.support.pulse import PulseRig, own_words
from tests.support.signals import peak_hz, read_wav


def test_none_opens_nothing() -> None:
    assert open_speaker("none", Mixer()) is None


def test_a_file_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match="cannot be written"):
        open_speaker(str(tmp_path / "missing" / "out.wav"), Mixer())


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe, directory = tmp_path / "pipe.wav", tmp_path / "directory.wav"
    os.mkfifo(pipe)
    directory.mkdir()
    for path in (pipe, directory):
        with pytest.raises(DeviceUnavailable, match=rf"{path.name} is no file to write sound to"):
            open_speaker(str(path), Mixer())


def test_a_device_tells_the_processor_of_the_mixer_it_plays_now() -> None:
    played: list[int] = []
    processor = VoiceProcessor()
    processor.played = lambda block: played.append(len(block))  # type: ignore[method-assign]
    speaker = Speaker("default", Mixer())
    fill = speaker._sink._fill  # type: ignore[attr-defined]
    fill(np.zeros((480, 1), np.float32), 480, None, None)
    assert played == []
    speaker.play(Mixer(), processor)
    fill(np.zeros((480, 1), np.float32), 480, None, None)
    assert played == [480]


def test_the_mix_is_written_to_a_file(launch: Launch, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    program = launch("play_tone.py", str(path))
    assert program.stdout is not None
    assert program.stdout.readline() == "out.wav\n"
    while path.stat().st_size < 100_000:
        assert program.poll() is None
    # A client that was killed must leave a file that plays, so the header is kept right.
    assert len(read_wav(path)) >= 48_000
    program.communicate(timeout=20)
    assert program.returncode == 0
    written = read_wav(path)
    assert peak_hz(written) == pytest.approx(1000, abs=2)
    assert rms_dbfs(written[-24_000:-2_000]) == pytest.approx(-20.0, abs=1.0)


@pytest.mark.parametrize("spec", ["vspk", "default"])
def test_a_real_loudspeaker_plays_the_mix_cleanly(
    spec: str, pulse: PulseRig, launch: Launch
) -> None:
    recording = pulse.start_recording()
    program = launch("play_tone.py", spec)
    assert program.stdout is not None
    assert program.stdout.readline() == f"{spec}\n"
    while not np.any(np.abs(recording.samples()) > 0.05):
        assert program.poll() is None
    recording.wait_for(len(recording.samples()) / 48_000 + 1.5)
    _, errors = program.communicate(timeout=20)
    assert program.returncode == 0
    assert own_words(errors) == ""
    heard = recording.stop()
    first = int(np.flatnonzero(np.abs(heard) > 0.05)[0])
    second = heard[first + 12_000 : first + 60_000]
    assert peak_hz(second) == pytest.approx(1000, abs=1)
    assert rms_dbfs(second) == pytest.approx(-20.0, abs=1.0)
