from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from proconf_tui.media import loopback_test
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.loopback_test import hear_back
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from proconf_tui.media.pcm import FloatSamples
from tests.support.signals import peak_hz


class _Speaker:
    """Takes what it is to play, and has played it when the test says so."""

    def __init__(self) -> None:
        self.sounds: list[FloatSamples] = []
        self.is_playing = False
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


async def test_silence_is_not_heard(tone: MicrophoneTrack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback_test, "_HEARD_DBFS", -10.0)
    speaker = _Speaker()
    test = asyncio.create_task(hear_back(tone, speaker, 0.1))
    await speaker.was_given.wait()
    speaker.is_playing = False
    assert not (await test).is_heard


async def test_a_microphone_that_delivers_nothing_ends_it(
    tone: MicrophoneTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loopback_test, "_GRACE_S", 0.1)
    await tone.aclose()
    speaker = _Speaker()
    heard = await hear_back(tone, speaker, 0.1)
    assert (heard.peak_dbfs, heard.is_heard) == (-127.0, False)
    assert speaker.sounds == []


async def test_a_loudspeaker_that_takes_nothing_ends_it(
    tone: MicrophoneTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loopback_test, "_GRACE_S", 0.1)
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
