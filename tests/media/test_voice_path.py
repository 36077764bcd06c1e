"""From a virtual microphone over a real connection to a virtual loudspeaker."""

from __future__ import annotations

from pathlib import Path

from tests.media.conftest import Launch
from tests.support.pulse import PulseRig, own_words
from tests.support.signals import likeness, voice_like, write_wav


def test_what_is_said_is_what_is_heard(pulse: PulseRig, launch: Launch, tmp_path: Path) -> None:
    said = voice_like(2.0, seed=7)
    program = launch("carry_voice.py")
    assert program.stdout is not None
    assert program.stdout.readline() == "connected\n"
    recording = pulse.start_recording()
    recording.wait_for(0.1)
    assert pulse.play(write_wav(tmp_path / "said.wav", said)).wait(20) == 0
    heard = recording.wait_for(len(recording.samples()) / 48_000 + 0.5)
    _, errors = program.communicate(timeout=20)
    assert (program.returncode, own_words(errors)) == (0, "")
    assert likeness(heard, said) > 0.9
    assert likeness(heard, voice_like(2.0, seed=8)) < 0.6
