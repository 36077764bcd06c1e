"""Devices that do not work: told of on entering, and marked as long as it lasts."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from proconf_tui.control import commands as c
from proconf_tui.control.screen import DeviceLost, OpenedDevices
from proconf_tui.control.sound import DeviceReturned
from proconf_tui.tui.equipment import Kind
from proconf_tui.tui.widgets.events_pane import EventsPane
from proconf_tui.tui.widgets.participants import ParticipantsPane
from tests.support.fake_agent import FakeAgent
from tests.tui.harness import meeting, running, text_of

DEAD: dict[Kind, str] = {
    "microphone": "No microphone was found; plug one in, or use --mic none.",
    "camera": "Cam [/] cannot be opened; close other programs, or choose another with --camera.",
    "speaker": "No loudspeaker was found; plug one in, or use --speaker none.",
}
SHOWN = [
    "No microphone was found; plug one in, or choose Off.",
    "Cam [/] cannot be opened; close other programs, or choose another.",
    "No loudspeaker was found; plug one in, or choose Off.",
]


@pytest.mark.parametrize("skip_prejoin", [True, False])
async def test_what_could_not_be_opened_is_told_on_entering_and_of_a_new_agent_what_is_new(
    agent: FakeAgent, tmp_path: Path, skip_prejoin: bool
) -> None:
    agent.opened = OpenedDevices(None, None, "Headphones", {"camera": DEAD["camera"]})
    agent.me = replace(agent.me, streams={})
    async with running(agent, tmp_path, (200, 60), skip_prejoin=skip_prejoin) as rig:
        if not skip_prejoin:
            await rig.sees(SHOWN[1])
            await rig.press("enter")
        await rig.sees("People 1")
        events = rig.app.screen.query_one(EventsPane)
        said = "Cam [/] cannot be opened"
        await rig.until(lambda: text_of(rig.app).count(said) == 2, "as an event and as a notice")
        await rig.sees("♪ off")
        await rig.hears(c.ShowTiles)
        agent.opened = OpenedDevices(None, None, None, DEAD)
        agent.crash()
        await rig.hears(c.StartMeeting, 2)
        await rig.sees("no sound")
        told = [line.text.text for line in events._lines if line.text.text in SHOWN]
        assert told == [SHOWN[1], SHOWN[0], SHOWN[2]]


async def test_a_loudspeaker_that_is_off_is_no_fault(agent: FakeAgent, tmp_path: Path) -> None:
    agent.opened = OpenedDevices("Built-in microphone", "Front camera", None)
    async with meeting(agent, tmp_path, (80, 24), speaker="none") as rig:
        await rig.sees("♪ on")
        assert "no sound" not in text_of(rig.app)
        await agent.tell(DeviceLost("speaker", "The loudspeaker was unplugged."))
        await rig.sees("no sound  ♪ on")
        await agent.tell(DeviceReturned("speaker", "Headphones"))
        await rig.sees_no("no sound")


async def test_a_dead_microphone_is_marked_until_one_works(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        pane = rig.app.screen.query_one(ParticipantsPane)
        for revive in ("return", "another"):
            await rig.sees("♪ on")
            await agent.tell(DeviceLost("microphone", "It was unplugged."))
            await rig.until(lambda: text_of(rig.app).count("! silent") == 2, "header and tile")
            await rig.until(lambda: " ! " in pane.render_line(0).text)
            if revive == "return":
                await agent.tell(DeviceReturned("microphone", "Built-in microphone"))
            else:
                await rig.press("s", "m", "2", "escape")
            await rig.until(lambda: "! silent" not in text_of(rig.app))
            await rig.until(lambda: " ! " not in pane.render_line(0).text)


async def test_a_lost_camera_is_marked_and_may_be_turned_off_meanwhile(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (120, 40)) as rig:
        await rig.sees("▣ on")
        await agent.tell(DeviceLost("camera", "Front camera stopped giving pictures."))
        await agent.change_me(streams={"audio": "live", "video": "paused"})
        await rig.sees("Front camera stopped giving pictures.")
        await rig.sees("! no picture")
        await rig.press("s")
        await rig.sees("Camera       not working")
        await agent.tell(DeviceReturned("camera", "Front camera"))
        await rig.sees("Camera       Front camera")
        await rig.press("escape", "v")
        await rig.hears(c.DisableVideo)
        await agent.change_me(streams={"audio": "live", "video": "live"})
        await rig.sees("▣ on")
