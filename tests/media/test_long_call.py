"""A minute of a real call: two programs, their server, real devices on a virtual sound system."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from proconf_tui.control.codec import Result
from proconf_tui.control.events import StreamAdded
from tests.support.agent_child import AgentChild
from tests.support.pulse import PulseRig, Recording
from tests.support.signals import RATE_HZ, read_wav, write_wav
from tests.support.speech import likeness, speak, tone_share

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

Samples = npt.NDArray[np.float32]

CALL_S = 60
EARLY_S = 10
"""When the call has settled; what it is like then, it is to be like at its end."""
COMPARED_S = 8
PITCH_HZ = 1660.0
MAX_DRIFT_MS = 40.0
WEIGHED_S = (20, 40, CALL_S)
MAX_GROWTH_BYTES = 2_500_000
"""From the first to the last weighing: a third of what one voice takes as float32."""
_WINDOW_S = 2
_EARLIER_S, _LATER_S = 0.3, 0.9


@pytest.fixture
def pulse(pulse: PulseRig) -> Iterator[PulseRig]:
    """The shared sound system, and a second loudspeaker on it."""
    pulse.plug_in("vhost")
    pulse.add_entry("vhost", "vhost")
    yield pulse
    pulse.unplug("vhost")


@contextlib.contextmanager
def participant(pulse: PulseRig, *arguments: str) -> Iterator[AgentChild]:
    """One of our programs without a screen; the speech of this test is no echo of anything."""
    names = ("PULSE", "ALSA", "XDG_CONFIG")
    env = [f"{name}={value}" for name, value in pulse.env.items() if name.startswith(names)]
    program = (sys.executable, "-m", "proconf_tui", *arguments, "--camera", "none")
    command = ("env", "PROCONF_ECHO_CANCELLATION=false", *env, *program, "--headless", "--json")
    with AgentChild(command) as child:
        yield child
        child.close_input()
        assert child.wait_until_ended() == 0


@contextlib.contextmanager
def call(pulse: PulseRig) -> Iterator[psutil.Process]:
    """Two who talk and hear; gives the process of who hears on "vspk"."""
    devices = ("--mic", "vmic", "--speaker", "vhost")
    start = ("start", "--room", "myRoom", "--name", "Ada", "--open", "--port", "0")
    with participant(pulse, *start, *devices) as host:
        host.wait(lambda line: isinstance(line, Result) and line.id == 0)
        devices = ("--mic", f"tone:{PITCH_HZ:.0f}", "--speaker", "vspk")
        with participant(pulse, "join", "myRoom", "--name", "Bob", *devices) as guest:
            guest.wait_for(StreamAdded)
            host.wait_for(StreamAdded)
            yield psutil.Process(guest.process.pid)


def spoken_loop(path: Path) -> Path:
    """Write speech, over and over, for longer than the call."""
    once = read_wav(speak(path.with_name("once.wav"))).astype(np.float32) / 32768.0
    again = np.concatenate([once, np.zeros(RATE_HZ // 3, np.float32)])
    return write_wav(path, np.tile(again, (CALL_S + 10) * RATE_HZ // len(again) + 1))


def delay_ms(said: Recording, heard: Recording, from_s: float) -> float:
    """Return how much later ``heard`` has what ``said`` has, as recorded.

    The recordings did not begin together, so only differences of this mean anything.
    """
    spoken, played = said.samples(), heard.samples()
    lags = [
        _lag_samples(spoken, played, int((from_s + at) * RATE_HZ))
        for at in range(0, COMPARED_S - _WINDOW_S, 1)
    ]
    return float(np.median(lags)) * 1000.0 / RATE_HZ


def _lag_samples(spoken: Samples, played: Samples, at: int) -> int:
    window = spoken[at : at + _WINDOW_S * RATE_HZ]
    first = at - int(_EARLIER_S * RATE_HZ)
    region = played[first : at + int((_WINDOW_S + _LATER_S) * RATE_HZ)]
    size = 1 << (len(region) - 1).bit_length()
    spectrum = np.fft.rfft(region, size) * np.conj(np.fft.rfft(window, size))
    likely = np.abs(np.fft.irfft(spectrum, size)[: len(region) - len(window) + 1])
    return first + int(likely.argmax()) - at


def weight_bytes(process: psutil.Process, recording: Recording, at_s: float) -> int:
    """Return the least memory that ``process`` has in the second before ``at_s`` of ``recording``.

    What it has only until it is collected does not count.
    """
    sizes: list[int] = []
    for quarter in range(3, -1, -1):
        recording.wait_for(at_s - quarter / 4, CALL_S)
        sizes.append(process.memory_info().rss)
    return min(sizes)


def part(recording: Recording, from_s: float) -> Samples:
    """Return the compared seconds from ``from_s`` on."""
    return recording.samples()[int(from_s * RATE_HZ) : int((from_s + COMPARED_S) * RATE_HZ)]


def test_a_minute_of_a_call_grows_neither_late_nor_large(pulse: PulseRig, tmp_path: Path) -> None:
    with call(pulse) as guest:
        said, heard, answered = map(pulse.start_recording, ("vmic", "vspk", "vhost"))
        player = pulse.play(spoken_loop(tmp_path / "loop.wav"))
        try:
            sizes = [weight_bytes(guest, heard, at_s) for at_s in WEIGHED_S]
            for recording in (said, heard, answered):
                recording.wait_for(CALL_S + 1, 2 * CALL_S)
        finally:
            # The next test has the same devices.
            player.terminate()
            player.wait()
            for recording in (said, heard, answered):
                recording.stop()
    late_s = CALL_S - COMPARED_S
    for from_s in (EARLY_S, late_s):
        assert likeness(part(heard, from_s), tmp_path / "once.wav") > 0.6
        assert tone_share(part(answered, from_s), PITCH_HZ) > 0.5
    assert abs(delay_ms(said, heard, late_s) - delay_ms(said, heard, EARLY_S)) < MAX_DRIFT_MS
    assert sizes[-1] - sizes[0] < MAX_GROWTH_BYTES, sizes
