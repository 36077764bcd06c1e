from __future__ import annotations

import numpy as np
import pytest

from proconf_tui.errors import InvalidMessage
from proconf_tui.media import opus
from proconf_tui.media.pcm import FloatSamples, to_int16
from proconf_tui.media.voice.decoding import PlainDecoder, copy_detector, open_decoder
from tests.support.signals import peak_hz, sine


def _encoded(wave: FloatSamples) -> list[bytes]:
    encoder = opus.OpusEncoder()
    return [encoder.encode(frame) for frame in to_int16(wave).reshape(-1, 960)]


def test_libopus_decodes_where_there_is_one() -> None:
    assert isinstance(open_decoder(), opus.OpusDecoder)


def test_without_libopus_ffmpeg_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = _encoded(sine(440.0, 1.0, 0.3))
    monkeypatch.setattr(opus, "is_available", lambda: False)
    decoder = open_decoder()
    assert isinstance(decoder, PlainDecoder)
    heard = np.concatenate([decoder.decode(payload) for payload in payloads])
    assert heard.dtype == np.float32
    assert len(heard) == 48_000
    assert peak_hz(heard) == pytest.approx(440.0, abs=2.0)
    assert np.abs(heard[4800:]).max() == pytest.approx(0.3, rel=0.1)


def test_only_libopus_finds_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = opus.OpusEncoder()
    encoder.expect_loss(20)
    wave = to_int16(sine(440.0, 0.2, 0.3)).reshape(-1, 960)
    last = [encoder.encode(frame) for frame in wave][-1]
    assert copy_detector()(last)
    monkeypatch.setattr(opus, "is_available", lambda: False)
    assert not copy_detector()(last)


def test_ffmpeg_has_silence_for_what_is_lost() -> None:
    decoder = PlainDecoder()
    np.testing.assert_array_equal(decoder.conceal(480), np.zeros(480, np.float32))
    np.testing.assert_array_equal(decoder.repair(b"", 960), np.zeros(960, np.float32))


def test_ffmpeg_refuses_what_is_no_packet() -> None:
    with pytest.raises(InvalidMessage):
        PlainDecoder().decode(b"\x03")
