"""Devices chosen in the meeting: what is in use, what fails, what is lost and returns."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from proconf_tui.control import commands as c
from proconf_tui.control.screen import (
    DeviceInfo,
    DeviceList,
    DeviceLost,
    Levels,
    OpenedDevices,
)
from proconf_tui.control.sound import (
    DeviceReturned,
)
from proconf_tui.tui.equipment import label_of, labels
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import SIZES, meeting, show_devices


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_devices_in_use_are_shown_and_asked_for_anew(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with meeting(agent, tmp_path, size) as rig:
        listed = len(agent.all_heard(c.ListDevices))
        await show_devices(rig)
        await rig.sees("Built-in microphone", "Front camera", "Headphones")
        await rig.hears(c.ListDevices, listed + 1)
        await rig.press("s")
        await rig.sees_no("Devices and sound")


async def test_a_guest_chooses_devices_too(guest_agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(guest_agent, tmp_path, (80, 24)) as rig:
        await show_devices(rig)
        await guest_agent.change(peers=[peer("Grace")])
        await rig.press("escape")
        await rig.sees("People 2")


async def test_a_chosen_device_is_opened_at_once_and_again_in_a_new_agent(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await show_devices(rig)
        await rig.press("enter")
        await rig.sees("1  Built-in microphone  ✓")
        agent.opened = replace(agent.opened, microphone="USB [/] microphone")
        await rig.press("down", "enter")
        assert await rig.hears(c.OpenDevices, 2) == c.OpenDevices(microphone="USB")
        await rig.sees("Microphone   USB [/] microphone")
        agent.crash()
        again = await rig.hears(c.OpenDevices, 3)
        assert again == c.OpenDevices("USB", "default", "default")


async def test_a_device_that_fails_says_why_and_the_one_before_goes_on(
    agent: FakeAgent, tmp_path: Path
) -> None:
    working = agent.opened

    async def open_devices(command: c.OpenDevices) -> OpenedDevices:
        if command.camera != "test":
            return working
        return replace(working, camera=None, problems={"camera": "Test pattern is busy [/]."})

    agent.answer(c.OpenDevices, open_devices)
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await show_devices(rig)
        await rig.press("v", "2")
        await rig.sees("Test pattern is busy [/]. Still using Front camera.", "Camera       Front")
        assert agent.all_heard(c.OpenDevices)[1:] == [
            c.OpenDevices(camera="test"),
            c.OpenDevices(camera="default"),
        ]
        assert rig.app.session.equipment.choices.camera == "default"


async def test_a_refused_camera_takes_back_no_microphone(agent: FakeAgent, tmp_path: Path) -> None:
    may_answer = asyncio.Event()
    working = agent.opened

    async def open_devices(command: c.OpenDevices) -> OpenedDevices:
        await may_answer.wait()
        problems = {"camera": "It is busy."} if command.camera == "test" else {}
        return replace(working, problems=problems)

    async with meeting(agent, tmp_path) as rig:
        agent.answer(c.OpenDevices, open_devices)
        await show_devices(rig)
        await rig.press("v", "2")
        await rig.hears(c.OpenDevices, 2)
        await rig.press("m", "2")
        may_answer.set()
        await rig.sees("It is busy. Still using Front camera.")
        await rig.hears(c.OpenDevices, 3)
        choices = rig.app.session.equipment.choices
        assert (choices.microphone, choices.camera) == ("USB", "default")


async def test_what_is_chosen_is_learnt_of_though_the_dialog_is_closed(
    agent: FakeAgent, tmp_path: Path
) -> None:
    may_answer = asyncio.Event()
    working = agent.opened

    async def open_devices(command: c.OpenDevices) -> OpenedDevices:
        await may_answer.wait()
        if command.camera is not None:
            return replace(working, problems={"camera": "The camera [/] is busy."})
        return replace(working, microphone="USB [/] microphone")

    async with meeting(agent, tmp_path) as rig:
        agent.answer(c.OpenDevices, open_devices)
        await show_devices(rig)
        await rig.press("m", "2")
        await rig.hears(c.OpenDevices, 2)
        await rig.press("v", "2", "escape")
        await rig.sees_no("Devices and sound")
        may_answer.set()
        await rig.sees("The camera [/] is busy. Still using Front camera.")
        equipment = rig.app.session.equipment
        assert (equipment.choices.microphone, equipment.choices.camera) == ("USB", "default")
        assert equipment.opened is not None
        assert equipment.opened.problems == {}


async def test_a_microphone_that_never_stopped_is_not_opened_again(
    agent: FakeAgent, tmp_path: Path
) -> None:
    working = agent.opened

    async def open_devices(command: c.OpenDevices) -> OpenedDevices:
        problems = {"microphone": "It is busy."} if command.microphone == "USB" else {}
        return replace(working, problems=problems)

    agent.answer(c.OpenDevices, open_devices)
    async with meeting(agent, tmp_path) as rig:
        await show_devices(rig)
        await rig.press("m", "2")
        await rig.sees("It is busy. Still using Built-in microphone.")
        await rig.press("escape")
        assert len(agent.all_heard(c.OpenDevices)) == 2
        equipment = rig.app.session.equipment
        assert equipment.choices.microphone == "default"
        assert equipment.opened == working


async def test_the_meter_is_live(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        dialog = await show_devices(rig)

        def lit() -> int:
            return dialog.row_list.render_line(0).text.count("━")

        await agent.tell(Levels(-12.0, {}))
        await rig.until(lambda: lit() >= 9)
        await agent.tell(Levels(-127.0, {}))
        await rig.until(lambda: lit() == 0)


async def test_a_device_that_was_lost_is_told_and_its_return_too(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (200, 60)) as rig:
        await agent.tell(DeviceLost("microphone", "The microphone was unplugged."))
        await rig.sees("The microphone was unplugged.")
        await rig.press("s")
        await rig.sees("not working")
        await agent.tell(DeviceReturned("microphone", "USB [/] microphone"))
        await rig.sees("Microphone   USB [/] microphone")
        await rig.sees_no("not working")
        await rig.press("escape")
        await rig.sees("The microphone works again: USB [/]")


async def test_a_microphone_chosen_after_none_is_said_to_be_unheard(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (80, 24), mic="none") as rig:
        await agent.change_me(streams={"video": "live"})
        await show_devices(rig)
        await rig.press("m", "2")
        await rig.sees("Your microphone is off: press m in the meeting")


def test_devices_are_called_the_same_everywhere() -> None:
    found = DeviceList([DeviceInfo("default", "default")], [], [])
    assert labels(found, "microphone", "default") == {"default": "System default", "none": "Off"}
    assert labels(found, "camera", "test")["test"] == label_of("test pattern") == "test pattern"
