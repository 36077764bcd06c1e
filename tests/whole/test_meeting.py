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
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._reader.join(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


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
    host_args = ["start", "--room", "myRoom", "--name", "Ada", "--yes"]
    host_args += ["--mic", "vmic", "--camera", "test", "--speaker", "none"]
    guest_args = ["join", "myRoom", "--mic", "none", "--camera", "none", "--yes"]
    with (
        pane(host_args, pulse) as host,
        pane(["devices"], pulse) as listing,
    ):
        listing.wait_for("vmic")
        host.wait_for("myRoom.*locked", SLOW_S)
        with pane([*guest_args, "--name", "Bob", "--speaker", "vspk"], pulse) as bob:
            bob.wait_for(re.compile("let you in|wait", re.IGNORECASE), SLOW_S)
            host.wait_for("Bob", SLOW_S)
            assert "Ada" not in bob.screen()
            host.send_keys("a")
            bob.wait_for("Ada", SLOW_S)

            wait_for_moving_picture(bob)

            recording = pulse.start_recording()
            player = pulse.play(wav)
            player.wait(60)
            heard = recording.stop()
            assert likeness(heard, wav) > 0.6

            stubborn = Stubborn(server_url())
            try:
                host.wait_for("Stubborn", SLOW_S)
                host.send_keys("a")
                host.wait_until(lambda: stubborn.sent > 0, "the guest does not send", SLOW_S)
                host.wait_until(
                    lambda: tone_share(pulse.record(1.0), PITCH_HZ) > 0.5, "no tone", SLOW_S
                )

                host.send_keys("M")
                host.wait_for("Mute everyone", SLOW_S)
                host.send_keys("n")
                host.wait_until(
                    lambda: float(np.abs(pulse.record(0.5)).max()) < 0.001, "still heard", SLOW_S
                )
                sent = stubborn.sent
                silence = pulse.record(2.0)
                host.wait_until(lambda: stubborn.sent > sent + 50, "it sends no more", SLOW_S)
                assert float(np.abs(silence).max()) < 0.001
            finally:
                stubborn.close()

            host.send_keys("l")
            host.wait_for("myRoom +open", SLOW_S)
            host.send_keys("l")
            host.wait_for("myRoom +locked", SLOW_S)
            with pane(
                [*guest_args, "--name", "Cleo", "--speaker", "none"], pulse, (80, 24)
            ) as cleo:
                host.wait_for("Cleo", SLOW_S)
                host.send_keys("d")
                assert cleo.wait_for_exit(SLOW_S) == 3
                assert cleo.modes == PRISTINE
                assert "moderator" in cleo.screen()

            host.send_keys("Tab", "Down", "K")
            host.wait_for("Remove Bob", SLOW_S)
            host.send_keys("y")
            assert bob.wait_for_exit(SLOW_S) == 3
            assert bob.modes == PRISTINE
            assert "removed you" in bob.screen()
        host.send_keys("q")
        host.wait_for(re.compile("end", re.IGNORECASE), SLOW_S)
        host.send_keys("e")
        assert host.wait_for_exit(SLOW_S) == 0
        assert host.modes == PRISTINE
