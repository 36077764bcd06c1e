"""Real speech, encoded, through a simulated network and back, in simulated time."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media import opus
from proconf_tui.media.pcm import FloatSamples, to_int16
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice
from tests.support import voice_run
from tests.support.signals import read_wav, sine
from tests.support.speech import likeness, speak
from tests.support.voice_run import BLOCK_S, BLOCK_SAMPLES, Arrival, numbered, run, through_network


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speak(tmp_path_factory.mktemp("speech") / "speech.wav")


@pytest.fixture(scope="module")
def minute(wav: Path) -> list[AudioPacket]:
    return voice_run.packets_of(wav, 60.0)


def _first_pass(heard: FloatSamples, wav: Path) -> FloatSamples:
    """Return what was heard until the speech begins again."""
    return heard[: len(read_wav(wav)) + 12_000]


def _tone(count: int, amplitude: float = 0.3) -> list[AudioPacket]:
    encoder = opus.OpusEncoder()
    frames = to_int16(sine(400.0, count * 0.02, amplitude)).reshape(-1, 960)
    return [
        numbered(number, number * 960, encoder.encode(frame), -10.0)
        for number, frame in enumerate(frames)
    ]


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


def _concealed_of_silence(block_samples: int, unevenly_s: float) -> int:
    """Return what is concealed of 10 s of digital silence that a device asks for unevenly."""
    random, voice = np.random.default_rng(4), Voice()
    waiting = through_network(_tone(500, 0.0))
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
    tone = _tone(200)
    late = [Arrival(at_s + 0.1, packet) for at_s, packet in through_network(tone[1:100])]
    spurt = [
        packet._replace(sequence=(tone[100].sequence + number) & 0xFFFF)
        for number, packet in enumerate(tone[150:])
    ]
    heard = run([*through_network(tone[:1]), *late, *through_network(spurt)], 4.0)
    assert heard.delay_ms[150] > 100.0
    assert np.abs(heard.delay_ms - heard.target_ms)[325:].max() <= 10.0


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


def test_when_nothing_comes_it_fades_and_then_plays_nothing() -> None:
    voice = Voice()
    run(through_network(_tone(50)), 0.95, voice)
    played = [voice.pull(BLOCK_SAMPLES, 1.0 + number * BLOCK_S) for number in range(40)]
    loud = [0.0 if block is None else float(np.abs(block).max()) for block in played]
    assert loud[0] > 0.2
    assert played[-1] is None
    assert voice.played_timestamp(1.4) is None
    assert sum(level > 0.0 for level in loud) <= 25


def test_it_begins_and_ends_without_a_click() -> None:
    heard = run(through_network(_tone(50)), 1.5).sound
    steepest = 0.3 * 2.0 * np.pi * 400.0 / 48_000
    assert np.abs(np.diff(heard)).max() < 2.0 * steepest


def test_nobody_pulling_keeps_one_second_and_then_the_newest_is_played() -> None:
    voice = Voice()
    for at_s, packet in through_network(_tone(1000)):
        voice.push(packet, at_s)
    assert voice.pull(BLOCK_SAMPLES, 20.04) is not None
    assert voice.statistics(20.04).lost == 0
    voice.pull(BLOCK_SAMPLES, 20.05)
    assert voice.statistics(20.05).delay_ms <= 60.0


def test_bad_payloads_are_concealed() -> None:
    tone = _tone(60)
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
    tone, voice = _tone(100), Voice()
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


def test_the_level_is_what_the_sender_told_and_falls() -> None:
    voice = Voice()
    voice.push(_tone(1)[0], 1.0)
    assert voice.level_dbfs(1.0) == -10.0
    assert voice.level_dbfs(2.0) == -50.0


def test_without_told_levels_it_is_that_of_the_sound() -> None:
    untold = [packet._replace(level_dbfs=None) for packet in _tone(50)]
    voice = Voice()
    run(through_network(untold), 0.9, voice)
    assert voice.level_dbfs(0.9) == pytest.approx(-13.5, abs=1.5)


def test_the_played_timestamp_is_the_rtp_time_of_what_is_handed_over() -> None:
    packets, voice = _tone(50), Voice()
    heard = run(through_network(packets), 0.8, voice)
    said_at_s = 0.8 - (heard.delay_ms[-1] / 1000.0 + 0.03)
    expected = voice_run.FIRST_TIMESTAMP + said_at_s * 48_000
    played = voice.played_timestamp(0.8)
    assert played is not None
    assert (played - expected) % (1 << 32) == pytest.approx(0, abs=480)
    assert voice.played_timestamp(0.795) == played - 240


def test_a_restart_takes_new_numbers_at_once() -> None:
    voice = Voice()
    run(through_network(_tone(50)), 0.9, voice)
    voice.restart()
    for number, packet in enumerate(_tone(10)):
        voice.push(packet._replace(sequence=number + 7, timestamp=number * 960), 2.0 + number / 50)
    assert voice.pull(BLOCK_SAMPLES, 2.2) is not None
    assert voice.statistics(2.2).lost == 0


def test_one_thread_may_push_while_another_pulls() -> None:
    tone, voice = _tone(50), Voice()

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


@given(st.data())
def test_whatever_arrives_it_plays_and_never_raises(data: st.DataObject) -> None:
    tone = _ANY_TONE
    order = data.draw(st.lists(st.integers(0, len(tone) - 1), max_size=60))
    garbage = st.builds(
        AudioPacket,
        st.integers(0, 0xFFFF),
        st.integers(0, 0xFFFF_FFFF),
        st.binary(max_size=8),
        st.none() | st.floats(-127, 0),
    )
    voice, now = Voice(), 100.0
    for number in order:
        is_garbage = data.draw(st.integers(0, 9)) == 0
        voice.push(data.draw(garbage) if is_garbage else tone[number], now)
        now += data.draw(st.sampled_from([0.0, 0.001, 0.02, 0.5]))
        block = voice.pull(BLOCK_SAMPLES, now)
        if block is not None:
            assert block.shape == (BLOCK_SAMPLES,)
            assert np.isfinite(block).all()
    assert voice.statistics(now).packets == len(order)


_ANY_TONE = _tone(40)
