"""Over a real connection: silence is hardly sent, words are whole, reports reach the encoder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from aiortc import RTCRtpSender

from proconf_tui.media.aiortc_patches import voice_encoder
from proconf_tui.media.aiortc_receiving import tap_audio
from proconf_tui.media.loss_expectation import CEILING_PERCENT, FLOOR_PERCENT
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from proconf_tui.media.opus import OpusDecoder
from proconf_tui.media.pcm import FRAME_SAMPLES
from proconf_tui.media.silence_gate import HOLD_FRAMES, KEEP_ALIVE_FRAMES
from proconf_tui.media.voice.packets import AudioPacket
from tests.media.loopback import Pair, connected_pair
from tests.support.lossy_sender import lose
from tests.support.signals import sine, write_wav

pytestmark = pytest.mark.usefixtures("unskipped")

SILENT_DBFS = -127.0


class Ear:
    """Every packet that has come, and a way to wait for more."""

    def __init__(self) -> None:
        self.packets: list[AudioPacket] = []
        self._has_news = asyncio.Event()

    def attach(self, pair: Pair) -> None:
        tap_audio(pair.receivers["audio"], self._take)

    def _take(self, packet: AudioPacket) -> None:
        self.packets.append(packet)
        self._has_news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self._has_news.clear()
                await self._has_news.wait()

    def gaps(self) -> list[int]:
        """Return how many frames each packet is after the one before."""
        times = np.array([packet.timestamp for packet in self.packets], np.uint32)
        return [int(gap) // FRAME_SAMPLES for gap in np.diff(times)]


def _open(spec: str) -> MicrophoneTrack:
    track = open_microphone(spec)
    assert track is not None
    return track


def _sender(pair: Pair) -> RTCRtpSender:
    (sender,) = pair.sender.getSenders()
    return sender


async def test_who_is_muted_sends_keep_alives_alone_and_then_every_frame() -> None:
    microphone, ear = _open("tone:500"), Ear()
    microphone.muted = True
    async with connected_pair(microphone, before_answer=ear.attach):
        await ear.until(lambda: len(ear.packets) == HOLD_FRAMES + 3)
        assert ear.gaps()[-3:] == [KEEP_ALIVE_FRAMES] * 3
        assert {packet.level_dbfs for packet in ear.packets} == {SILENT_DBFS}

        muted = len(ear.packets)
        microphone.muted = False
        await ear.until(lambda: len(ear.packets) >= muted + 25)
    await microphone.aclose()
    spoken = [packet.level_dbfs for packet in ear.packets[muted:]]
    first = next(at for at, level in enumerate(spoken) if level != SILENT_DBFS)
    assert first <= 1  # a keep-alive may have been on its way
    assert spoken[first] == pytest.approx(-21.0, abs=1.5)  # it fades in
    assert spoken[first + 1 :] == pytest.approx([-20.0] * len(spoken[first + 1 :]), abs=1.0)
    assert ear.gaps()[muted + first :] == [1] * (len(spoken) - first - 1)
    numbers = [packet.sequence for packet in ear.packets]
    assert numbers == [(numbers[0] + at) % 0x10000 for at in range(len(numbers))]


async def test_a_mute_begins_and_ends_without_a_click() -> None:
    microphone, ear = _open("tone:112"), Ear()
    async with connected_pair(microphone, before_answer=ear.attach):
        await ear.until(lambda: len(ear.packets) >= 20)
        microphone.muted = True
        await ear.until(lambda: ear.packets[-1].level_dbfs == SILENT_DBFS)
        microphone.muted = False
        heard = len(ear.packets)
        await ear.until(lambda: len(ear.packets) >= heard + 20)
    await microphone.aclose()
    decoder = OpusDecoder()
    wave = np.concatenate([decoder.decode(packet.payload) for packet in ear.packets])[9600:]
    # A click is a step; a tone of 112 Hz at -20 dBFS has none beyond 0.002 from sample to sample.
    assert np.abs(wave).max() > 0.1
    assert np.abs(np.diff(wave)).max() < 0.01


async def test_reported_loss_reaches_the_encoder_and_the_statistics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    microphone, ear = _open("tone"), Ear()
    async with connected_pair(microphone, before_answer=ear.attach) as pair:
        sender = _sender(pair)
        assert voice_encoder(sender) is None
        await ear.until(lambda: len(ear.packets) >= 5)
        encoder = voice_encoder(sender)
        assert encoder is not None
        assert encoder.loss_percent == FLOOR_PERCENT
        lose(sender, monkeypatch, one_in=4)
        await ear.until(lambda: encoder.loss_percent > 20)
        assert encoder.loss_percent <= CEILING_PERCENT
        stats = (await sender.getStats()).values()
        reported = [each for each in stats if each.type == "remote-inbound-rtp"]
        assert reported[0].fractionLost > 256 * 0.2
    await microphone.aclose()


async def test_a_pause_in_a_file_is_not_sent(tmp_path: Path) -> None:
    sound = np.concatenate([sine(500, 0.4, 0.1), sine(500, 1.6, 0.0)]).astype(np.float32)
    microphone, ear = _open(str(write_wav(tmp_path / "beep.wav", sound))), Ear()
    async with connected_pair(microphone, before_answer=ear.attach):
        await ear.until(lambda: sum(ear.gaps()) >= 200)
    await microphone.aclose()
    assert len(ear.packets) < 130
    loud = [packet for packet in ear.packets if packet.level_dbfs == pytest.approx(-23.0, abs=0.5)]
    assert len(loud) >= 20
