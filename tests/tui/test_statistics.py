"""The statistics over the video, and hints about one's own microphone."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import App, ComposeResult

from proconf_tui.control import commands as c
from proconf_tui.control.sound import (
    DeviceReturned,
    MediaStatistics,
    SendingInfo,
    SoundHint,
    VoiceInfo,
)
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import ServerReport
from proconf_tui.tui.widgets.participants import ParticipantsPane
from proconf_tui.tui.widgets.statistics import ASK_EVERY_S, StatisticsPanel, table
from tests.support.fake_agent import FakeAgent, peer
from tests.support.reports import report
from tests.tui.harness import SIZES, meeting, text_of


def voice(name: str, **fields: object) -> VoiceInfo:
    known = VoiceInfo(PeerId(name), 62.0, 60.0, 3.4, 0.012, 900, 11, 2, 8, 3, True, -35.0)
    return replace(known, **fields)


SENDING = SendingInfo(24.2, 5, 41.6, 0.0)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_statistics_lie_over_the_video_and_leave_the_keys_alone(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    agent.statistics = MediaStatistics([voice("grace")], SENDING)
    agent.server_report = report(available_bps=300_000, held_back=2)
    async with meeting(agent, tmp_path, size) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.press("t")
        await rig.sees(
            "♪ Grace", "62/60", "1.2%", "−35", "24 kbit/s", "42 ms", "60 ms", "t or esc closes"
        )
        await rig.sees("prepared for 5% loss")
        await rig.sees("42 ms  loss ↑0.2% ↓6.0%", "↑1.2 Mbit/s ↓640 kbit/s", "server cpu 12%")
        await rig.sees("line carries 300 kbit/s  2 pictures held back")
        panel, video = rig.app.screen.query_one(StatisticsPanel), rig.one("#video")
        assert video.region.contains_region(panel.region)
        assert panel.region.height < video.region.height / 2
        await rig.press("l")
        await rig.hears(c.UpdateRoomControls)
        assert panel.display
        await rig.press("escape")
        await rig.sees_no("kbit/s")
        await rig.press("t", "t", "escape")
        await rig.until(lambda: not panel.display)


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


async def test_keys_that_come_fast_leave_no_question_behind() -> None:
    asked: list[str] = []

    async def ask() -> MediaStatistics:
        asked.append("statistics")
        raise DeviceUnavailable("There is nothing to tell.")

    async def ask_server() -> ServerReport:
        raise DeviceUnavailable("There is nothing to tell.")

    panel = StatisticsPanel(ask, dict, ask_server, lambda *, is_wide: [])

    class Shown(App[None]):
        def compose(self) -> ComposeResult:
            yield panel

    async with Shown().run_test() as pilot:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            for _ in range(5):
                panel.toggle("t")
            await pilot.app.workers.wait_for_complete(list(pilot.app.workers)[-1:])
            # The next question is asked a second later, whether anybody presses a key or not.
            asked_for_keys = list(asked)
            await pilot.pause()
            gc.collect()
    assert asked_for_keys == ["statistics"]
    assert [str(warning.message) for warning in warned] == []


@pytest.mark.parametrize("cells", [26, 46, 72])
def test_the_table_keeps_its_columns_and_its_height(cells: int) -> None:
    voices = [voice(f"p-{n}", loss=n / 50, is_decoded=n % 2 == 0) for n in range(20)]
    names = {one.peer_id: f"{one.peer_id} 家 of a long name" for one in voices}
    rows = table(MediaStatistics(voices, SENDING), names, cells)
    assert len(rows) <= 13
    lines = ["".join(piece.text for piece in row) for row in rows]
    assert max(cell_len(line) for line in lines) <= cells
    people = [line for line in lines if line[2:4] == "p-"]
    assert [line[0] for line in people] == ["♪"] * len(people)
    assert f"and {20 - len(people)} more" in "\n".join(lines)
    ends = {cell_len(line[: line.index("%")]) for line in people}
    assert ends == {lines[0].index("loss") + len("loss") - 1}
    tones = {piece.tone for row in rows for piece in row if "%" in piece.text}
    assert {"warning", "bad"} <= tones


def test_voices_stand_in_the_order_of_people_and_those_that_play_are_shown() -> None:
    order = [PeerId(f"p-{n}") for n in range(12)]
    voices = [voice(who, is_decoded=int(who[2:]) > 5) for who in reversed(order)]
    rows = table(MediaStatistics(voices), {who: f"{who}." for who in order}, 72)
    shown = [row[1].text.rstrip(".") for row in rows[1:9]]
    playing = [who for who in order if int(who[2:]) > 5]
    assert [who for who in shown if who in playing] == playing
    assert shown == [who for who in order if who in shown]


async def test_the_table_follows_the_list_of_people(agent: FakeAgent, tmp_path: Path) -> None:
    agent.statistics = MediaStatistics([voice("grace"), voice("linus"), voice("zoe")])
    async with meeting(agent, tmp_path) as rig:
        zoe, linus = peer("Zoe", joined_at=1.0), peer("Linus", joined_at=2.0)
        grace = peer("Grace", joined_at=3.0, hand_raised_at=9.0)
        await agent.change(peers=[zoe, linus, grace])
        await rig.press("t")
        await rig.sees("♪ Grace")
        text = text_of(rig.app)
        assert text.index("♪ Grace") < text.index("♪ Zoe") < text.index("♪ Linus")


async def test_in_the_smallest_terminal_no_row_is_broken(agent: FakeAgent, tmp_path: Path) -> None:
    names = ["Grace", *(f"Linus {number}" for number in range(8))]
    agent.statistics = MediaStatistics([voice(peer(name).peer_id) for name in names], SENDING)
    agent.server_report = report(available_bps=300_000, held_back=2)
    async with meeting(agent, tmp_path, (60, 18)) as rig:
        await agent.change(peers=[peer(name) for name in names])
        await rig.press("t")
        await rig.sees(
            "♪ Grace", "and 7 more", "62/60", "1.2%", "you 24 kbit/s", "prepared for 5% loss"
        )
        await rig.sees("server rtt 42 ms", "loss ↑0.2% ↓6.0%", "↑1.2 Mbit/s ↓640 kbit/s")
        await rig.sees("server cpu 12%", "line carries 300 kbit/s", "2 pictures held back")
        panel = rig.app.screen.query_one(StatisticsPanel)
        rows = str(panel.content).splitlines()
        assert panel.content_size.height == len(rows)
        assert max(cell_len(row) for row in rows) <= panel.content_size.width
        assert rig.one("#stage").region.contains_region(panel.region)


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
