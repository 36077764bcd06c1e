"""What is done to one's voice, as switches: they show the answer, not the wish."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from proconf_tui.control import commands as c
from proconf_tui.control.sound import (
    SoundProcessing,
)
from proconf_tui.errors import DeviceUnavailable
from tests.support.fake_agent import FakeAgent
from tests.tui.harness import SIZES, meeting, show_devices, text_of


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_needs_the_library_says_so_and_asks_nothing(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    agent.processing = SoundProcessing(True, False, False, False, "ducking", is_complete=False)
    async with meeting(agent, tmp_path, size) as rig:
        await rig.press("s")
        await rig.sees("lowers you while others talk", "off  Noise suppression")
        assert text_of(rig.app).count("  needs pywebrtc-audio") == 3
        await rig.press("n")
        await rig.sees("It needs pywebrtc-audio: pip install pywebrtc-audio")
        await rig.press("e")
        await rig.sees("off  Echo cancellation  keeps the loudspeaker out")
        changes = [one for one in agent.all_heard(c.SetProcessing) if one != c.SetProcessing()]
        assert changes == [c.SetProcessing(echo_cancellation=False)]


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("e", "echo_cancellation"),
        ("n", "noise_suppression"),
        ("h", "high_pass"),
        ("g", "gain_control"),
    ],
)
async def test_a_switch_shows_the_answer_not_the_wish(
    agent: FakeAgent, tmp_path: Path, key: str, field: str
) -> None:
    was_on = getattr(agent.processing, field)
    may_answer = asyncio.Event()

    async def answer(command: c.SetProcessing) -> SoundProcessing:
        if command != c.SetProcessing():
            await may_answer.wait()
        return await agent._set_processing(command)

    agent.answer(c.SetProcessing, answer)
    async with meeting(agent, tmp_path) as rig:
        dialog = await show_devices(rig)
        row = next(row for row in dialog.row_list._rows if row and row[0].text == f" {key} ")
        await rig.press(key)
        assert await rig.hears(c.SetProcessing, 2) == c.SetProcessing(**{field: not was_on})
        assert row in dialog.row_list._rows
        may_answer.set()
        await rig.until(lambda: row not in dialog.row_list._rows, "switched")
        assert getattr(agent.processing, field) is not was_on


async def test_how_echo_is_kept_out_is_said(agent: FakeAgent, tmp_path: Path) -> None:
    agent.processing = replace(agent.processing, echo_method="ducking")
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await rig.press("s")
        await rig.sees("Echo cancellation", "lowers you while others talk")
        await rig.press("e")
        await rig.sees("off  Echo cancellation")
        await rig.sees_no("lowers you")


async def test_the_mouse_switches_too_and_a_gap_is_nothing(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        dialog = await show_devices(rig)
        await rig.press("down", "down", "down")
        await rig.until(lambda: dialog.row_list.cursor == 4, "past the gap")
        await rig.pilot.click(dialog.row_list, offset=(5, 3))
        await rig.pilot.click(dialog.row_list, offset=(5, 5))
        await rig.sees("off  Noise suppression", "on  Echo cancellation")
        assert len(agent.all_heard(c.SetProcessing)) == 2


async def test_a_refused_switch_stays_and_says_why(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await show_devices(rig)

        async def refuse(command: c.SetProcessing) -> SoundProcessing:
            raise DeviceUnavailable("There is nothing to process.")

        agent.answer(c.SetProcessing, refuse)
        await rig.press("n")
        await rig.sees("There is nothing to process.", "on  Noise suppression")


async def test_processing_survives_a_new_agent(agent: FakeAgent, tmp_path: Path) -> None:
    asked_for = c.SetProcessing(high_pass=False)
    async with meeting(agent, tmp_path, processing=asked_for) as rig:
        assert await rig.hears(c.SetProcessing) == asked_for
        await show_devices(rig)
        await rig.press("g")
        await rig.hears(c.SetProcessing, 3)
        await rig.sees("on  Gain control")
        agent.crash()
        again = await rig.hears(c.SetProcessing, 4)
        assert again == c.SetProcessing(high_pass=False, gain_control=True)
        opened = agent.heard.index(agent.all_heard(c.OpenDevices)[-1])
        assert agent.heard.index(again, opened) > opened
