"""A broken connection, one's own and others': what is said, what still works, what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.control import commands as c
from proconf_tui.control.events import (
    MEDIA_REACHED,
    MEDIA_UNREACHABLE,
    ConnectionQuality,
    RoomNotification,
    RoomReconnected,
    RoomReconnecting,
)
from proconf_tui.control.screen import ChatInfo, ControlsInfo
from proconf_tui.errors import ConnectionLost
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.bindings import ACTIONS
from proconf_tui.tui.video.frame import TileFrame
from tests.support.fake_agent import FakeAgent, knocker, peer
from tests.tui.harness import Rig, asked, meeting, text_of
from tests.tui.test_talk import row_of

GRACE = PeerId("grace")
MISSED = "some events were missed"


async def cut(rig: Rig) -> None:
    """Let the connection break."""
    await rig.agent.tell(RoomReconnecting())
    await rig.agent.change(state="reconnecting")
    await rig.sees("reconnecting 0 s")


async def come_back(rig: Rig) -> None:
    """Let the connection be there again."""
    await rig.agent.change(state="connected")
    await rig.agent.tell(RoomReconnected())
    await rig.sees("Connected again")


def state_of(rig: Rig, name: str) -> str:
    """Return what stands on the lower border of somebody's tile."""
    frames = rig.app.screen.query(TileFrame)
    states = (str(frame.border_subtitle) for frame in frames if frame.person.name == name)
    return next(states, "")


async def test_the_header_counts_and_forgets(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await cut(rig)
        await rig.sees("reconnecting 1 s")
        await come_back(rig)
        assert "reconnecting" not in text_of(rig.app).splitlines()[0]


async def test_who_is_not_heard_sees_it_until_they_are(agent: FakeAgent, tmp_path: Path) -> None:
    trouble = "No sound or picture gets through: nothing answers at 203.0.113.5 UDP port 7973."
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(media_trouble=trouble)
        await agent.tell(RoomNotification(MEDIA_UNREACHABLE, trouble))
        shown = await rig.sees("no media connection", "No sound or picture")
        assert all(each in shown.splitlines()[0] for each in ("! not heard", "! not seen"))
        rig.app.clear_notifications()
        await cut(rig)
        await rig.sees_no("no media connection")
        await come_back(rig)
        await rig.sees("no media connection")
        await agent.change(media_trouble=None)
        await agent.tell(RoomNotification(MEDIA_REACHED, "Sound and pictures get through now."))
        await rig.sees("get through now", "♪ on", "▣ on")
        await rig.sees_no("no media connection")


async def test_keys_that_need_the_server_say_why_not(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")], lobby=[knocker("Linus")])
        await rig.sees("People 2")
        await cut(rig)
        heard = asked(agent)
        rig.app.clear_notifications()
        for action in ACTIONS:
            if action.needs_server:
                await rig.press(action.key_names[0])
        await rig.sees("Reconnecting: that works again")
        assert asked(agent) == heard
        assert len(rig.app.screen_stack) == 2, "no dialog was opened"
        await come_back(rig)
        await rig.press("r")
        await rig.hears(c.RaiseHand)


async def test_an_open_dialog_asks_nothing_while_away(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("C")
        await rig.sees("Room controls")
        await agent.change(state="reconnecting")
        await rig.press("d")
        await rig.sees("Reconnecting: that works again")
        assert not agent.all_heard(c.UpdateRoomControls)


async def test_one_can_be_silent_at_once(agent: FakeAgent, tmp_path: Path) -> None:
    async def refuse(command: c.Command) -> None:
        raise ConnectionLost

    async with meeting(agent, tmp_path) as rig:
        await cut(rig)
        agent.answer(c.Mute, refuse)
        await rig.press("m")
        await rig.hears(c.Mute)
        await rig.sees("You are silent now")
        await come_back(rig)
        assert len(agent.all_heard(c.Mute)) == 1, "the agent tells the others"


async def test_others_who_are_lost_are_seen_to_be(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(peers=[peer("Grace", is_connected=False), peer("Linus")])
        await rig.until(lambda: "reconnecting" in row_of(rig, "Grace"))
        await rig.until(lambda: "reconnecting" in state_of(rig, "Grace"))
        await rig.sees("reconnecting 1")
        assert "reconnecting" not in row_of(rig, "Linus") + state_of(rig, "Linus")


async def test_whose_connection_is_silent_is_lost_too(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (180, 50)) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2")
        await agent.tell(ConnectionQuality(GRACE, "good"))
        await agent.tell(ConnectionQuality(GRACE, "lost"))
        await agent.tell(ConnectionQuality(GRACE, "lost"))
        await rig.sees("Grace is reconnecting")
        await rig.until(lambda: "reconnecting" in row_of(rig, "Grace"))
        await rig.until(lambda: "reconnecting" in state_of(rig, "Grace"))
        await agent.tell(ConnectionQuality(GRACE, "good"))
        await rig.sees("Grace is back")
        await rig.until(lambda: "reconnecting" not in row_of(rig, "Grace"))
        assert text_of(rig.app).count("Grace is reconnecting") == 1


@pytest.mark.parametrize("had_chat", [True, False])
async def test_a_gap_is_seen_where_it_is(agent: FakeAgent, tmp_path: Path, had_chat: bool) -> None:
    before = [ChatInfo(GRACE, "Grace", "before", 1.0)] if had_chat else []
    async with meeting(agent, tmp_path, (180, 50)) as rig:
        await agent.change(peers=[peer("Grace")], chat=before)
        await rig.sees("People 2", *(["before"] if had_chat else []))
        await cut(rig)
        await agent.change(
            state="connected", chat=[*before, ChatInfo(GRACE, "Grace", "after", 2.0)]
        )
        await agent.tell(RoomNotification("HISTORY_GAP", "You were away too long."))
        await agent.tell(RoomReconnected())
        await rig.sees("after", "Connected again", "You were away too long.")
        log = rig.one("#chat-log")
        rows = ["".join(p.text for p in row) for row in log._rows]  # type: ignore[attr-defined]
        marks = [word for row in rows for word in ("before", MISSED, "after") if word in row]
        assert marks == [*(["before"] if had_chat else []), MISSED, "after"]
        assert text_of(rig.app).count(MISSED) == 2, "in the chat and among the events"


async def test_leaving_while_away_offers_only_what_can_be_done(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")], controls=ControlsInfo())
        await cut(rig)
        await rig.press("q")
        shown = await rig.sees("Leave the meeting?", "cannot be ended", "goes on without")
        assert "End the meeting for everyone" not in shown
        await rig.press("k")
        await rig.ended()
        assert (await rig.hears(c.Close)).reason == "LEFT"
