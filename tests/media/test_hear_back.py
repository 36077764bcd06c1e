from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from proconf_tui.media import hear_back as module
from proconf_tui.media.hear_back import hear_back
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from proconf_tui.media.pcm import FloatSamples, Int16Samples
from tests.support.signals import peak_hz, write_wav


class _Speaker:
    """Takes what it is to play, and has played it when the test says so."""

    def __init__(self) -> None:
        self.sounds: list[FloatSamples] = []
        self.is_playing = False
        self.output_latency_s = 0.0
        self.was_given = asyncio.Event()

    def play(self, samples: FloatSamples) -> None:
        self.sounds.append(samples)
        self.is_playing = len(samples) > 0
        self.was_given.set()


@pytest.fixture
async def tone() -> AsyncIterator[MicrophoneTrack]:
    track = open_microphone("tone:880")
    assert track is not None
    yield track
    await track.aclose()


@pytest.mark.parametrize("is_muted", [False, True])
async def test_what_is_heard_is_played_and_measured(tone: MicrophoneTrack, is_muted: bool) -> None:
    speaker = _Speaker()
    tone.muted = is_muted
    test = asyncio.create_task(hear_back(tone, speaker, 0.5))
    await speaker.was_given.wait()
    assert not test.done()
    speaker.is_playing = False
    heard = await test
    assert heard.is_heard
    assert heard.peak_dbfs == pytest.approx(-20.0, abs=0.5)
    assert len(speaker.sounds[0]) == 24_000
    assert peak_hz(speaker.sounds[0]) == 880
    assert rms_dbfs(speaker.sounds[0]) == pytest.approx(-20.0, abs=0.5)


async def test_a_quiet_room_is_played_and_not_taken_for_a_voice(tmp_path: Path) -> None:
    room = np.random.default_rng(7).normal(0.0, 0.001, 48_000).astype(np.float32)
    microphone = open_microphone(str(write_wav(tmp_path / "room.wav", room)))
    assert microphone is not None
    speaker = _Speaker()
    test = asyncio.create_task(hear_back(microphone, speaker, 0.1))
    await speaker.was_given.wait()
    speaker.is_playing = False
    heard = await test
    assert heard.peak_dbfs == pytest.approx(-60.0, abs=2.0)
    assert not heard.is_heard
    await microphone.aclose()


async def test_a_microphone_that_delivers_nothing_ends_it(
    tone: MicrophoneTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE_S", 0.1)
    await tone.aclose()
    speaker = _Speaker()
    heard = await hear_back(tone, speaker, 0.1)
    assert (heard.peak_dbfs, heard.is_heard) == (-127.0, False)
    assert speaker.sounds == []


async def test_a_loudspeaker_that_takes_nothing_ends_it(
    tone: MicrophoneTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE_S", 0.5)
    speaker = _Speaker()
    assert (await hear_back(tone, speaker, 0.1)).is_heard
    assert not speaker.is_playing


async def test_cancelling_ends_the_recording(tone: MicrophoneTrack) -> None:
    test = asyncio.create_task(hear_back(tone, _Speaker(), 30.0))
    while not tone._listeners:
        await tone.recv()
    test.cancel()
    with pytest.raises(asyncio.CancelledError):
        await test
    assert len(tone._listeners) == 0


async def test_cancelling_ends_the_playing(tone: MicrophoneTrack) -> None:
    speaker = _Speaker()
    test = asyncio.create_task(hear_back(tone, speaker, 0.1))
    await speaker.was_given.wait()
    test.cancel()
    with pytest.raises(asyncio.CancelledError):
        await test
    assert not speaker.is_playing
    assert np.size(speaker.sounds[-1]) == 0


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_it_returns_when_the_device_has_played_what_it_was_given(
    tone: MicrophoneTrack, monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    slept: list[float] = []
    sleep = asyncio.sleep

    async def counted(delay_s: float) -> None:
        slept.append(delay_s)
        await sleep(delay_s)

    monkeypatch.setattr(asyncio, "sleep", counted)
    speaker = _Speaker()
    speaker.output_latency_s = 0.25
    test = asyncio.create_task(hear_back(tone, speaker, 0.1))
    await speaker.was_given.wait()
    if is_cancelled:
        test.cancel()
    speaker.is_playing = False
    await asyncio.gather(test, return_exceptions=True)
    assert slept[-1] == pytest.approx(0.35)


class _Microphone:
    """Gives a test the listener."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Int16Samples], None]] = []

    @contextmanager
    def heard_by(self, listener: Callable[[Int16Samples], None]) -> Iterator[None]:
        self.listeners.append(listener)
        yield


def test_a_frame_that_comes_while_the_loop_closes_harms_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, microphone = asyncio.new_event_loop(), _Microphone()
    test = loop.create_task(hear_back(cast("MicrophoneTrack", microphone), _Speaker(), 0.02))
    loop.run_until_complete(asyncio.sleep(0))
    test.cancel()
    loop.run_until_complete(asyncio.wait([test]))
    loop.close()
    # As it looked a moment ago.
    monkeypatch.setattr(loop, "is_closed", lambda: False)
    for _ in range(2):
        microphone.listeners[0](np.zeros(960, np.int16))
