"""What else a voice does: bad packets, skipping, levels, timestamps, threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from proconf_tui.media import opus
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice
from tests.support import voice_run
from tests.support.voice_run import (
    BLOCK_S,
    BLOCK_SAMPLES,
    Arrival,
    numbered,
    run,
    through_network,
    tone_packets,
)


def test_bad_payloads_are_concealed() -> None:
    tone = tone_packets(60)
    broken = [
        packet._replace(payload=packet.payload[:1] + b"\xff" * 3) if number % 10 == 5 else packet
        for number, packet in enumerate(tone)
    ]
    broken[20] = broken[20]._replace(payload=b"")
    broken[30] = broken[30]._replace(payload=b"\x03")
    heard = run(through_network(broken), 1.3)
    assert heard.statistics.packets == 60
    assert heard.statistics.lost == 2
    loud = np.abs(heard.sound[9600:48_000]).reshape(-1, 480).max(axis=1)
    assert loud.min() > 0.02


def test_skipping_keeps_time_and_decodes_nothing(
    minute: list[AudioPacket], monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = through_network(minute[:500], jitter_s=0.002)
    pulled, skipped = Voice(), Voice()
    run(arrivals, 5.0, pulled)
    waiting = list(arrivals)
    with monkeypatch.context() as patch:
        patch.delattr(opus.OpusDecoder, "decode")
        for number in range(500):
            now = number * BLOCK_S
            while waiting and waiting[0].at_s <= now:
                at_s, packet = waiting.pop(0)
                skipped.push(packet, at_s)
            skipped.skip(BLOCK_SAMPLES, now)
    assert not skipped.statistics(5.0).is_decoded
    assert skipped.statistics(5.0).delay_ms == pytest.approx(
        pulled.statistics(5.0).delay_ms, abs=15.0
    )
    samples = skipped.pull(BLOCK_SAMPLES, 5.0)
    assert samples is not None
    assert skipped.statistics(5.0).is_decoded


def test_what_is_heard_again_after_skipping_is_what_is_said_then() -> None:
    tone, voice = tone_packets(100), Voice()
    heard = run(through_network(tone)[:50], 0.9, voice)
    assert np.abs(heard.sound[-480:]).max() > 0.2
    for at_s, packet in through_network(tone)[50:]:
        voice.push(packet, at_s)
    for number in range(90, 130):
        voice.skip(BLOCK_SAMPLES, number * BLOCK_S)
    back = voice.pull(BLOCK_SAMPLES, 1.3)
    assert back is not None
    assert abs(float(back[0])) < 0.01
    assert np.abs(back[240:]).max() > 0.2


def test_what_comes_twice_is_counted_and_played_once(minute: list[AudioPacket]) -> None:
    arrivals = through_network(minute[:100])
    once, twice = (run(each, 2.3) for each in (arrivals, sorted([*arrivals, *arrivals[50:80]])))
    assert (once.statistics.packets, once.statistics.repeated) == (100, 0)
    assert (twice.statistics.packets, twice.statistics.repeated) == (130, 30)
    assert np.array_equal(once.sound, twice.sound)


def test_the_level_is_what_the_sender_told_and_falls() -> None:
    voice = Voice()
    voice.push(tone_packets(1)[0], 1.0)
    assert voice.level_dbfs(1.0) == -10.0
    assert voice.level_dbfs(2.0) == -50.0


def test_without_told_levels_it_is_that_of_the_sound() -> None:
    untold = [packet._replace(level_dbfs=None) for packet in tone_packets(50)]
    voice = Voice()
    run(through_network(untold), 0.9, voice)
    assert voice.level_dbfs(0.9) == pytest.approx(-13.5, abs=1.5)


def test_the_played_timestamp_is_the_rtp_time_of_what_is_handed_over() -> None:
    packets, voice = tone_packets(50), Voice()
    heard = run(through_network(packets), 0.8, voice)
    said_at_s = 0.8 - (heard.delay_ms[-1] / 1000.0 + 0.03)
    expected = voice_run.FIRST_TIMESTAMP + said_at_s * 48_000
    played = voice.played_timestamp(0.8)
    assert played is not None
    assert (played - expected) % (1 << 32) == pytest.approx(0, abs=480)
    assert voice.played_timestamp(0.795) == played - 240


def test_a_played_timestamp_is_of_no_use_when_nobody_pulls_any_more() -> None:
    voice = Voice()
    run(through_network(tone_packets(50)), 0.8, voice)
    assert voice.played_timestamp(0.85) == voice.played_timestamp(0.8)
    assert voice.played_timestamp(0.95) is None


def test_packets_of_one_time_are_all_played(minute: list[AudioPacket]) -> None:
    apart = minute[:500]
    together = [
        packet._replace(timestamp=apart[number // 2 * 2].timestamp)
        for number, packet in enumerate(apart)
    ]
    sent = [
        Arrival(at_s, packet)
        for (at_s, _), packet in zip(through_network(apart), together, strict=True)
    ]
    statistics = run(sent, 10.2).statistics
    assert (statistics.lost, statistics.late, statistics.concealed) == (0, 0, 0)
    assert statistics.loss == 0.0
    assert statistics.delay_ms <= 80.0


def test_a_level_that_the_sound_does_not_bear_out_is_not_believed() -> None:
    voice = Voice()
    run(through_network(tone_packets(100, 0.0)), 2.0, voice)
    assert voice.level_dbfs(2.0) < -100.0


def test_a_restart_takes_new_numbers_at_once() -> None:
    voice = Voice()
    run(through_network(tone_packets(50)), 0.9, voice)
    voice.restart()
    for number, packet in enumerate(tone_packets(10)):
        voice.push(packet._replace(sequence=number + 7, timestamp=number * 960), 2.0 + number / 50)
    assert voice.pull(BLOCK_SAMPLES, 2.2) is not None
    assert voice.statistics(2.2).lost == 0


def test_one_thread_may_push_while_another_pulls() -> None:
    tone, voice = tone_packets(50), Voice()

    def push_all() -> None:
        for number in range(3000):
            packet = tone[number % len(tone)]
            at = numbered(number, number * 960, packet.payload, -10.0)
            voice.push(at, number / 50)

    thread = threading.Thread(target=push_all)
    thread.start()
    now = 0.0
    while thread.is_alive():
        now = max(now, voice.statistics(now).packets / 50)
        block = voice.pull(BLOCK_SAMPLES, now)
        assert block is None or block.shape == (BLOCK_SAMPLES,)
        voice.skip(BLOCK_SAMPLES, now)
    thread.join()
    assert voice.statistics(now).packets == 3000
