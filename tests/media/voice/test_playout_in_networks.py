"""Real speech, encoded, through a simulated network and back, in simulated time."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from proconf_tui.media import opus
from proconf_tui.media.pcm import FloatSamples
from proconf_tui.media.voice.packets import AudioPacket
from tests.support import voice_run
from tests.support.signals import read_wav
from tests.support.speech import likeness
from tests.support.voice_run import (
    BLOCK_S,
    Arrival,
    run,
    through_network,
)


def _first_pass(heard: FloatSamples, wav: Path) -> FloatSamples:
    """Return what was heard until the speech begins again."""
    return heard[: len(read_wav(wav)) + 12_000]


def test_a_calm_network_is_played_with_hardly_any_delay(
    wav: Path, minute: list[AudioPacket]
) -> None:
    heard = run(through_network(minute[:500]), 10.2)
    assert likeness(_first_pass(heard.sound, wav), wav) > 0.9
    assert heard.delay_ms[50:].max() <= 35.0
    statistics = heard.statistics
    assert (statistics.packets, statistics.lost, statistics.concealed) == (500, 0, 0)
    assert statistics.loss == 0.0


@pytest.mark.parametrize(
    ("jitter_ms", "least_ms", "most_ms"), [(5, 30, 60), (15, 55, 110), (40, 110, 240)]
)
def test_the_delay_follows_the_jitter(
    minute: list[AudioPacket], jitter_ms: int, least_ms: float, most_ms: float
) -> None:
    heard = run(through_network(minute[:1500], jitter_s=jitter_ms / 1000), 30.2)
    settled = slice(200, -20)
    assert least_ms <= np.median(heard.target_ms[settled]) <= most_ms
    apart = heard.delay_ms[settled] - heard.target_ms[settled]
    assert np.abs(np.median(apart)) <= 15.0
    assert heard.statistics.lost <= 1500 * 0.06


def _repairable(sent: list[AudioPacket], arrivals: list[Arrival]) -> int:
    came = {arrival.packet.sequence for arrival in arrivals}
    pairs = itertools.pairwise(sent)
    return sum(
        lost.sequence not in came
        and following.sequence in came
        and opus.carries_copy(following.payload)
        for lost, following in pairs
    )


@pytest.mark.parametrize("jitter_s", [0.0, 0.005])
def test_nearly_every_loss_with_a_copy_is_repaired(
    minute: list[AudioPacket], jitter_s: float
) -> None:
    sent = minute[:1500]
    arrivals = through_network(sent, loss=0.1, jitter_s=jitter_s, seed=3)
    heard = run(arrivals, 30.2)
    statistics = heard.statistics
    assert statistics.repaired >= 0.95 * _repairable(sent, arrivals)
    assert statistics.repaired >= 0.6 * statistics.lost
    assert 0.05 < statistics.loss < 0.2
    assert np.median(heard.delay_ms) <= 65.0


def test_lost_packets_are_counted_exactly(minute: list[AudioPacket]) -> None:
    arrivals = through_network(minute[:1000], loss=0.1, seed=5)
    newest = max(
        (arrival.packet.sequence - voice_run.FIRST_SEQUENCE) & 0xFFFF for arrival in arrivals
    )
    assert run(arrivals, 20.5).statistics.lost == newest + 1 - len(arrivals)


def test_after_a_stall_the_delay_is_soon_what_it_should_be(minute: list[AudioPacket]) -> None:
    arrivals = through_network(minute[:1200], jitter_s=0.005, stall=(10.0, 12.0))
    heard = run(arrivals, 24.0)
    apart = np.abs(heard.delay_ms - heard.target_ms)
    assert np.quantile(apart[int(17.0 / BLOCK_S) :], 0.9) <= 20.0
    assert heard.target_ms[int(12.5 / BLOCK_S) :].max() <= 80.0


@pytest.mark.parametrize("drift_ppm", [100.0, -100.0])
def test_a_minute_of_a_drifting_sender_does_not_add_delay(
    minute: list[AudioPacket], drift_ppm: float
) -> None:
    heard = run(through_network(minute, drift_ppm=drift_ppm, jitter_s=0.002), 59.9)
    quarter = len(heard.delay_ms) // 4
    assert np.median(heard.delay_ms[-quarter:]) <= np.median(heard.delay_ms[:quarter]) + 10.0
    assert heard.delay_ms.max() <= 80.0
    assert heard.statistics.lost == heard.statistics.late


@pytest.mark.parametrize("jitter_s", [0.015, 0.04])
def test_without_loss_little_is_concealed_however_packets_jitter(
    minute: list[AudioPacket], jitter_s: float
) -> None:
    jittered, lossy = (
        run(through_network(minute[:1000], jitter_s=jitter_s, loss=loss, seed=2), 20.2)
        for loss in (0.0, 0.1)
    )
    assert jittered.statistics.concealed <= 0.5 * lossy.statistics.concealed
    assert jittered.statistics.concealed <= 0.03 * 1000


@pytest.mark.parametrize("frame_samples", [480, 1920, 2880])
def test_packets_of_other_lengths_are_played(wav: Path, frame_samples: int) -> None:
    packets = voice_run.packets_of(wav, 10.0, frame_samples)
    heard = run(through_network(packets, jitter_s=0.002), 10.2)
    assert likeness(_first_pass(heard.sound, wav), wav) > 0.8
    assert heard.statistics.lost <= 2
    assert heard.delay_ms.max() <= 60.0 + frame_samples / 48


def test_short_packets_catch_up_as_well(wav: Path) -> None:
    packets = voice_run.packets_of(wav, 10.0, 480)
    heard = run(through_network(packets, stall=(3.0, 3.12)), 10.2)
    assert heard.delay_ms[int(3.2 / BLOCK_S)] > 60.0
    assert heard.delay_ms[int(9.0 / BLOCK_S)] <= 40.0
