"""The sound test: who and what ends it, and that it holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from proconf_tui.agent.devices import Devices
from proconf_tui.agent.sound_check import SoundCheck
from proconf_tui.control import commands
from proconf_tui.control.codec import Failure, Result
from proconf_tui.control.commands import Command
from proconf_tui.control.sound import SoundTestEnded
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from proconf_tui.media.mixer import Mixer
from tests.support.agent_child import AgentChild, Line
from tests.support.meeting import ROOM, Meeting, meeting_server


@pytest.fixture
async def tone() -> AsyncIterator[MicrophoneTrack]:
    track = open_microphone("tone")
    assert track is not None
    yield track
    await track.aclose()


@pytest.fixture
def devices(tone: MicrophoneTrack) -> SimpleNamespace:
    return SimpleNamespace(microphone=tone, speaker=object())


def _check(devices: SimpleNamespace, mixer: Mixer | None = None) -> SoundCheck:
    return SoundCheck(cast("Devices", devices), mixer or Mixer())


async def _is_recording(microphone: MicrophoneTrack) -> None:
    while not microphone._listeners:
        await microphone.recv()


async def _is_playing(mixer: Mixer, microphone: MicrophoneTrack) -> None:
    while not mixer.is_playing:
        await microphone.recv()


async def test_the_end_gives_the_microphone_back_and_records_no_more(
    devices: SimpleNamespace, tone: MicrophoneTrack
) -> None:
    check = _check(devices)
    test = asyncio.create_task(check.run(10.0))
    await _is_recording(tone)
    assert check.is_running
    assert tone._withheld == 1
    check.end()
    check.end()
    with pytest.raises(SoundTestEnded):
        await test
    assert (tone._withheld, tone._listeners, check.is_running) == (0, (), False)


async def test_the_end_stops_the_loudspeaker(
    devices: SimpleNamespace, tone: MicrophoneTrack
) -> None:
    mixer = Mixer()
    check = _check(devices, mixer)
    test = asyncio.create_task(check.run(0.5))
    await _is_playing(mixer, tone)
    check.end()
    with pytest.raises(SoundTestEnded):
        await test
    assert not mixer.is_playing


async def test_the_newest_counts(devices: SimpleNamespace, tone: MicrophoneTrack) -> None:
    mixer = Mixer()
    check = _check(devices, mixer)
    first = asyncio.create_task(check.run(10.0))
    await _is_recording(tone)
    second, third = asyncio.create_task(check.run(10.0)), asyncio.create_task(check.run(0.1))
    for ended in (first, second):
        with pytest.raises(SoundTestEnded):
            await ended
    await _is_playing(mixer, tone)
    mixer.mix(48_000, 0.0)
    assert (await third).is_heard


async def test_the_microphone_of_now_is_heard_not_that_of_the_test_before(
    devices: SimpleNamespace, tone: MicrophoneTrack
) -> None:
    check = _check(devices)
    first = asyncio.create_task(check.run(10.0))
    await _is_recording(tone)
    other = open_microphone("tone:880")
    assert other is not None
    second = asyncio.create_task(check.run(10.0))
    await asyncio.sleep(0)
    devices.microphone = other
    await _is_recording(other)
    check.end()
    for ended in (first, second):
        with pytest.raises(SoundTestEnded):
            await ended
    await other.aclose()


async def test_who_is_cancelled_is_not_merely_ended(
    devices: SimpleNamespace, tone: MicrophoneTrack
) -> None:
    test = asyncio.create_task(_check(devices).run(10.0))
    await _is_recording(tone)
    test.cancel()
    with pytest.raises(asyncio.CancelledError):
        await test


# --- in a real agent ---


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[AgentChild]:
    """An agent with a tone for a microphone and a file for a loudspeaker."""
    with AgentChild() as child:
        child.ask(commands.OpenDevices("tone", "none", str(tmp_path / "heard.wav")))
        yield child


def _answer_to(agent: AgentChild, id_: int) -> Result | Failure:
    def is_answer(line: Line) -> bool:
        return isinstance(line, Result | Failure) and line.id == id_

    return cast("Result | Failure", agent.wait(is_answer))


def _is_ended(agent: AgentChild, id_: int) -> bool:
    answer = _answer_to(agent, id_)
    return isinstance(answer, Failure) and answer.code == SoundTestEnded.code


def test_nothing_waits_for_it(agent: AgentChild) -> None:
    test = agent.send(commands.TrySound(seconds=1.0))
    agent.ask(commands.SetProcessing(gain_control=True))
    assert not any(isinstance(line, Result | Failure) and line.id == test for line in agent.lines)
    assert isinstance(_answer_to(agent, test), Result)


@pytest.mark.parametrize(
    "ending",
    [
        commands.StopSoundTest(),
        commands.OpenDevices(microphone="tone:500"),
        commands.OpenDevices(microphone="none"),
        commands.OpenDevices(speaker="none"),
        commands.TrySound(seconds=0.1),
        commands.EnableAudio(device="tone"),
        commands.Shutdown(),
    ],
    ids=str,
)
def test_what_ends_it(agent: AgentChild, ending: Command) -> None:
    test = agent.send(commands.TrySound(seconds=10.0))
    agent.send(ending)
    assert _is_ended(agent, test)


def test_a_camera_does_not_disturb_it(agent: AgentChild) -> None:
    test = agent.send(commands.TrySound(seconds=0.5))
    agent.ask(commands.OpenDevices(camera="test"))
    assert isinstance(_answer_to(agent, test), Result)


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    async with meeting_server() as made:
        await made.host("Hana")
        yield made


async def test_it_ends_when_one_goes_in_or_begins_to_talk_or_leaves(
    meeting: Meeting, agent: AgentChild
) -> None:
    def in_turn() -> list[Any]:
        outcomes = []
        token = meeting.server.token("ada", role="host", name="Ada")
        for ending in (
            commands.JoinRoom(ROOM, token, meeting.server.url),
            commands.Unmute(),
            commands.EnableAudio(),
            commands.Close(),
        ):
            test = agent.send(commands.TrySound(seconds=10.0))
            agent.ask(ending)
            outcomes.append(_is_ended(agent, test))
        return outcomes

    assert await asyncio.to_thread(in_turn) == [True] * 4
