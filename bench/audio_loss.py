"""What a network does to speech, with this client's playout and with aiortc's own.

Time is simulated; codec, playout and speech are real, and the network is the same for both. What
is heard is aligned with what was said window by window, so every delay here is from the moment at
which a word was spoken (30 ms of network and 20 ms of packet included) to the moment at which it
is handed to the loudspeaker, and none is what a playout says of itself. ``stoi``:
intelligibility, 0 to 1, of the aligned speech. ``delay_drift_ms``: the delay in the last fifth of
the run less that in the first. ``stall_error_ms``: how far the delay is, 5 s after the network
stood still for 2 s, from the playout's target at that time. aiortc's ``repaired_by_fec`` and
``concealed`` are 0: its decoder is FFmpeg's, which reads no copies and is not told of losses; what
is lost is left out.
"""

from __future__ import annotations

import functools
import itertools
import sys
import warnings
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from pystoi import stoi

from bench.lib.alignment import RATE_HZ, Samples, Window, align, joined
from bench.lib.listening import BLOCK_S, AiortcEar, OurEar, Sent, encoded, heard
from bench.lib.network import BASE_S, Network, arrivals
from bench.lib.report import arguments, tell
from bench.lib.spoken import VOICES, speech
from proconf_tui.media.loss_expectation import CEILING_PERCENT, FLOOR_PERCENT

LOSSES: Final = (0.0, 0.02, 0.05, 0.1, 0.2)
JITTERS_S: Final = (0.0, 0.015, 0.04)
NOTHING_MENDED: Final = {"repaired_by_fec": 0, "concealed": 0}
STALL: Final = Network(jitter_s=0.005, stall_at_s=6.0, stall_s=2.0)
SETTLED_S: Final = 5.0
LOOKAHEAD_S: Final = 0.0065
"""How far the encoder of Opus looks ahead (OPUS_GET_LOOKAHEAD)."""
SEED: Final = 7


class Run(NamedTuple):
    """What one way made of one voice in one network."""

    stoi: float
    windows: list[Window]


class Both(NamedTuple):
    """One voice in one network, both ways."""

    ours: Run
    aiortc: Run
    ear: OurEar


@functools.cache
def said_by(voice: str) -> Samples:
    """Return the speech of a voice."""
    return speech(voice)


@functools.cache
def packets_of(voice: str, loss_percent: int) -> list[Sent]:
    """Return the packets of a voice whose sender was told of so much loss."""
    return encoded(said_by(voice), loss_percent)


def run(voice: str, network: Network, seed: int) -> Both:
    """Send one voice through one network."""
    expected = round(100.0 * network.loss)
    sent = packets_of(voice, min(CEILING_PERCENT, max(FLOOR_PERCENT, expected)))
    came = arrivals([packet.at_s for packet in sent], network, seed)
    ours, aiortc = OurEar(), AiortcEar()
    said = said_by(voice)
    return Both(
        judged(said, heard(sent, came, ours.push, ours.pull)),
        judged(said, heard(sent, came, aiortc.push, aiortc.pull)),
        ours,
    )


def judged(said: Samples, played: Samples) -> Run:
    """Return how intelligible ``played`` is, and where its windows are."""
    windows = align(said, played)
    with warnings.catch_warnings():
        # It says so when too little is left to judge, and answers 0.00001.
        warnings.simplefilter("ignore", RuntimeWarning)
        return Run(float(stoi(*joined(said, played, windows), RATE_HZ)), windows)


# --- what is told of runs -------------------------------------------------------------------------


def delays_ms(windows: list[Window], from_share: float = 0.0, to_share: float = 1.0) -> list[float]:
    """Return the delays of a part of the run."""
    last = windows[-1].said_at_s
    return [
        window.delay_s * 1000.0
        for window in windows
        if from_share * last <= window.said_at_s <= to_share * last
    ]


def drift_ms(windows: list[Window]) -> float:
    """Return how much later the last fifth came than the first."""
    return float(np.median(delays_ms(windows, 0.8)) - np.median(delays_ms(windows, 0.0, 0.2)))


def summary(runs: list[Run]) -> dict[str, float]:
    """Return the figures of one way, the medians over all voices."""
    return {
        "stoi": float(np.median([each.stoi for each in runs])),
        "delay_median_ms": float(np.median([np.median(delays_ms(each.windows)) for each in runs])),
        "delay_drift_ms": float(np.median([drift_ms(each.windows) for each in runs])),
    }


def profile(network: Network, both: list[Both]) -> dict[str, object]:
    """Return the figures of one network."""
    statistics = [each.ear.voice.statistics(0.0) for each in both]
    return {
        "loss_percent": round(100.0 * network.loss),
        "jitter_ms": round(1000.0 * network.jitter_s),
        "stall_s": network.stall_s,
        **summary([each.ours for each in both]),
        "repaired_by_fec": sum(each.repaired for each in statistics),
        "concealed": sum(each.concealed for each in statistics),
        "aiortc": {**summary([each.aiortc for each in both]), **NOTHING_MENDED},
    }


def stall_error_ms(both: Both) -> float:
    """Return how far the delay is from the one that is aimed at, 5 s after the stall.

    On top of the target, which counts from the quickest packets, come network and codec.
    """
    settled_at_s = STALL.stall_at_s + STALL.stall_s + SETTLED_S
    windows = [each for each in both.ours.windows if each.said_at_s >= settled_at_s][:3]
    targets_ms = [both.ear.target_ms[round(each.said_at_s / BLOCK_S)] for each in windows]
    aim_ms = 1000.0 * (BASE_S + LOOKAHEAD_S) + float(np.median(targets_ms))
    return float(abs(np.median(delays_ms(windows)) - aim_ms))


def main() -> None:
    """Measure and tell."""
    voices = VOICES[:1] if arguments(__doc__).quick else VOICES
    networks = [
        *(Network(loss, jitter_s) for jitter_s, loss in itertools.product(JITTERS_S, LOSSES)),
        STALL,
    ]
    runs = [[run(voice, network, SEED) for voice in voices] for network in networks]
    profiles = [profile(network, both) for network, both in zip(networks, runs, strict=True)]
    report(profiles, max(stall_error_ms(each) for each in runs[-1]))


def report(profiles: list[dict[str, Any]], stall_ms: float) -> None:
    """Tell what was measured."""
    own = ("stoi", "delay_median_ms", "delay_drift_ms")
    names = ("loss_percent", "jitter_ms", "stall_s", *own, "repaired_by_fec", "concealed")
    rows: list[list[object]] = [[*names, *(f"aiortc {name}" for name in own)]]
    rows += [[*(each[n] for n in names), *(each["aiortc"][n] for n in own)] for each in profiles]
    tell(
        "Speech through a network, this client's playout and aiortc's",
        rows,
        {
            "profiles": profiles,
            "stoi_ratio_10_to_0": min(ratio_10_to_0(profiles, each) for each in JITTERS_S),
            "stall_error_ms": stall_ms,
        },
    )


def ratio_10_to_0(profiles: list[dict[str, Any]], jitter_s: float) -> float:
    """Return what 10 % of loss leave of the intelligibility that there is without, at a jitter."""
    stoi_at = {
        each["loss_percent"]: float(each["stoi"])
        for each in profiles
        if each["jitter_ms"] == round(1000.0 * jitter_s) and not each["stall_s"]
    }
    return stoi_at[10] / stoi_at[0]


if __name__ == "__main__":
    main()
