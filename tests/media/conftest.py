"""The sound system that device tests share, and the way to run programs on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proconf_tui.media import capture_clock, microphone
from tests.support.pulse import PulseRig, missing_requirement

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"

Launch = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="session")
def pulse() -> Iterator[PulseRig]:
    if (missing := missing_requirement()) is not None:
        pytest.skip(missing)
    with PulseRig() as rig:
        yield rig


@pytest.fixture
def unskipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for a moment makes microphones late, and they skip nothing."""
    monkeypatch.setattr(microphone, "_QUEUED_FRAMES", 10_000)
    monkeypatch.setattr(capture_clock, "MAX_PAUSE_S", 1000.0)


@pytest.fixture
def launch(pulse: PulseRig) -> Iterator[Launch]:
    """Starts a program of tests/media/programs on the rig's devices: PortAudio reads its
    environment once, when it is loaded, so the test's own process cannot be the one."""
    running: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(PROGRAMS / program), *arguments],
            env={**pulse.env, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()
