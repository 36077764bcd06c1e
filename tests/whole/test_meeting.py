"""The real commands in terminal panes, on virtual sound devices: a meeting from start to kick."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from tests.support.ansi import Cell
from tests.support.pulse import PulseRig, missing_requirement
from tests.support.speech import likeness, speak, tone_share
from tests.support.terminal import PRISTINE, TmuxTerminal

pytestmark = [
    pytest.mark.whole,
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(missing_requirement()), reason=str(missing_requirement())),
]

PROGRAM = [sys.executable, "-m", "proconf_tui"]
STUBBORN = Path(__file__).parent / "programs" / "stubborn_guest.py"
PITCH_HZ = 1660.0
START = ["start", "--room", "myRoom", "--name", "Ada", "--yes"]
JOIN = ["join", "myRoom", "--mic", "none", "--camera", "none", "--yes"]
NOT_LET_IN = 3
SLOW_S = 40.0
"""How long anything may take that takes well under a second on a machine that is not busy."""


@pytest.fixture
def pulse() -> Iterator[PulseRig]:
    with PulseRig() as rig:
        yield rig


@contextlib.contextmanager
def pane(
    arguments: Sequence[str], pulse: PulseRig, size: tuple[int, int] = (120, 36)
) -> Iterator[TmuxTerminal]:
    with TmuxTerminal(*size) as terminal:
        env = {k: v for k, v in pulse.env.items() if k.startswith(("PULSE", "ALSA", "PROCONF"))}
        terminal.run([*PROGRAM, *arguments], env)
        yield terminal


class Stubborn:
    """The guest of programs/stubborn_guest.py, which keeps sending whatever it is told."""

    def __init__(self, url: str) -> None:
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            [sys.executable, str(STUBBORN), url, "myRoom", "Stubborn", str(PITCH_HZ)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(root)},
            text=True,
        )
        self.sent = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.sent = json.loads(line)["sent"]

    def close(self) -> None:
        """End it, and wait for that."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._reader.join(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextlib.contextmanager
def stubborn_guest(url: str) -> Iterator[Stubborn]:
    guest = Stubborn(url)
    try:
        yield guest
    finally:
        guest.close()


def processes_of_this_test() -> list[str]:
    """Our programs that still run with this test's own directories in their environment."""
    mark = os.environ["PROCONF_RUNTIME_DIR"]
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            is_ours = any(word.startswith("proconf_tui") for word in words[:4])
            if is_ours and process.environ().get("PROCONF_RUNTIME_DIR") == mark:
                found.append(" ".join(words))
    return found


def server_url() -> str:
    """The server that `start` has registered in this test's own runtime directory."""
    files = list(Path(os.environ["PROCONF_RUNTIME_DIR"], "servers").glob("*.json"))
    assert len(files) == 1
    return str(json.loads(files[0].read_bytes())["url"])


def picture(terminal: TmuxTerminal) -> list[list[Cell]]:
    """The cells that video is drawn with."""
    return [[cell for cell in row if cell.char == "▀"] for row in terminal.cells()]


def colours(cells: list[list[Cell]]) -> set[object]:
    return {cell.fg for row in cells for cell in row}


def wait_for_moving_picture(terminal: TmuxTerminal) -> None:
    """Wait until the test pattern is there (its many colours) and until it has moved."""
    terminal.wait_until(lambda: len(colours(picture(terminal))) > 8, "no picture", SLOW_S)
    first = picture(terminal)
    terminal.wait_until(lambda: picture(terminal) != first, "the picture stands still", SLOW_S)


def test_a_meeting_from_start_to_kick(pulse: PulseRig, tmp_path: Path) -> None:
    wav = speak(tmp_path / "speech.wav")
    with pane([*START, "--mic", "vmic", "--camera", "test", "--speaker", "none"], pulse) as host:
        host.wait_for("myRoom +locked", SLOW_S)
        with pane([*JOIN, "--name", "Bob", "--speaker", "vspk"], pulse) as bob:
            bob_knocks_and_is_admitted(host, bob)
            wait_for_moving_picture(bob)
            assert likeness(heard_while_playing(pulse, wav), wav) > 0.6
            everybody_is_muted_whatever_they_send(host, pulse)
            the_room_is_unlocked_and_locked(host)
            cleo_is_denied(host, pulse)
            bob_is_kicked(host, bob)
        the_meeting_is_ended(host)


def bob_knocks_and_is_admitted(host: TmuxTerminal, bob: TmuxTerminal) -> None:
    bob.wait_for(re.compile("let you in", re.IGNORECASE), SLOW_S)
    host.wait_for("Bob", SLOW_S)
    assert "Ada" not in bob.screen(), "who waits is told nothing of the room"
    host.send_keys("a")
    bob.wait_for("Ada", SLOW_S)


def heard_while_playing(pulse: PulseRig, wav: Path) -> npt.NDArray[np.float32]:
    recording = pulse.start_recording()
    pulse.play(wav).wait(60)
    return recording.stop()


def everybody_is_muted_whatever_they_send(host: TmuxTerminal, pulse: PulseRig) -> None:
    with stubborn_guest(server_url()) as guest:
        host.wait_for("Stubborn", SLOW_S)
        host.send_keys("a")
        host.wait_until(lambda: tone_share(pulse.record(1.0), PITCH_HZ) > 0.5, "no tone", SLOW_S)

        host.send_keys("M")
        host.wait_for("Mute everyone", SLOW_S)
        host.send_keys("n")
        host.wait_until(lambda: is_silent(pulse.record(0.5)), "still heard", SLOW_S)
        sent = guest.sent
        assert is_silent(pulse.record(2.0))
        host.wait_until(lambda: guest.sent > sent + 50, "it sends no more", SLOW_S)


def is_silent(samples: npt.NDArray[np.float32]) -> bool:
    return float(np.abs(samples).max()) < 0.001


def the_room_is_unlocked_and_locked(host: TmuxTerminal) -> None:
    host.send_keys("l")
    host.wait_for("myRoom +open", SLOW_S)
    host.send_keys("l")
    host.wait_for("myRoom +locked", SLOW_S)


def cleo_is_denied(host: TmuxTerminal, pulse: PulseRig) -> None:
    with pane([*JOIN, "--name", "Cleo", "--speaker", "none"], pulse, (80, 24)) as cleo:
        host.wait_for("Cleo", SLOW_S)
        host.send_keys("d")
        assert cleo.wait_for_exit(SLOW_S) == NOT_LET_IN
        assert "did not let you in" in cleo.screen()
        assert cleo.modes == PRISTINE


def bob_is_kicked(host: TmuxTerminal, bob: TmuxTerminal) -> None:
    host.send_keys("Tab", "Down", "K")
    host.wait_for("Remove Bob", SLOW_S)
    host.send_keys("y")
    assert bob.wait_for_exit(SLOW_S) == NOT_LET_IN
    assert "removed you" in bob.screen()
    assert bob.modes == PRISTINE


def the_meeting_is_ended(host: TmuxTerminal) -> None:
    host.send_keys("q")
    host.wait_for("End the meeting", SLOW_S)
    host.send_keys("e")
    assert host.wait_for_exit(SLOW_S) == 0
    assert host.modes == PRISTINE
    assert not processes_of_this_test()
