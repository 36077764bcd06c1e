"""Who has been silent for a while is heard from the first syllable on, through a real server."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack, RTCRtpSender

from proconf_tui.engine.connection import Connection
from proconf_tui.engine.peer import EnginePeer
from proconf_tui.media.aiortc_patches import install
from proconf_tui.media.aiortc_receiving import tap_audio
from proconf_tui.media.opus import OpusDecoder
from proconf_tui.media.pcm import FRAME_S, FRAME_SAMPLES, SAMPLE_RATE_HZ, Int16Samples
from proconf_tui.media.silence_gate import HOLD_FRAMES
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.protocol import messages
from tests.server.test_media import Participant
from tests.support.gathering import gathering
from tests.support.rtc_client import until
from tests.support.signalling import RunningServer
from tests.support.signals import correlation, read_wav
from tests.support.speech import speak

SILENT_FRAMES = 125
FIRST_MS = 60


class SilentThenSpeaking(MediaStreamTrack):
    """Nothing for 2.5 s, then a sentence, then nothing, in real time."""

    kind = "audio"

    def __init__(self, sentence: Int16Samples) -> None:
        super().__init__()
        self.frame_count = 0
        self._sentence = sentence
        self._began_at: float | None = None

    @property
    def is_speaking(self) -> bool:
        return self.frame_count > SILENT_FRAMES

    async def recv(self) -> av.AudioFrame:
        if self._began_at is None:
            self._began_at = time.monotonic()
        due_at = self._began_at + self.frame_count * FRAME_S
        await asyncio.sleep(max(0.0, due_at - time.monotonic()))
        start = (self.frame_count - SILENT_FRAMES) * FRAME_SAMPLES
        samples = np.zeros(FRAME_SAMPLES, np.int16)
        if start >= 0:
            said = self._sentence[start : start + FRAME_SAMPLES]
            samples[: len(said)] = said
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.time_base = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ)
        frame.pts = self.frame_count * FRAME_SAMPLES
        self.frame_count += 1
        return frame


class Ear:
    """Every packet that comes to a participant from the one who speaks."""

    def __init__(self, participant: Participant) -> None:
        self.by_number: dict[int, AudioPacket] = {}
        self._pc = participant.rtc.subscribing
        self._pc.on("track", self._tap)
        for receiver in self._pc.getReceivers():
            self._tap(receiver.track)

    def _tap(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            receiver = next(each for each in self._pc.getReceivers() if each.track is track)
            tap_audio(receiver, self._take)

    def _take(self, packet: AudioPacket) -> None:
        self.by_number[packet.sequence] = packet

    def packets(self) -> list[AudioPacket]:
        """Return what has come, in the order in which it was made."""
        first = next(iter(self.by_number), 0)
        numbers = sorted(self.by_number, key=lambda number: (number - first + 0x8000) & 0xFFFF)
        return [self.by_number[number] for number in numbers]

    def frame_number(self, packet: AudioPacket) -> int:
        """Return which frame of 20 ms it is, counted from the first one that came."""
        first = self.packets()[0]
        return ((packet.timestamp - first.timestamp) & 0xFFFFFFFF) // FRAME_SAMPLES

    def spoken(self) -> list[AudioPacket]:
        """Return the packets from the first that is not silent on."""
        packets = self.packets()
        levels = [packet.level_dbfs for packet in packets]
        loud = [at for at, level in enumerate(levels) if level is not None and level > -60]
        return packets[loud[0] :] if loud else []


@pytest.fixture
def sentence(tmp_path: Path) -> Int16Samples:
    """A sentence that begins with its first frame."""
    said = read_wav(speak(tmp_path / "said.wav", "Bring the tea, please."))
    return said[int(np.argmax(np.abs(said) > 300)) :]


@contextlib.asynccontextmanager
async def _host_and_speaker(
    server: RunningServer, track: SilentThenSpeaking
) -> AsyncIterator[tuple[Participant, Participant]]:
    install()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(gathering("127.0.0.1"))
        await server.create_room()
        made = []
        for number, (name, role) in enumerate([("host", "host"), ("ann", "guest")]):
            client = await (await server.join(name, role=role, has_media=True)).until_in()
            made.append(Participant(client, number))
            stack.push_async_callback(made[-1].aclose)
        made[1].rtc.add("audio", track)
        yield made[0], made[1]


async def _begin(speaker: Participant) -> None:
    await speaker.rtc.negotiate()
    await speaker.client.ask(messages.Produce("audio"))


def _lose_first_of_speech(
    sender: RTCRtpSender, track: SilentThenSpeaking, monkeypatch: pytest.MonkeyPatch
) -> list[bytes]:
    """Let the network lose the first packet of the sentence, once; return the list it goes to."""
    send, lost = sender.transport._send_rtp, list[bytes]()

    async def lossy(data: bytes) -> None:
        is_rtp = data[1] & 0x7F < 64 or data[1] & 0x7F > 95
        if track.is_speaking and is_rtp and not lost:
            lost.append(data)
        else:
            await send(data)

    monkeypatch.setattr(sender.transport, "_send_rtp", lossy)
    return lost


@pytest.mark.parametrize("is_lossy", [False, True])
async def test_after_a_silence_the_first_syllable_is_heard(
    server: RunningServer,
    sentence: Int16Samples,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_lossy: bool,
) -> None:
    track = SilentThenSpeaking(sentence)
    async with _host_and_speaker(server, track) as (host, speaker):
        ear = Ear(host)
        await _begin(speaker)
        sender = speaker.rtc.sender("audio").sender
        lost = _lose_first_of_speech(sender, track, monkeypatch) if is_lossy else []
        await until(lambda: len(ear.spoken()) > 30)
        spoken = ear.spoken()
        before = len(ear.packets()) - len(spoken)
        assert len(lost) == is_lossy

    # Few packets were sent in 2.5 s; the rest of the sentence is whole and in its time.
    assert before < HOLD_FRAMES + 8
    numbers = [packet.sequence for packet in spoken]
    assert numbers == [(numbers[0] + at) & 0xFFFF for at in range(len(numbers))]
    frames = [ear.frame_number(packet) - ear.frame_number(spoken[0]) for packet in spoken]
    assert frames == list(range(len(frames)))

    decoder = OpusDecoder()
    heard = np.concatenate([decoder.decode(packet.payload) for packet in spoken])
    first_samples = SAMPLE_RATE_HZ * FIRST_MS // 1000
    said = sentence[:first_samples].astype(np.float32) / 32768.0
    # 6.5 ms of delay lie in the codec.
    assert correlation(heard[: first_samples + 400], said) > 0.8


async def test_silence_is_told_as_silence_and_speech_as_a_turn(
    server: RunningServer, sentence: Int16Samples
) -> None:
    track = SilentThenSpeaking(sentence)
    async with _host_and_speaker(server, track) as (host, speaker):
        await _begin(speaker)
        me = speaker.client.peer_id
        first = await host.client.next(messages.Levels, lambda told: me in told.levels)
        assert (first.levels[me], first.active_speakers) == (-127.0, [])
        turn = await host.client.next(messages.Levels, lambda told: me in told.active_speakers)
        assert track.is_speaking
        assert turn.levels[me] > -55.0
        await host.client.next(messages.Levels, lambda told: not told.active_speakers)


async def test_who_is_silent_is_not_taken_for_lost(
    server: RunningServer, sentence: Int16Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: set[Connection] = set()
    heard_at: set[float] = set()
    take_lost = EnginePeer.take_lost

    def watched(peer: EnginePeer, now: float) -> bool:
        if peer.publishing is not None:
            connections.add(peer.publishing.connection)
        return take_lost(peer, now)

    def has_spoken() -> bool:
        heard_at.update(connection.heard_at for connection in connections)
        return track.is_speaking

    monkeypatch.setattr(EnginePeer, "take_lost", watched)
    track = SilentThenSpeaking(sentence)
    async with _host_and_speaker(server, track) as (_, speaker):
        await _begin(speaker)
        await until(lambda: track.frame_count > HOLD_FRAMES and connections)
        await until(has_spoken)
    assert len(heard_at) >= 2
