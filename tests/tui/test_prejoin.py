"""Before the meeting, and while one waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from proconf_tui.control import commands as c
from proconf_tui.control.events import RoomAwaiting
from proconf_tui.control.screen import Levels, OpenedDevices
from proconf_tui.errors import Denied, MeetingNotStarted, ProconfError, RoomFull
from proconf_tui.tui.equipment import Kind
from proconf_tui.tui.options import TuiResult
from proconf_tui.tui.widgets.meter import LevelMeter
from tests.support.fake_agent import FakeAgent
from tests.tui.harness import asked, asks_nothing, running


async def test_enter_joins_with_the_name_given(agent: FakeAgent, tmp_path: Path) -> None:
    async with running(agent, tmp_path, (80, 24), skip_prejoin=False, name=None) as rig:
        await rig.sees("Start myRoom", "Name", "Microphone", "Camera", "Loudspeaker")
        await rig.hears(c.ListDevices)
        assert not agent.all_heard(c.StartMeeting)
        await rig.write("Grace M")
        await rig.press("enter")
        assert (await rig.hears(c.StartMeeting)).participant_name == "Grace M"
        await rig.sees("People 1", "Grace M")


async def test_who_is_quicker_than_the_devices_goes_in_once(
    agent: FakeAgent, tmp_path: Path
) -> None:
    may_open = asyncio.Event()

    async def open_late(_: c.OpenDevices) -> OpenedDevices:
        await may_open.wait()
        return agent.opened

    agent.answer(c.OpenDevices, open_late)
    async with running(agent, tmp_path, skip_prejoin=False) as rig:
        await rig.hears(c.OpenDevices)
        await rig.press("enter", "enter")
        await rig.sees("Joining…")
        assert not agent.all_heard(c.StartMeeting)
        may_open.set()
        await rig.sees("People 1")
        await asks_nothing(rig, asked(agent))
        assert len(agent.all_heard(c.StartMeeting)) == 1


async def test_devices_change_live(agent: FakeAgent, tmp_path: Path) -> None:
    async with running(agent, tmp_path, skip_prejoin=False, camera="clip.mp4") as rig:
        await rig.sees("Built-in microphone", "clip.mp4", "your microphone and your camera")
        rig.app.screen.query_one("#camera", Select).value = "none"
        rig.app.screen.query_one("#microphone", Select).value = "USB"
        opened = await rig.hears(c.OpenDevices, 2)
        assert (opened.microphone, opened.camera) == ("USB", "none")
        await rig.sees("USB [/] microphone", "your name and your microphone")
        rig.one("#name").focus()
        await rig.press("enter")
        assert (await rig.hears(c.StartMeeting)).with_video is False


async def test_problems_are_said_and_do_not_stop_anybody(agent: FakeAgent, tmp_path: Path) -> None:
    agent.opened = OpenedDevices(None, None, None, {"camera": "The camera is busy [/]."})
    async with running(agent, tmp_path, skip_prejoin=False) as rig:
        await rig.sees("The camera is busy [/].", "your name and your microphone.")
        await rig.press("enter")
        await rig.sees("People 1")


async def test_three_problems_are_all_in_sight_where_the_screen_is_low(
    agent: FakeAgent, tmp_path: Path
) -> None:
    problems: dict[Kind, str] = {
        "microphone": "No microphone was found; plug one in, or use --mic none.",
        "camera": "No camera was found; plug one in, or use --camera none.",
        "speaker": "The loudspeaker [/] is busy; close other programs, or choose another with "
        "--speaker.",
    }
    agent.opened = OpenedDevices(None, None, None, problems)
    async with running(agent, tmp_path, (80, 24), skip_prejoin=False) as rig:
        await rig.sees(
            "No microphone was found; plug one in, or choose Off.",
            "No camera was found; plug one in, or choose Off.",
            "The loudspeaker [/] is busy;",
            "Others will get your name.",
            "─ Name",
            "─ Loudspeaker",
        )


@pytest.mark.parametrize(("mode", "verb"), [("start", "starts"), ("join", "joins")])
async def test_the_hint_says_what_enter_does_where_one_is(
    agent: FakeAgent, tmp_path: Path, mode: str, verb: str
) -> None:
    async with running(agent, tmp_path, (80, 24), skip_prejoin=False, mode=mode) as rig:
        await rig.sees(f"enter {verb} · tab moves · esc leaves")
        rig.one("#camera").focus()
        await rig.sees(f"enter opens · ctrl+j {verb} · esc leaves")
        rig.one("#test").focus()
        await rig.sees(f"enter presses · ctrl+j {verb} · esc leaves")
        rig.one("#camera").focus()
        await rig.press("ctrl+j")
        await rig.sees("People 1")


async def test_the_meter_follows_the_voice(agent: FakeAgent, tmp_path: Path) -> None:
    async with running(agent, tmp_path, skip_prejoin=False) as rig:
        await rig.hears(c.ListDevices)
        await agent.tell(Levels(-12.0, {}))
        meter = rig.app.screen.query_one(LevelMeter)
        await rig.until(lambda: "━━━━" in meter.render_line(0).text)
        await agent.tell(Levels(-127.0, {}))
        await rig.until(lambda: "━" not in meter.render_line(0).text)


async def test_escape_leaves(agent: FakeAgent, tmp_path: Path) -> None:
    async with running(agent, tmp_path, skip_prejoin=False) as rig:
        await rig.sees("Start myRoom")
        await rig.press("escape")
        await rig.ended()
        assert rig.app.result == TuiResult(0)
        assert not agent.all_heard(c.StartMeeting)


async def test_q_in_the_name_is_a_letter(agent: FakeAgent, tmp_path: Path) -> None:
    async with running(agent, tmp_path, skip_prejoin=False, name=None) as rig:
        await rig.sees("Start myRoom")
        await rig.write("q?m")
        await rig.until(lambda: rig.app.screen.query_one("#name", Input).value == "q?m")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("WAITING_FOR_PERMISSIONS", "Waiting to be let in"),
        ("WAITING_FOR_ROOM_TO_START", "Waiting for the meeting to start"),
        ("WAITING_FOR_ADMIN_TO_JOIN", "Waiting for a moderator"),
    ],
)
async def test_the_lobby_says_why_one_waits(
    waiting_agent: FakeAgent, tmp_path: Path, reason: str, words: str
) -> None:
    async with running(waiting_agent, tmp_path, (80, 24), mode="join", room=None) as rig:
        await rig.sees("Waiting to be let in", "myRoom")
        await waiting_agent.tell(RoomAwaiting(reason, "…"))  # type: ignore[arg-type]
        await rig.sees(words, "for 0:0", "q leave")
        await rig.until(lambda: waiting_agent.tiles)
        await waiting_agent.let_in()
        await rig.sees("People 1")


async def test_one_can_stop_waiting(waiting_agent: FakeAgent, tmp_path: Path) -> None:
    async with running(waiting_agent, tmp_path, mode="join") as rig:
        await rig.sees("Waiting to be let in")
        await rig.press("q")
        await rig.ended()
        assert rig.app.result == TuiResult(0)
        await rig.hears(c.Shutdown)


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [(Denied(), 3), (RoomFull(), 3), (MeetingNotStarted(), 4), (ProconfError("Odd."), 1)],
    ids=lambda value: type(value).__name__,
)
async def test_what_keeps_one_out_is_the_result(
    agent: FakeAgent, tmp_path: Path, error: ProconfError, exit_code: int
) -> None:
    agent.entry_error = error
    async with running(agent, tmp_path, mode="join", wait=True) as rig:
        await rig.ended()
        assert rig.app.result == TuiResult(exit_code, str(error))
        assert (await rig.hears(c.JoinMeeting)).wait is True
