"""Saying something and hearing it back, in the meeting and before it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Select

from proconf_tui.control import commands as c
from proconf_tui.control.screen import (
    OpenedDevices,
)
from proconf_tui.control.sound import (
    SoundTest,
)
from proconf_tui.tui.widgets.sound_test import SoundTestLine, verdict
from tests.support.fake_agent import FakeAgent
from tests.tui.harness import meeting, running, show_devices


def test_the_verdict_is_a_sentence() -> None:
    assert verdict(SoundTest(-18.2, True), "Mic") == (
        "That is how others hear you, loudest −18 dB."
    )
    assert verdict(SoundTest(-90.0, False), "USB [/]\x1b[2J") == (
        "Nothing was heard from USB [/]: is it switched off, or another one chosen?"
    )


async def test_saying_something_and_hearing_it_back(agent: FakeAgent, tmp_path: Path) -> None:
    may_answer = asyncio.Event()

    async def answer(command: c.TrySound) -> SoundTest:
        await may_answer.wait()
        return SoundTest(-21.7, True)

    agent.answer(c.TrySound, answer)
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await show_devices(rig)
        await rig.press("t")
        await rig.sees("Recording: say something…")
        await rig.press("t")
        await rig.sees("Playing it back…")
        may_answer.set()
        await rig.sees("That is how others hear you, loudest −22 dB.")
        assert len(agent.all_heard(c.TrySound)) == 1


async def test_closing_the_dialog_ends_the_test(agent: FakeAgent, tmp_path: Path) -> None:
    agent.sound_test = None
    async with meeting(agent, tmp_path) as rig:
        await agent.change_me(streams={"audio": "paused"})
        await show_devices(rig)
        await rig.press("t")
        await rig.sees("Recording: say something…")
        await rig.press("escape", "m")
        await rig.hears(c.StopSoundTest)
        await rig.hears(c.Unmute)
        await rig.sees_no("Devices and sound")
        assert rig.app._exception is None


async def test_of_a_test_that_was_ended_nothing_is_said(agent: FakeAgent, tmp_path: Path) -> None:
    agent.sound_test = None
    async with meeting(agent, tmp_path) as rig:
        dialog = await show_devices(rig)
        await rig.press("t")
        await rig.sees("Recording: say something…")
        rig.app.bridge.send(c.StopSoundTest())
        await rig.sees_no("Recording")
        assert not dialog.query_one(SoundTestLine).display
        agent.sound_test = SoundTest(-20.0, True)
        await rig.press("t")
        await rig.sees("That is how others hear you")


async def test_joining_ends_the_test(agent: FakeAgent, tmp_path: Path) -> None:
    agent.sound_test = None
    async with running(agent, tmp_path, (80, 24), skip_prejoin=False) as rig:
        await rig.sees("Built-in microphone", "Hear yourself")
        await rig.press("ctrl+t")
        await rig.hears(c.TrySound)
        await rig.press("enter")
        await rig.hears(c.StopSoundTest)
        await rig.sees("People 1")


async def test_nothing_heard_names_the_microphone(agent: FakeAgent, tmp_path: Path) -> None:
    agent.sound_test = SoundTest(-90.0, False)
    async with meeting(agent, tmp_path) as rig:
        await show_devices(rig)
        await rig.press("t")
        await rig.sees("Nothing was heard from Built-in microphone")


async def test_before_the_meeting_one_can_hear_oneself_too(
    agent: FakeAgent, tmp_path: Path
) -> None:
    agent.sound_test = SoundTest(-90.0, False)
    async with running(agent, tmp_path, (80, 24), skip_prejoin=False) as rig:
        await rig.sees("Built-in microphone", "Hear yourself")
        await rig.press("ctrl+t")
        await rig.sees("Nothing was heard from", "Loudspeaker", "Headphones")
        agent.sound_test = SoundTest(-20.0, True)
        await rig.pilot.click("#test")
        await rig.sees("That is how others hear")
        assert len(agent.all_heard(c.TrySound)) == 2


async def test_without_a_microphone_there_is_nothing_to_test(
    agent: FakeAgent, tmp_path: Path
) -> None:
    agent.opened = OpenedDevices(None, "Front camera", "Headphones")
    async with meeting(agent, tmp_path, mic="none") as rig:
        await show_devices(rig)
        await rig.press("t")
        await rig.sees("choose one first")
        assert not agent.all_heard(c.TrySound)


@pytest.mark.parametrize("keys", [("n",), ("m", "2")], ids=["switch", "device"])
async def test_what_a_test_has_shown_goes_when_the_sound_is_another(
    agent: FakeAgent, tmp_path: Path, keys: tuple[str, ...]
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await show_devices(rig)
        await rig.press("t")
        await rig.sees("That is how others hear you")
        await rig.press(*keys)
        await rig.sees_no("That is how others hear you")


async def test_before_the_meeting_what_a_test_has_shown_goes_too(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with running(agent, tmp_path, (80, 24), skip_prejoin=False) as rig:
        await rig.sees("Built-in microphone", "Hear yourself")
        await rig.press("ctrl+t")
        await rig.sees("That is how others hear")
        agent.opened = replace(agent.opened, microphone=None)
        rig.app.screen.query_one("#microphone", Select).value = "none"
        await rig.sees_no("That is how others hear")
        await rig.hears(c.OpenDevices, 2)
        await rig.press("ctrl+t")
        await rig.sees("There is no microphone")
        assert len(agent.all_heard(c.TrySound)) == 1
