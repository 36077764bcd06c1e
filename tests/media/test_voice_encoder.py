"""A voice is encoded once a frame, in mono, without its silences, for the loss that is reported."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.packet import Packet

from proconf_tui.media import opus
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.pcm import FRAME_SAMPLES, to_int16
from proconf_tui.media.silence_gate import HOLD_FRAMES, KEEP_ALIVE_FRAMES
from proconf_tui.media.voice.packets import payload_samples
from proconf_tui.media.voice_encoder import VoiceEncoder
from tests.support.signals import peak_hz, sine, voice_like


@pytest.fixture(params=["libopus", "ffmpeg"])
def encoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> VoiceEncoder:
    """An encoder on a machine with libopus, and one without."""
    monkeypatch.setattr(opus, "is_available", lambda: request.param == "libopus")
    return VoiceEncoder()


def _frame(
    samples: npt.NDArray[np.int16], pts: int, *, layout: str = "mono", rate_hz: int = 48_000
) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), pts
    return frame


def _encoded(encoder: VoiceEncoder, voice: npt.NDArray[np.int16]) -> list[tuple[list[bytes], int]]:
    """Return what became of each 20 ms of 48 kHz mono."""
    starts = range(0, len(voice), FRAME_SAMPLES)
    return [encoder.encode(_frame(voice[at : at + FRAME_SAMPLES], at)) for at in starts]


def _decoded(payloads: list[bytes]) -> npt.NDArray[np.float32]:
    decoder = opus.OpusDecoder()
    return np.concatenate([decoder.decode(payload) for payload in payloads])


_TONE = to_int16(sine(440, 1.0, 0.1))
_SILENCE = np.zeros(3 * 48_000, np.int16)


def test_every_frame_of_a_voice_is_one_packet_of_its_time(encoder: VoiceEncoder) -> None:
    encoded = _encoded(encoder, _TONE)
    assert [len(payloads) for payloads, _ in encoded] == [1] * 50
    assert [timestamp for _, timestamp in encoded] == [at * FRAME_SAMPLES for at in range(50)]
    payloads = [payload for found, _ in encoded for payload in found]
    assert {payload_samples(payload) for payload in payloads} == {FRAME_SAMPLES}
    heard = _decoded(payloads)[9600:]
    assert peak_hz(heard) == pytest.approx(440, abs=3)
    assert rms_dbfs(heard) == pytest.approx(rms_dbfs(_TONE), abs=0.5)


def test_a_silence_is_left_out_and_time_goes_on(encoder: VoiceEncoder) -> None:
    encoded = _encoded(encoder, np.concatenate([_TONE, _SILENCE, _TONE]))
    sent = [at for at, (payloads, _) in enumerate(encoded) if payloads]
    silent_frames = len(_SILENCE) // FRAME_SAMPLES
    keep_alives = (silent_frames - HOLD_FRAMES) // KEEP_ALIVE_FRAMES
    assert len(sent) == 50 + HOLD_FRAMES + keep_alives + 50
    assert sent[-50:] == list(range(50 + silent_frames, 100 + silent_frames))
    assert all(encoded[at][1] == at * FRAME_SAMPLES for at in sent)


@pytest.mark.parametrize("channels", ["mono", "stereo"])
@pytest.mark.parametrize(("rate_hz", "count"), [(48_000, 960), (48_000, 480), (44_100, 1024)])
def test_other_shapes_become_mono_as_loud_as_before(
    channels: str, rate_hz: int, count: int, encoder: VoiceEncoder
) -> None:
    at_s = np.arange(2 * rate_hz // count * count) / rate_hz
    wave = (0.1 * np.sin(2 * np.pi * 440 * at_s) * 32767).astype(np.int16)
    payloads, times = [], []
    for start in range(0, len(wave), count):
        part = wave[start : start + count].repeat(2 if channels == "stereo" else 1)
        found, timestamp = encoder.encode(_frame(part, start, layout=channels, rate_hz=rate_hz))
        payloads += found
        times += [timestamp] if found else []
    heard = _decoded(payloads)
    assert len(heard) == pytest.approx(2 * 48_000, abs=2 * FRAME_SAMPLES)
    assert peak_hz(heard[9600:]) == pytest.approx(440, abs=3)
    assert rms_dbfs(heard[9600:]) == pytest.approx(rms_dbfs(wave), abs=0.5)
    starts = np.cumsum([0, *map(payload_samples, payloads)])[:-1]
    assert all(np.abs(starts - time).min() <= 1 for time in times)


def test_the_shape_may_change_on_the_way() -> None:
    encoder, payloads = VoiceEncoder(), []
    for rate_hz, layout in ((44_100, "mono"), (48_000, "stereo"), (16_000, "mono")):
        for start in range(0, rate_hz, rate_hz // 100):
            loud = np.full(rate_hz // 100 * (2 if layout == "stereo" else 1), 3000, np.int16)
            payloads += encoder.encode(_frame(loud, start, layout=layout, rate_hz=rate_hz))[0]
    assert sum(map(payload_samples, payloads)) == pytest.approx(3 * 48_000, abs=3 * 960)


def test_long_frames_are_as_few_packets_as_can_be() -> None:
    encoder = VoiceEncoder()
    encoded = [encoder.encode(_frame(_TONE[at : at + 2880], at)) for at in range(0, 28_800, 2880)]
    payloads = [payload for found, _ in encoded for payload in found]
    assert max(len(found) for found, _ in encoded) == 1
    assert {payload_samples(payload) for payload in payloads} <= {1920, 2880}


def test_what_is_encoded_already_is_passed_on() -> None:
    packet = Packet(b"voice")
    packet.pts, packet.time_base = 250, Fraction(1, 1000)
    assert VoiceEncoder().pack(packet) == ([b"voice"], 12_000)


def test_reports_of_loss_buy_better_copies() -> None:
    encoder = VoiceEncoder()
    assert encoder.loss_percent == 10
    encoder.take_report(0, 100)
    encoder.take_report(64, 200)
    assert encoder.loss_percent == 25
    encoder.take_report(0, 300)
    assert encoder.loss_percent == 24


@pytest.mark.parametrize("loss_percent", [10, 30])
def test_most_of_a_voice_is_copied_in_the_next_packet(loss_percent: int) -> None:
    encoder = VoiceEncoder()
    encoder.loss_percent = loss_percent
    encoded = _encoded(encoder, to_int16(voice_like(4.0, seed=5)))
    payloads = [payload for found, _ in encoded for payload in found]
    assert np.mean([opus.carries_copy(payload) for payload in payloads]) > 0.5
