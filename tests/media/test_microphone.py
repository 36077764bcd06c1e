from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.audio_sources import Deliver
from proconf_tui.media.device_stream import Reports
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from tests.media.conftest import Launch
from tests.support.pulse import PulseRig, own_words
from tests.support.signals import peak_hz, sine, write_wav


def _open(spec: str) -> MicrophoneTrack:
    track = open_microphone(spec)
    assert track is not None
    return track


async def _hear(track: MicrophoneTrack, frames: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    heard = [(await track.recv()).to_ndarray().reshape(-1) for _ in range(frames)]
    return np.concatenate(heard).astype(np.int16)


def test_none_opens_nothing() -> None:
    assert open_microphone("none") is None


@pytest.mark.parametrize(("spec", "pitch_hz"), [("tone", 440), ("tone:880", 880)])
async def test_a_tone_has_its_pitch_and_level(spec: str, pitch_hz: int) -> None:
    track = _open(spec)
    heard = await _hear(track, 50)
    assert peak_hz(heard) == pitch_hz
    assert track.level_dbfs == pytest.approx(-20.0, abs=1.5)
    await track.aclose()


async def test_frames_are_what_aiortc_wants() -> None:
    track = _open("tone")
    frames = [await track.recv() for _ in range(3)]
    assert [frame.pts for frame in frames] == [0, 960, 1920]
    for frame in frames:
        assert (frame.samples, frame.sample_rate) == (960, 48_000)
        assert (frame.format.name, frame.layout.name) == ("s16", "mono")
    await track.aclose()


async def test_muting_is_silence_that_goes_on_and_still_measures() -> None:
    track = _open("tone")
    track.muted = True
    assert not np.any(await _hear(track, 5))
    assert track.level_dbfs > -30.0
    track.muted = False
    assert np.any(await _hear(track, 5))
    await track.aclose()


class _Source:
    """A microphone that hears what a test says."""

    device_name = "USB"

    def __init__(self, deliver: Deliver, _: Reports) -> None:
        self.deliver = deliver

    def start(self) -> None: ...
    def close(self) -> None: ...


@pytest.mark.parametrize("way", ["muted", "withheld"])
async def test_what_was_said_while_silent_is_not_sent_afterwards(way: str) -> None:
    sources: list[_Source] = []

    def make(deliver: Deliver, reports: Reports) -> _Source:
        sources.append(_Source(deliver, reports))
        return sources[0]

    track = MicrophoneTrack(make)
    loud = np.full(960, 10_000, np.int16)
    if way == "muted":
        track.muted = True
        sources[0].deliver(np.tile(loud, 3))
        track.muted = False
    else:
        with track.withheld():
            sources[0].deliver(np.tile(loud, 3))
    sources[0].deliver(loud)
    heard = (await _hear(track, 4)).reshape(4, 960)
    assert [bool(frame[-1]) for frame in heard] == [False, False, False, True]
    await track.aclose()


def _own_threads() -> set[str]:
    """Names of all threads but the loop's executor's, which come and stay as it likes."""
    return {one.name for one in threading.enumerate() if not one.name.startswith("asyncio_")}


async def test_closing_twice_ends_the_thread_and_the_reader() -> None:
    before = _own_threads()
    track = _open("tone")
    await track.recv()
    assert "440 Hz tone" in _own_threads()
    await track.aclose()
    await track.aclose()
    assert _own_threads() <= before
    with pytest.raises(MediaStreamError):
        await track.recv()


async def test_stopping_wakes_a_waiting_reader() -> None:
    track = _open("tone")

    async def read_to_the_end() -> None:
        while True:
            await track.recv()

    reader = asyncio.create_task(read_to_the_end())
    await asyncio.sleep(0)
    track.stop()
    with pytest.raises(MediaStreamError):
        await reader
    await track.aclose()


async def test_a_file_is_heard_over_and_over(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "short.wav", sine(1000, 0.1, 0.3))
    track = _open(str(wav))
    heard = await _hear(track, 20)
    assert peak_hz(heard) == pytest.approx(1000, abs=3)
    halves = np.split(heard.astype(np.float64), 2)
    assert np.abs(halves[0]).mean() == pytest.approx(np.abs(halves[1]).mean(), rel=0.05)
    assert track.device_name == "short.wav"
    await track.aclose()


def _wrong_files(tmp_path: Path) -> dict[str, str]:
    text = tmp_path / "text.wav"
    text.write_text("this is no sound")
    empty = write_wav(tmp_path / "empty.wav", sine(1, 0.0, 0.0))
    return {
        str(text): "text.wav cannot be played",
        str(empty): "empty.wav holds no sound",
        str(tmp_path / "missing.wav"): "There is no sound file",
        "tone:loud": "tone:HZ",
    }


def test_a_wrong_file_or_tone_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for spec, sentence in _wrong_files(tmp_path).items():
        with pytest.raises(DeviceUnavailable, match=sentence):
            open_microphone(spec)


@pytest.mark.parametrize("spec", ["vmic", "default"])
def test_a_real_device_hears_what_is_played(
    spec: str, pulse: PulseRig, launch: Launch, tmp_path: Path
) -> None:
    player = pulse.play(write_wav(tmp_path / "tone.wav", sine(600, 20.0, 0.1)))
    output, errors = launch("hear_microphone.py", spec).communicate(timeout=40)
    player.terminate()
    assert own_words(errors) == ""
    report = json.loads(output)
    assert report["name"] == spec
    assert report["samples"] == 48_000
    assert report["peak_hz"] == pytest.approx(600, abs=2)
    assert report["level_dbfs"] == pytest.approx(-23.0, abs=2.0)
    assert report["muted_peak"] == 0
    assert report["muted_level_dbfs"] == pytest.approx(-23.0, abs=2.0)


def test_a_device_that_falls_silent_is_reported_and_opened_again(
    pulse: PulseRig, launch: Launch
) -> None:
    program = launch("lose_microphone.py")
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    pulse.control("suspend-sink", "vmic", "1")
    try:
        assert program.stdout.readline() == (
            "lost vmic stopped working; it is used again as soon as it answers, "
            "or choose another.\n"
        )
    finally:
        pulse.control("suspend-sink", "vmic", "0")
    assert program.stdout.readline() == "again\n"
    assert program.wait(20) == 0
