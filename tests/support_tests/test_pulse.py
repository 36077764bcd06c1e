from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.support.pulse import PulseRig, missing_requirement
from tests.support.signals import sine, write_wav


@pytest.fixture(autouse=True)
def _requirements() -> None:
    if (missing := missing_requirement()) is not None:
        pytest.skip(missing)


def test_it_ends_everything_it_started(tmp_path: Path) -> None:
    before = set(psutil.Process().children())
    with PulseRig() as rig:
        rig.play(write_wav(tmp_path / "tone.wav", sine(500, 30.0, 0.2)))
        recording = rig.start_recording()
        assert len(recording.wait_for(0.1)) >= 4800
        assert len(set(psutil.Process().children()) - before) == 3
        socket = Path(rig.env["PULSE_SERVER"].removeprefix("unix:"))
        assert socket.exists()
    assert set(psutil.Process().children()) == before
    assert not socket.parent.exists()


def test_the_loudspeaker_is_silent_while_only_the_microphone_hears(tmp_path: Path) -> None:
    with PulseRig() as rig:
        rig.play(write_wav(tmp_path / "tone.wav", sine(500, 30.0, 0.2)))
        assert not np.any(rig.record(0.3))


def test_two_rigs_do_not_know_each_other() -> None:
    with PulseRig() as one, PulseRig() as other:
        one.control("unload-module", "module-null-sink")
        assert "vspk" not in one.control("list", "short", "sinks")
        assert "vspk" in other.control("list", "short", "sinks")
