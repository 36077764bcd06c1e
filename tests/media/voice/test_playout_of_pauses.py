"""Where a voice begins, pauses and ends, in simulated time."""

from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice
from tests.support import voice_run
from tests.support.voice_run import (
    BLOCK_S,
    BLOCK_SAMPLES,
    Arrival,
    run,
    through_network,
    tone_packets,
)


def _with_pauses(packets: list[AudioPacket]) -> list[AudioPacket]:
    """Two seconds of speech, two of silence in which every 20th packet is sent, and again."""
    sent: list[AudioPacket] = []
    for number, packet in enumerate(packets):
        if number // 100 % 2 == 0 or number % 20 == 0:
            sent.append(packet._replace(sequence=(voice_run.FIRST_SEQUENCE + len(sent)) & 0xFFFF))
    return sent


def test_pauses_of_the_sender_are_neither_losses_nor_delay(minute: list[AudioPacket]) -> None:
    sent = _with_pauses(minute[:1500])
    heard = run(through_network(sent, jitter_s=0.001), 30.2)
    assert heard.statistics.lost == 0
    assert heard.statistics.concealed <= 10
    assert heard.delay_ms.max() <= 60.0


def test_in_a_perfect_network_nothing_is_concealed_in_pauses(minute: list[AudioPacket]) -> None:
    heard = run(through_network(_with_pauses(minute[:1500])), 30.2)
    statistics = heard.statistics
    assert (statistics.lost, statistics.late, statistics.concealed) == (0, 0, 0)


@pytest.mark.parametrize("phase_s", [0.0, 0.0013, 0.0037, 0.0063, 0.0099])
def test_every_spurt_begins_with_the_same_delay_and_keeps_it(
    minute: list[AudioPacket], phase_s: float
) -> None:
    sent = _with_pauses(minute[:1500])
    arrivals = [Arrival(at_s + phase_s, packet) for at_s, packet in through_network(sent)]
    delay_ms = run(arrivals, 29.0).delay_ms[100:]
    assert delay_ms.max() - delay_ms.min() < 0.1
    assert delay_ms.max() <= 32.5


def _concealed_of_silence(block_samples: int, unevenly_s: float) -> int:
    """Return what is concealed of 10 s of digital silence that a device asks for unevenly."""
    random, voice = np.random.default_rng(4), Voice()
    waiting = through_network(tone_packets(500, 0.0))
    block_s = block_samples / 48_000
    for number in range(int(10.0 / block_s)):
        now = number * block_s + random.random() * unevenly_s
        while waiting and waiting[0].at_s <= now:
            at_s, packet = waiting.pop(0)
            voice.push(packet, at_s)
        voice.pull(block_samples, now)
    return voice.statistics(10.0).concealed


@pytest.mark.parametrize(("block_samples", "unevenly_s"), [(960, 0.0), (960, 0.004), (480, 0.012)])
def test_silence_is_not_cut_so_short_that_a_block_lacks_its_end(
    block_samples: int, unevenly_s: float
) -> None:
    assert _concealed_of_silence(block_samples, unevenly_s) <= 2


def test_a_spurt_is_timed_anew_by_the_pause_before_it() -> None:
    tone = tone_packets(200)
    late = [Arrival(at_s + 0.1, packet) for at_s, packet in through_network(tone[1:100])]
    spurt = [
        packet._replace(sequence=(tone[100].sequence + number) & 0xFFFF)
        for number, packet in enumerate(tone[150:])
    ]
    heard = run([*through_network(tone[:1]), *late, *through_network(spurt)], 4.0)
    assert heard.delay_ms[150] > 100.0
    assert np.abs(heard.delay_ms - heard.target_ms)[325:].max() <= 10.0


def test_when_nothing_comes_it_fades_and_then_plays_nothing() -> None:
    voice = Voice()
    run(through_network(tone_packets(50)), 0.95, voice)
    played = [voice.pull(BLOCK_SAMPLES, 1.0 + number * BLOCK_S) for number in range(40)]
    loud = [0.0 if block is None else float(np.abs(block).max()) for block in played]
    assert loud[0] > 0.2
    assert played[-1] is None
    assert voice.played_timestamp(1.4) is None
    assert sum(level > 0.0 for level in loud) <= 25


def test_it_begins_and_ends_without_a_click() -> None:
    heard = run(through_network(tone_packets(50)), 1.5).sound
    steepest = 0.3 * 2.0 * np.pi * 400.0 / 48_000
    assert np.abs(np.diff(heard)).max() < 2.0 * steepest


def test_nobody_pulling_keeps_one_second_and_then_the_newest_is_played() -> None:
    voice = Voice()
    for at_s, packet in through_network(tone_packets(1000)):
        voice.push(packet, at_s)
    assert voice.pull(BLOCK_SAMPLES, 20.04) is not None
    assert voice.statistics(20.04).lost == 0
    voice.pull(BLOCK_SAMPLES, 20.05)
    assert voice.statistics(20.05).delay_ms <= 60.0
