"""How long a word takes from one microphone to another's loudspeaker, on a virtual sound system.

Chirps are played to a microphone and found again in what loudspeakers play: real devices by
PortAudio and PulseAudio, real programs, Opus, encryption and the meeting's server between them;
nothing is subtracted. ``median_ms``: this client, without echo cancellation, noise suppression
and high-pass. ``median_with_echo_cancellation_ms``: as it is set up by default, with a
loudspeaker open at the talker's. ``aiortc_median_ms``: a listener in the same meeting as the
first, at the same time, with aiortc's own jitter buffer and decoder. ``device_floor_ms``:
microphone to loudspeaker in one program without any network.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.chirps import Samples, Times, chirp, delays_ms, found_at_s, marked
from bench.lib.monitor import Monitor
from bench.lib.programs import PROGRAM, own_directories
from bench.lib.report import arguments, tell
from proconf_tui.control.codec import Result
from proconf_tui.control.events import StreamAdded
from tests.support.agent_child import AgentChild
from tests.support.pulse import PulseRig, missing_requirement
from tests.support.signals import write_wav

ROOM: Final = "bench"
SPACING_S: Final = 0.8
WARM_UP: Final = 2
"""Marks before the ones that count: a connection's first moments are no call."""
OURS, PLAIN, TALKERS = "vspk", "vplain", "vtalker"
LIB: Final = Path(__file__).parent / "lib"
PROCESSING: Final = ("ECHO_CANCELLATION", "NOISE_SUPPRESSION", "HIGH_PASS", "GAIN_CONTROL")
UNPROCESSED: Final = tuple(f"PROCONF_{name}=false" for name in PROCESSING)


class Marks(NamedTuple):
    """What is played to the microphone, and the sound that is looked for."""

    wav: Path
    mark: Samples


def headless(*arguments: str, variables: Sequence[str] = ()) -> AgentChild:
    """Start our program without a screen or camera, with further ``NAME=value`` variables."""
    flags = ("--headless", "--json", "--camera", "none")
    return AgentChild(("env", *variables, *PROGRAM, *arguments, *flags))


@contextlib.contextmanager
def talker(*variables: str) -> Iterator[str]:
    """A meeting whose host has the microphone; gives the server's address."""
    devices = ("--mic", "vmic", "--speaker", "default")
    variables = (*variables, f"PULSE_SINK={TALKERS}")
    with headless(
        "start", "--room", ROOM, "--open", "--port", "0", *devices, variables=variables
    ) as host:
        place = host.wait(lambda line: isinstance(line, Result) and line.id == 0)
        assert isinstance(place, Result)
        yield str(dict(place.result)["inviteUrl"]).partition("/j/")[0]
        leave(host)


@contextlib.contextmanager
def listener(*variables: str) -> Iterator[None]:
    """A guest of ours, who hears on `OURS` and says nothing."""
    variables = (*variables, f"PULSE_SINK={OURS}", f"PULSE_SOURCE={TALKERS}.monitor")
    devices = ("--mic", "default", "--speaker", "default")
    with headless("join", ROOM, "--name", "guest", *devices, variables=variables) as guest:
        guest.wait_for(StreamAdded)
        yield
        leave(guest)


def leave(program: AgentChild) -> None:
    """Let a program of ours end as it does by itself."""
    program.close_input()
    program.wait_until_ended()


@contextlib.contextmanager
def program(name: str, sink: str, *arguments: str) -> Iterator[None]:
    """A program of `bench.lib` that plays on ``sink``, from when it is ready."""
    with subprocess.Popen(
        [sys.executable, str(LIB / name), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PULSE_SINK": sink},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"{name} did not start.")
        yield
        process.stdin.close()


def heard_after_ms(rig: PulseRig, marks: Marks, *sinks: str) -> list[Times]:
    """Play the marks and return, for each sink, how much later each came out of it.

    Raises RuntimeError when most of them never did.
    """
    monitors = [Monitor(rig.env, f"{sink}.monitor") for sink in ("vmic", *sinks)]
    rig.play(marks.wav).wait()
    said, *heard = (found_at(monitor, marks.mark) for monitor in monitors)
    delays = [delays_ms(said, at) for at in heard]
    for sink, times in zip(sinks, delays, strict=True):
        if len(times) <= max(WARM_UP, len(said) // 2):
            raise RuntimeError(f"Only {len(times)} of {len(said)} marks were heard on {sink}.")
    return [times[WARM_UP:] for times in delays]


def found_at(monitor: Monitor, mark: Samples) -> Times:
    """Return when the marks began, on the clock all share."""
    samples, began_at = monitor.stop()
    return began_at + found_at_s(samples, mark)


def measure(rig: PulseRig, marks: Marks) -> dict[str, Times]:
    """Return the delays of each way to hear."""
    with program("device_loop.py", OURS, "vmic", "default"):
        (floor,) = heard_after_ms(rig, marks, OURS)
    with (
        talker(*UNPROCESSED) as url,
        listener(*UNPROCESSED),
        program("aiortc_listener.py", PLAIN, url, ROOM, "default"),
    ):
        ours, plain = heard_after_ms(rig, marks, OURS, PLAIN)
    with talker(), listener():
        (processed,) = heard_after_ms(rig, marks, OURS)
    return {"device floor": floor, "ours": ours, "ours, processed": processed, "aiortc": plain}


def main() -> None:
    """Measure and tell."""
    count = WARM_UP + (8 if arguments(__doc__).quick else 40)
    if (missing := missing_requirement()) is not None:
        sys.exit(f"This bench needs a virtual sound system: {missing}.")
    with own_directories(), PulseRig() as rig, tempfile.TemporaryDirectory() as directory:
        os.environ.update(rig.env)
        for sink in (PLAIN, TALKERS):
            settings = ("rate=48000", "channels=2", "format=s16le", "norewinds=1")
            rig.control("load-module", "module-null-sink", f"sink_name={sink}", *settings)
        wav = write_wav(Path(directory, "marks.wav"), marked(count, SPACING_S, chirp()))
        delays = measure(rig, Marks(wav, chirp()))
    report(delays)


def report(delays: dict[str, Times]) -> None:
    """Tell what was measured."""
    median = {name: float(np.median(times)) for name, times in delays.items()}
    rows: list[list[object]] = [["way", "median", "p90", "marks"]]
    rows += [
        [name, median[name], float(np.percentile(times, 90)), len(times)]
        for name, times in delays.items()
    ]
    figures = {
        "median_ms": median["ours"],
        "p90_ms": float(np.percentile(delays["ours"], 90)),
        "median_with_echo_cancellation_ms": median["ours, processed"],
        "aiortc_median_ms": median["aiortc"],
        "device_floor_ms": median["device floor"],
        "ratio_to_aiortc": median["ours"] / median["aiortc"],
    }
    tell("Mouth to ear, in milliseconds", rows, figures)


if __name__ == "__main__":
    main()
