"""Sound in the meeting: devices, processing and test of them, volumes, statistics, hints."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.widgets import Select

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
    MediaStatistics,
    SendingInfo,
    SoundHint,
    SoundProcessing,
    SoundTest,
    VoiceInfo,
)
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.equipment import label_of, labels
from proconf_tui.tui.screens.devices import DevicesScreen
from proconf_tui.tui.screens.meeting_sound import VOLUMES
from proconf_tui.tui.widgets.participants import ParticipantsPane
from proconf_tui.tui.widgets.sound_test import SoundTestLine, verdict
from proconf_tui.tui.widgets.statistics import ASK_EVERY_S, StatisticsPanel, table
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import Rig, asked, asks_nothing, meeting, running, text_of

GRACE = PeerId("grace")
SIZES = [(80, 24), (120, 40), (200, 60)]


async def _open_devices(rig: Rig) -> DevicesScreen:
    await rig.press("s")
    await rig.sees("Devices and sound", "takes the loudspeaker out")
    dialog = rig.app.screen
    assert isinstance(dialog, DevicesScreen)
    return dialog


# --- devices ---


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_devices_in_use_are_shown_and_asked_for_anew(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with meeting(agent, tmp_path, size) as rig:
        listed = len(agent.all_heard(c.ListDevices))
        await _open_devices(rig)
        await rig.sees("Built-in microphone", "Front camera", "Headphones")
        await rig.hears(c.ListDevices, listed + 1)
        await rig.press("s")
        await rig.sees_no("Devices and sound")


async def test_a_guest_chooses_devices_too(guest_agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(guest_agent, tmp_path, (80, 24)) as rig:
        await _open_devices(rig)
        await guest_agent.change(peers=[peer("Grace")])
        await rig.press("escape")
        await rig.sees("People 2")


async def test_a_chosen_device_is_opened_at_once_and_again_in_a_new_agent(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await _open_devices(rig)
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
        await _open_devices(rig)
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
        await _open_devices(rig)
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
        await _open_devices(rig)
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
        await _open_devices(rig)
        await rig.press("m", "2")
        await rig.sees("It is busy. Still using Built-in microphone.")
        await rig.press("escape")
        assert len(agent.all_heard(c.OpenDevices)) == 2
        equipment = rig.app.session.equipment
        assert equipment.choices.microphone == "default"
        assert equipment.opened == working


async def test_the_meter_is_live(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        dialog = await _open_devices(rig)

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
        await _open_devices(rig)
        await rig.press("m", "2")
        await rig.sees("Your microphone is off: press m in the meeting")


def test_devices_are_called_the_same_everywhere() -> None:
    found = DeviceList([DeviceInfo("default", "default")], [], [])
    assert labels(found, "microphone", "default") == {"default": "System default", "none": "Off"}
    assert labels(found, "camera", "test")["test"] == label_of("test pattern") == "test pattern"


# --- processing ---


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
        dialog = await _open_devices(rig)
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
        dialog = await _open_devices(rig)
        await rig.press("down", "down", "down")
        assert dialog.row_list.cursor == 4, "past the gap"
        await rig.pilot.click(dialog.row_list, offset=(5, 3))
        await rig.pilot.click(dialog.row_list, offset=(5, 5))
        await rig.sees("off  Noise suppression", "on  Echo cancellation")
        assert len(agent.all_heard(c.SetProcessing)) == 2


async def test_a_refused_switch_stays_and_says_why(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await _open_devices(rig)

        async def refuse(command: c.SetProcessing) -> SoundProcessing:
            raise DeviceUnavailable("There is nothing to process.")

        agent.answer(c.SetProcessing, refuse)
        await rig.press("n")
        await rig.sees("There is nothing to process.", "on  Noise suppression")


async def test_processing_survives_a_new_agent(agent: FakeAgent, tmp_path: Path) -> None:
    asked_for = c.SetProcessing(high_pass=False)
    async with meeting(agent, tmp_path, processing=asked_for) as rig:
        assert await rig.hears(c.SetProcessing) == asked_for
        await _open_devices(rig)
        await rig.press("g")
        await rig.hears(c.SetProcessing, 3)
        await rig.sees("on  Gain control")
        agent.crash()
        again = await rig.hears(c.SetProcessing, 4)
        assert again == c.SetProcessing(high_pass=False, gain_control=True)
        opened = agent.heard.index(agent.all_heard(c.OpenDevices)[-1])
        assert agent.heard.index(again, opened) > opened


# --- the test of sound ---


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
        await _open_devices(rig)
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
        await _open_devices(rig)
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
        dialog = await _open_devices(rig)
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
        await _open_devices(rig)
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
        await _open_devices(rig)
        await rig.press("t")
        await rig.sees("choose one first")
        assert not agent.all_heard(c.TrySound)


@pytest.mark.parametrize("keys", [("n",), ("m", "2")], ids=["switch", "device"])
async def test_what_a_test_has_shown_goes_when_the_sound_is_another(
    agent: FakeAgent, tmp_path: Path, keys: tuple[str, ...]
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await _open_devices(rig)
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


# --- volumes ---


async def test_louder_and_quieter_by_steps(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2")
        await rig.press("plus", "equals_sign", "plus")
        gains = [1.5, 2.0, 3.0]
        await rig.hears(c.SetVolume, 3)
        assert agent.all_heard(c.SetVolume) == [c.SetVolume(GRACE, gain) for gain in gains]
        await rig.sees("300%")
        await rig.press(*["minus"] * 7)
        assert await rig.hears(c.SetVolume, 10) == c.SetVolume(GRACE, 0.0)
        await rig.sees("Grace", " 0%")
        await rig.press("minus")
        await rig.sees("You no longer hear Grace.")
        await rig.press("plus", "plus", "plus", "plus")
        assert await rig.hears(c.SetVolume, 14) == c.SetVolume(GRACE, 1.0)
        pane = rig.app.screen.query_one(ParticipantsPane)
        await rig.until(lambda: "%" not in pane.render_line(1).text, "as they are sent")


async def test_volumes_survive_a_new_agent(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace", volume=2.0), peer("Bob"), peer("Eve", volume=0.5)])
        await rig.sees("People 4")
        # In the new agent's room all are as loud as they are sent, and Eve has left.
        agent.snapshot = replace(agent.snapshot, peers=[peer("Grace"), peer("Bob")])
        agent.crash()
        assert await rig.hears(c.SetVolume) == c.SetVolume(GRACE, 2.0)
        await rig.sees("200%")
        await rig.press("r")
        await rig.hears(c.RaiseHand)
        assert len(agent.all_heard(c.SetVolume)) == 1


async def test_who_has_left_is_as_loud_as_anybody_when_they_return(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async def leave(command: c.SetVolume) -> None:
        await agent.change(peers=[])

    agent.answer(c.SetVolume, leave)
    async with meeting(agent, tmp_path) as rig:
        for count in (1, 2):
            await agent.change(peers=[peer("Grace")])
            await rig.sees("People 2")
            await rig.press("plus")
            assert await rig.hears(c.SetVolume, count) == c.SetVolume(GRACE, 1.5)
            await rig.sees("People 1")


def test_one_is_among_the_volumes_and_they_rise() -> None:
    assert 1.0 in VOLUMES
    assert list(VOLUMES) == sorted(set(VOLUMES))


async def test_alone_there_is_nobody_to_make_louder(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        before = asked(agent)
        await rig.press("plus")
        await rig.sees("Select somebody else")
        await asks_nothing(rig, before)


# --- statistics ---


def voice(name: str, **fields: object) -> VoiceInfo:
    known = VoiceInfo(PeerId(name), 62.0, 60.0, 3.4, 0.012, 900, 11, 2, 8, 3, True, -35.0)
    return replace(known, **fields)


SENDING = SendingInfo(24.2, 5, 41.6, 0.0)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_statistics_lie_over_the_video_and_leave_the_keys_alone(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    agent.statistics = MediaStatistics([voice("grace")], SENDING)
    async with meeting(agent, tmp_path, size) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.press("t")
        await rig.sees(
            "♪ Grace", "62/60", "1.2%", "−35", "24 kbit/s", "42 ms", "60 ms", "t or esc closes"
        )
        await rig.sees("prepared for 5% loss")
        panel, video = rig.app.screen.query_one(StatisticsPanel), rig.one("#video")
        assert video.region.contains_region(panel.region)
        assert panel.region.height < video.region.height / 2
        await rig.press("l")
        await rig.hears(c.UpdateRoomControls)
        assert panel.display
        await rig.press("escape")
        await rig.sees_no("kbit/s")
        await rig.press("t", "t", "escape")
        assert not panel.display


async def test_statistics_are_asked_for_while_they_are_shown_and_not_otherwise(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        assert not agent.all_heard(c.Statistics)
        await rig.press("t")
        await rig.sees("Nobody is heard.", "You send no sound.")
        agent.statistics = MediaStatistics([], SENDING)
        await rig.sees("24 kbit/s")
        await rig.press("t")
        count = len(agent.all_heard(c.Statistics))
        await rig.pilot.pause(2 * ASK_EVERY_S)
        assert len(agent.all_heard(c.Statistics)) == count


async def test_statistics_that_cannot_be_had_say_why(agent: FakeAgent, tmp_path: Path) -> None:
    async def refuse(command: c.Statistics) -> MediaStatistics:
        raise DeviceUnavailable("There is nothing to tell.")

    agent.answer(c.Statistics, refuse)
    async with meeting(agent, tmp_path) as rig:
        await rig.press("t")
        await rig.sees("There is nothing to tell.")


@pytest.mark.parametrize("is_wide", [False, True])
def test_the_table_keeps_its_columns_and_its_height(is_wide: bool) -> None:
    voices = [voice(f"p-{n}", loss=n / 50, is_decoded=n % 2 == 0) for n in range(20)]
    rows = table(MediaStatistics(voices, SENDING), lambda who: f"Name of {who} 家", is_wide=is_wide)
    assert len(rows) <= 13
    lines = ["".join(piece.text for piece in row) for row in rows]
    assert "and 12 more" in "\n".join(lines)
    names = [line for line in lines if "Name" in line]
    assert [line[0] for line in names] == ["♪"] * 8
    ends = {cell_len(line[: line.index("%")]) for line in names}
    assert ends == {lines[0].index("loss") + len("loss") - 1}
    tones = {piece.tone for row in rows for piece in row if "%" in piece.text}
    assert {"warning", "bad"} <= tones


# --- hints ---


async def test_a_muted_talker_is_told_so(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, keys={"talk": "f9"}) as rig:
        await agent.change_me(streams={"audio": "paused"})
        await agent.tell(SoundHint("talking-while-muted", "…"))
        await rig.until(
            lambda: text_of(rig.app).count("You are muted: press f9 or m") == 2,
            "as an event and as a notice",
        )


async def test_a_silent_microphone_is_marked_until_it_is_heard(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.tell(SoundHint("silent-microphone", "…"))
        await rig.sees("Nothing comes from Built-in microphone", "! silent")
        pane = rig.app.screen.query_one(ParticipantsPane)
        await rig.until(lambda: " ! " in pane.render_line(0).text)
        await agent.tell(SoundHint("microphone-heard", "…"))
        await rig.sees("Your microphone is heard")
        await rig.sees_no("! silent")
        await agent.tell(SoundHint("silent-microphone", "…"))
        await rig.sees("! silent")
        await agent.tell(DeviceReturned("microphone", "USB [/] microphone"))
        await rig.sees_no("! silent")
