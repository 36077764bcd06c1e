"""One's own voice: hints about it in a meeting, hearing it back, and how it is processed."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from proconf_tui.agent.devices import Devices
from proconf_tui.agent.own_voice import OwnVoice
from proconf_tui.agent.sound_check import SoundCheck
from proconf_tui.control import commands
from proconf_tui.control.codec import Failure
from proconf_tui.control.screen import Levels
from proconf_tui.control.sound import SoundHint
from proconf_tui.sdk import Room
from tests.support.agent_child import AgentChild
from tests.support.meeting import ROOM, Meeting, meeting_server
from tests.support.pulse import PulseRig, missing_requirement
from tests.support.speech import likeness, speak


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseRig]:
    """A sound system of this test's own, which its agents see."""
    if (missing := missing_requirement()) is not None:
        pytest.skip(missing)
    with PulseRig() as started:
        for name, value in started.env.items():
            monkeypatch.setenv(name, value)
        yield started


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    """A meeting that has begun."""
    async with meeting_server() as made:
        await made.host("Hana")
        yield made


def _hint(agent: AgentChild, name: str) -> SoundHint:
    return agent.wait_for(SoundHint, lambda event: event.hint == name)


def _silence(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(np.zeros(48_000, np.int16).tobytes())
    return path


async def _join(agent: AgentChild, meeting: Meeting, microphone: Path) -> None:
    def enter() -> None:
        agent.ask(commands.OpenDevices(str(microphone), "none", "none"))
        token = meeting.server.token("ada", role="host", name="Ada")
        agent.ask(commands.JoinRoom(ROOM, token, meeting.server.url))

    await asyncio.to_thread(enter)


async def test_who_talks_while_muted_is_told(meeting: Meeting, tmp_path: Path) -> None:
    with AgentChild() as agent:
        await _join(agent, meeting, speak(tmp_path / "speech.wav"))
        await asyncio.to_thread(agent.ask, commands.Mute())
        hint = await asyncio.to_thread(_hint, agent, "talking-while-muted")
        assert hint.message == "You are muted: nobody hears you."


async def test_a_dead_microphone_is_noticed_and_its_return_too(
    meeting: Meeting, tmp_path: Path
) -> None:
    with AgentChild() as agent:
        await _join(agent, meeting, _silence(tmp_path / "silence.wav"))
        hint = await asyncio.to_thread(_hint, agent, "silent-microphone")
        assert "silence.wav" in hint.message


class _DeadMicrophone:
    """The microphone by which one is to be heard in a meeting, and from which nothing comes."""

    device_name = "USB"
    level_dbfs = -127.0

    def __init__(self) -> None:
        self.hints: list[str] = []
        self.is_lost = False
        self.sound_check = SimpleNamespace(is_running=False)
        me = SimpleNamespace(labels=["audio"], is_muted=False)
        room = SimpleNamespace(state="connected", local_peer=me)
        devices = SimpleNamespace(microphone=self, is_lost=lambda kind: self.is_lost)
        self._now = 0.0
        self._voice = OwnVoice(
            cast("Devices", devices),
            cast("SoundCheck", self.sound_check),
            lambda: cast("Room", room),
            lambda event: self.hints.append(cast("SoundHint", event).hint),
        )

    def look_for(self, seconds: float) -> list[str]:
        """Let it be watched for so long; return the hints until now."""
        for _ in range(round(seconds * 10)):
            self._now += 0.1
            self._voice.look(self._now)
        return self.hints


def test_a_lost_microphone_is_not_called_silent_too() -> None:
    microphone = _DeadMicrophone()
    microphone.is_lost = True
    assert microphone.look_for(20.0) == []
    microphone.is_lost = False
    assert microphone.look_for(5.0) == []
    assert microphone.look_for(2.0) == ["silent-microphone"]


def test_a_test_is_no_silence_for_others() -> None:
    microphone = _DeadMicrophone()
    microphone.sound_check.is_running = True
    assert microphone.look_for(20.0) == []
    microphone.sound_check.is_running = False
    assert microphone.look_for(5.0) == []
    assert microphone.look_for(2.0) == ["silent-microphone"]


def test_one_hears_oneself_back(rig: PulseRig, tmp_path: Path) -> None:
    speech = speak(tmp_path / "speech.wav", "One two three, can you hear me now?")
    with AgentChild() as agent:
        agent.ask(commands.SetProcessing(noise_suppression=False, echo_cancellation=False))
        agent.ask(commands.OpenDevices("vmic", "none", "vspk"))
        agent.ask(commands.AttachScreen(_buffer(tmp_path)))
        recording = rig.start_recording()
        rig.play(speech)
        agent.wait_for(Levels, lambda levels: (levels.microphone_dbfs or -127) > -60)
        heard = agent.ask(commands.TrySound(seconds=2.0))
        assert heard["isHeard"]
        assert heard["peakDbfs"] > -40
        assert likeness(recording.stop(), speech) > 0.5


def test_silence_is_no_voice(rig: PulseRig) -> None:
    with AgentChild() as agent:
        agent.ask(commands.OpenDevices("vmic", "none", "vspk"))
        heard = agent.ask(commands.TrySound(seconds=0.5))
        assert not heard["isHeard"]


def test_without_devices_there_is_no_test_but_a_sentence(tmp_path: Path) -> None:
    with AgentChild() as agent:
        for mic, word in (("none", "microphone"), ("tone", "loudspeaker")):
            agent.ask(commands.OpenDevices(mic, "none", "none"))
            refused = agent.ask_for_answer(commands.TrySound())
            assert isinstance(refused, Failure)
            assert refused.code == "DEVICE_UNAVAILABLE"
            assert word in refused.message
        for seconds in (0.0, -1.0, 11.0, 1e9):
            refused = agent.ask_for_answer(commands.TrySound(seconds=seconds))
            assert isinstance(refused, Failure)
            assert refused.code == "CONFIG"
            assert refused.message == "A sound test takes more than 0 and at most 10 seconds."


def test_processing_is_changed_part_by_part() -> None:
    with AgentChild() as agent:
        first = agent.ask(commands.SetProcessing())
        assert first["echoCancellation"]
        assert first["noiseSuppression"] == first["highPass"] == first["isComplete"]
        assert not first["gainControl"]
        assert first["echoMethod"] == ("canceller" if first["isComplete"] else "ducking")
        changed = agent.ask(commands.SetProcessing(echo_cancellation=False, gain_control=True))
        assert changed == {
            **first,
            "echoCancellation": False,
            "gainControl": first["isComplete"],
            "echoMethod": "none",
        }


def _buffer(directory: Path) -> str:
    from proconf_tui.control.pictures import PictureBuffer

    path = directory / "pictures"
    PictureBuffer.create(path, slots=1).close()
    return str(path)


def test_a_refused_loudspeaker_or_camera_leaves_the_one_that_works(tmp_path: Path) -> None:
    with AgentChild() as agent:
        agent.ask(commands.OpenDevices("none", "test", str(tmp_path / "heard.wav")))
        missing = str(tmp_path / "no" / "such")
        opened = agent.ask(commands.OpenDevices(None, f"{missing}.mp4", f"{missing}.wav"))
        assert opened["problems"].keys() == {"camera", "speaker"}
        assert opened["speaker"] == "heard.wav"
        assert opened["camera"] == "test pattern"
        assert agent.ask(commands.OpenDevices(speaker="none"))["speaker"] is None
