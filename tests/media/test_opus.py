"""libopus: a voice comes back, a lost frame too from its copy, and bad input is refused."""

from __future__ import annotations

import contextlib
import ctypes.util
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import InvalidMessage
from proconf_tui.media import opus
from proconf_tui.media.pcm import FRAME_SAMPLES, FloatSamples, Int16Samples
from proconf_tui.media.voice.packets import LONGEST_PACKET_SAMPLES
from tests.support.signals import read_wav
from tests.support.speech import speak


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[Int16Samples]:
    speech = read_wav(speak(tmp_path_factory.mktemp("speech") / "speech.wav"))
    whole = len(speech) // FRAME_SAMPLES * FRAME_SAMPLES
    return list(speech[:whole].astype(np.int16).reshape(-1, FRAME_SAMPLES))


@pytest.fixture(scope="module")
def packets(frames: list[Int16Samples]) -> list[bytes]:
    encoder = opus.OpusEncoder()
    encoder.expect_loss(20)
    return [encoder.encode(frame) for frame in frames]


def _error_db(heard: FloatSamples, wanted: FloatSamples) -> float:
    noise = float(np.sum((heard - wanted) ** 2)) + 1e-12
    return 10.0 * float(np.log10(noise / (float(np.sum(wanted**2)) + 1e-12)))


def test_every_packet_holds_its_frame(packets: list[bytes]) -> None:
    decoder = opus.OpusDecoder()
    assert {len(decoder.decode(packet)) for packet in packets} == {FRAME_SAMPLES}
    seconds = len(packets) / 50
    assert sum(map(len, packets)) * 8 / seconds < 1.25 * opus.VOICE_BPS


def test_a_repaired_frame_is_closer_than_a_concealed_one(packets: list[bytes]) -> None:
    errors: list[tuple[float, float]] = []
    for at in range(10, len(packets) - 1, 10):
        if not opus.carries_copy(packets[at + 1]):
            continue
        whole, repairing, concealing = (opus.OpusDecoder() for _ in range(3))
        for packet in packets[:at]:
            for decoder in (whole, repairing, concealing):
                decoder.decode(packet)
        wanted = whole.decode(packets[at])
        if float(np.sum(wanted**2)) < 0.1:
            continue
        repaired = repairing.repair(packets[at + 1], FRAME_SAMPLES)
        errors.append(
            (_error_db(repaired, wanted), _error_db(concealing.conceal(FRAME_SAMPLES), wanted))
        )
    assert len(errors) >= 5
    repaired_db, concealed_db = np.median(np.array(errors), axis=0)
    assert repaired_db < concealed_db - 2.0


def test_only_packets_made_for_loss_carry_copies(frames: list[Int16Samples]) -> None:
    encoder = opus.OpusEncoder()
    encoder.expect_loss(0)
    assert not any(opus.carries_copy(encoder.encode(frame)) for frame in frames[:100])


def test_concealing_fades(packets: list[bytes]) -> None:
    decoder = opus.OpusDecoder()
    for packet in packets[:40]:
        decoder.decode(packet)
    loudness = [float(np.abs(decoder.conceal(FRAME_SAMPLES)).max()) for _ in range(20)]
    assert loudness[-1] < 0.01


@given(st.binary(max_size=1500))
def test_any_bytes_are_sound_or_refused(payload: bytes) -> None:
    decoder = opus.OpusDecoder()
    opus.carries_copy(payload)
    with contextlib.suppress(InvalidMessage):
        assert len(decoder.decode(payload)) <= LONGEST_PACKET_SAMPLES


def test_a_length_that_is_no_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="961 samples"):
        opus.OpusEncoder().encode(np.zeros(961, np.int16))
    with pytest.raises(ValueError, match="libopus refuses 101"):
        opus.OpusEncoder().expect_loss(101)


@pytest.fixture
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(av, "__file__", str(tmp_path / "av" / "__init__.py"))
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)
    _forget_the_library()
    yield
    _forget_the_library()


def _forget_the_library() -> None:
    opus.library.cache_clear()
    opus.is_available.cache_clear()


@pytest.mark.usefixtures("_nowhere")
def test_a_machine_without_it_is_told_apart() -> None:
    assert not opus.is_available()
    with pytest.raises(opus.OpusMissing):
        opus.OpusDecoder()
    with pytest.raises(opus.OpusMissing):
        opus.OpusEncoder()


@pytest.mark.usefixtures("_nowhere")
def test_a_machine_without_it_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not opus.is_available()
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: pytest.fail("searched again"))
    assert not opus.is_available()
