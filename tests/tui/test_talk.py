"""Reactions, private lines, and what becomes of what one writes while the connection is broken."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events

from proconf_tui.control import commands as c
from proconf_tui.control.events import ReceiveData
from proconf_tui.control.screen import ChatInfo, RoomSnapshot
from proconf_tui.errors import ConnectionLost, PermissionDenied
from proconf_tui.protocol.ids import REACTION_LABEL, PeerId
from proconf_tui.protocol.text import width_cells
from proconf_tui.tui import slash
from proconf_tui.tui.people import addressed
from proconf_tui.tui.reactions import PALETTE, SHOWN_FOR_S, Reactions
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.widgets.chat import ChatInput
from tests.support.fake_agent import ME, FakeAgent, peer
from tests.tui.harness import Rig, meeting, text_of

GRACE = PeerId("grace")


def title_of(rig: Rig, name: str) -> str:
    """Return what stands on the upper border of somebody's tile."""
    frames = rig.app.screen.query(TileFrame)
    titles = (str(frame.border_title) for frame in frames if frame.person.name == name)
    return next(titles, "")


def row_of(rig: Rig, name: str) -> str:
    """Return somebody's row in the list of people."""
    pane = rig.one("#people")
    rows = ["".join(piece.text for piece in row) for row in pane._rows]  # type: ignore[attr-defined]
    return next((row for row in rows if name in row), "")


async def say(rig: Rig, line: str) -> None:
    await rig.press("c")
    await rig.write(line)
    await rig.press("enter", "escape")


async def test_e_and_a_number_react(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("e")
        await rig.sees("React", *PALETTE, "number, or arrows")
        await rig.press("3")
        assert (await rig.hears(c.React)).emoji == PALETTE[2]
        await rig.sees(f"You react {PALETTE[2]}")
        await rig.until(lambda: PALETTE[2] in title_of(rig, "Ada"))
        assert PALETTE[2] in row_of(rig, "Ada")


async def test_arrows_and_enter_react_and_escape_does_not(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("e", "right", "down", "left", "right", "enter")
        assert (await rig.hears(c.React)).emoji == PALETTE[2]
        await rig.press("e")
        await rig.sees("number, or arrows")
        await rig.press("escape")
        await rig.sees_no("number, or arrows")
        await rig.press("e")
        await rig.sees("number, or arrows")
        await rig.press("left", "space")
        assert (await rig.hears(c.React, 2)).emoji == PALETTE[-1]


async def test_a_click_reacts(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("e")
        await rig.sees("number, or arrows")
        await rig.pilot.click(rig.app.screen.query(".emoji")[4])
        assert (await rig.hears(c.React)).emoji == PALETTE[4]


async def test_a_reaction_is_seen_and_goes(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2")
        for _ in range(3):
            await agent.tell(ReceiveData(GRACE, "👍", REACTION_LABEL))
        await rig.sees("Grace reacts 👍")
        assert "👍" in title_of(rig, "Grace")
        assert "👍" in row_of(rig, "Grace")
        assert text_of(rig.app).count("reacts") == 1
        await rig.until(lambda: "👍" not in title_of(rig, "Grace"))
        await rig.until(lambda: "👍" not in row_of(rig, "Grace"))


async def test_what_is_no_emoji_is_no_reaction(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        for text in ("hello", "\x1b[2J", "👍👍", ""):
            await agent.tell(ReceiveData(GRACE, text, REACTION_LABEL))
        await agent.tell(ReceiveData(GRACE, "👏", "data"))
        await agent.tell(ReceiveData(GRACE, "🎉", REACTION_LABEL))
        await rig.sees("Grace reacts 🎉")
        assert text_of(rig.app).count("reacts") == 1


async def test_a_refused_reaction_is_said_and_not_shown(agent: FakeAgent, tmp_path: Path) -> None:
    async def refuse(command: c.Command) -> None:
        raise PermissionDenied("No data here.")

    async with meeting(agent, tmp_path) as rig:
        agent.answer(c.React, refuse)
        await rig.press("e", "1")
        await rig.sees("No data here.")
        assert "react 👍" not in text_of(rig.app)


def test_the_palette_is_narrow_and_all_of_it_emoji() -> None:
    shown = Reactions()
    for emoji in PALETTE:
        assert width_cells(emoji) == 2
        assert shown.take(GRACE, emoji, 0.0)


def test_reactions_end_and_the_same_again_is_no_news() -> None:
    shown = Reactions()
    assert shown.take(GRACE, "👍", 0.0)
    assert not shown.take(GRACE, "👍", 1.0)
    assert shown.shown(1.0 + SHOWN_FOR_S - 0.1) == {GRACE: "👍"}
    assert shown.shown(1.0 + SHOWN_FOR_S) == {}
    assert shown.take(GRACE, "👍", 9.0)
    assert shown.take(GRACE, "🎉", 9.5)


# --- to one ---------------------------------------------------------------------------------------


async def test_a_private_line_goes_to_one_and_is_marked(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace Hopper"), peer("Linus")])
        await rig.sees("People 3")
        await say(rig, "/to grace hopper two  words")
        command = await rig.hears(c.SendData)
        assert (command.payload, command.to) == ("two  words", ["grace-hopper"])
        assert command.label == "chat"
        grace = PeerId("grace-hopper")
        await agent.change(
            chat=[
                ChatInfo(ME, "Ada", "two  words", 1.0, True, grace),
                ChatInfo(grace, "Grace Hopper", "thanks", 2.0, True, ME),
                ChatInfo(grace, "Grace Hopper", "hello all", 3.0),
            ]
        )
        await rig.sees("You → Grace Hopper (private)", "Grace Hopper → you (private)")
        assert text_of(rig.app).count("private") == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("/to nobody hello", "Nobody here is called 'nobody'"),
        ("/to gr hello", "Several people are called 'gr'"),
        ("/to grace", "Say to whom and what"),
        ("/to grace hopper", "Say what Grace Hopper is to read"),
        ("/to ", "Say to whom and what"),
    ],
)
async def test_a_private_line_for_nobody_is_not_sent(
    agent: FakeAgent, tmp_path: Path, line: str, complaint: str
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace Hopper"), peer("Greta")])
        await rig.sees("People 3")
        await say(rig, line)
        await rig.sees(complaint)
        assert not agent.all_heard(c.SendData)


def test_the_longest_name_counts() -> None:
    peers = [peer("Ann"), peer("Ann Lee"), peer("Anna")]
    room = RoomSnapshot("connected", "r", peers=peers)
    called = {one.peer_id: one.name for one in peers}
    for line, name, rest in (
        ("ann lee hello", "Ann Lee", "hello"),
        ("Ann leads us", "Ann", "leads us"),
        ("anna lee", "Anna", "lee"),
        ("ann", "Ann", ""),
    ):
        (found,), text = addressed(room, line, called.__getitem__)
        assert (found.name, text) == (name, rest)


async def test_an_emoji_of_several_that_are_typed_stays_one(
    agent: FakeAgent, tmp_path: Path
) -> None:
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    async with meeting(agent, tmp_path) as rig:
        await rig.press("c")
        await rig.write(f"{family}\r")
        assert (await rig.hears(c.SendData)).payload == family


def test_slash_to() -> None:
    assert slash.parse("/to @Ann Lee hi there") == slash.SayTo("Ann Lee hi there")


# --- while the connection is broken ---------------------------------------------------------------


async def test_a_line_written_while_away_waits_and_is_sent_once(
    agent: FakeAgent, tmp_path: Path
) -> None:
    back = asyncio.Event()

    async def hold(command: c.Command) -> None:
        await back.wait()

    agent.answer(c.SendData, hold)
    async with meeting(agent, tmp_path) as rig:
        await agent.change(state="reconnecting", peers=[peer("Grace")])
        await rig.sees("reconnecting 0 s")
        await say(rig, "still there?")
        await say(rig, "/to grace psst")
        await rig.sees("You still there? (waits)", "You → Grace psst (waits)")
        said = ChatInfo(ME, "Ada", "still there?", 1.0)
        await agent.change(state="connected", chat=[said])
        back.set()
        await rig.sees_no("(waits)")
        await rig.sees("You still there?")
        assert len(agent.all_heard(c.SendData)) == 2


async def test_a_line_that_is_not_taken_comes_back_into_the_input(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async def refuse(command: c.Command) -> None:
        raise ConnectionLost("There is no way back.")

    agent.answer(c.SendData, refuse)
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2")
        await say(rig, "/to Grace psst")
        await rig.sees("Not sent: There is no way back.")
        assert rig.app.screen.query_one(ChatInput).value == "/to Grace psst"


async def test_leaving_with_a_line_that_waits_is_no_accident(
    guest_agent: FakeAgent, tmp_path: Path
) -> None:
    async def hold(command: c.Command) -> None:
        await asyncio.Event().wait()

    guest_agent.answer(c.SendData, hold)
    async with meeting(guest_agent, tmp_path, mode="join") as rig:
        await say(rig, "hello")
        await rig.hears(c.SendData)
        await guest_agent.change(state="reconnecting")
        await rig.sees("hello (waits)")
        await rig.press("q")
        await rig.ended()
        assert rig.app.result is not None
        assert rig.app.result.exit_code == 0


async def test_what_is_typed_fast_after_c_is_chat_and_no_key(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2")
        await rig.write("cloom cK M oP")
        line = rig.app.screen.query_one(ChatInput)
        await rig.until(lambda: sorted(line.value) == sorted("loom cK M oP"), "all is in the line")
        assert not agent.all_heard(c.UpdateRoomControls)
        assert not agent.all_heard(c.UpdateRole)
        assert len(rig.app.screen_stack) == 2, "no dialog was opened"


async def test_lines_that_come_in_one_burst_are_said_one_by_one(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("c")
        await rig.write("first\rsekk\x7f\x7fcond\rthird\r")
        await rig.hears(c.SendData, 3)
        said = [each.payload for each in agent.all_heard(c.SendData)]
        assert said == ["first", "second", "third"]
        assert rig.app.screen.query_one(ChatInput).value == ""


async def test_pasted_lines_are_one_line(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("c")
        line = rig.app.screen.query_one(ChatInput)
        line.post_message(events.Paste("first\nsecond\r\nthird\n"))
        await rig.until(lambda: line.value == "first second third", "all three")
