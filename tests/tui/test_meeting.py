"""A meeting by keys: what is sent to the agent, and what is seen of its answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.control import commands as c
from proconf_tui.control.events import (
    HandRaised,
    NewPeerJoined,
    RoomClosed,
    RoomControlsUpdated,
    RoomRoleUpdated,
)
from proconf_tui.control.screen import BlockedInfo, ChatInfo, ControlsInfo, Levels
from proconf_tui.errors import PermissionDenied
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.options import TuiResult
from proconf_tui.tui.video.frame import TileFrame
from tests.support.fake_agent import ME, FakeAgent, knocker, peer
from tests.tui.harness import Rig, asked, asks_nothing, meeting, text_of


async def with_others(rig: Rig, *names: str) -> None:
    await rig.agent.change(peers=[peer(name) for name in names])
    await rig.sees(f"People {len(names) + 1}", *names)


async def test_starting_sends_what_was_chosen(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, camera="none", locked=False, max_peers=7) as rig:
        command = await rig.hears(c.StartMeeting)
        assert command.room_name == "myRoom"
        assert command.participant_name == "Ada"
        assert (command.with_audio, command.with_video) == (True, False)
        assert (command.locked, command.max_peers, command.seat) == (False, 7, None)
        opened = await rig.hears(c.OpenDevices)
        assert (opened.microphone, opened.camera) == ("default", "none")
        await rig.sees("myRoom", "locked", "1 in", "Ada", "(you)")


async def test_a_knock_is_seen_and_a_admits(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(lobby=[knocker("Grace", ago_s=65)])
        await rig.sees("Lobby 1 waiting", "Grace asks to be let in", "1 waiting", "1:0")
        await rig.press("a")
        assert (await rig.hears(c.AdmitPeer)).peer_id == "grace"
        await rig.sees("Nobody is waiting", "People 2", "Grace joined")


async def test_a_admits_the_longest_waiting_and_the_lobbys_cursor_another(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(
            lobby=[knocker("New"), knocker("Old", ago_s=60), knocker("Mid", ago_s=30)]
        )
        await rig.sees("Lobby 3 waiting")
        await rig.press("a")
        assert (await rig.hears(c.AdmitPeer)).peer_id == "old"
        await rig.sees("Lobby 2 waiting")
        rig.one("#lobby").focus()
        await rig.press("j", "d")
        assert (await rig.hears(c.DenyPeer)).peer_id == "new"
        await rig.press("A")
        await rig.hears(c.AdmitAll)
        await rig.sees("Nobody is waiting")


async def test_whoever_waits_no_longer_leaves_a_line(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(
            lobby=[knocker("Old", ago_s=60), knocker("Mid", ago_s=30), knocker("New")]
        )
        await rig.sees("Lobby 3 waiting")
        await rig.press("d")
        await rig.sees("Lobby 2 waiting")
        await rig.press("a")
        await rig.sees("Lobby 1 waiting", "People 2")
        await agent.change(lobby=[])
        shown = await rig.sees("Old was not let in", "New waits no longer")
        assert "Mid waits" not in shown


async def test_whoever_is_blocked_leaves_a_line(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(blocked=[BlockedInfo("mal@x", "Mal")])
        await rig.sees("Mal is blocked by a moderator")


async def test_controls_are_told_once(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (180, 50)) as rig:
        for is_locked in (True, False, True):
            sources = {"mic": False}
            await agent.change(controls=ControlsInfo(is_locked, allow_produce_sources=sources))
            await agent.tell(RoomControlsUpdated(is_locked, True, sources, True, True))
        await rig.sees("Only moderators", "The room is open", "The room is locked")
        assert text_of(rig.app).count("microphone") == 1


async def test_l_locks_and_unlocks(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("l")
        assert (await rig.hears(c.UpdateRoomControls)).room_locked is False
        await rig.sees("myRoom  open")
        await rig.press("l")
        assert (await rig.hears(c.UpdateRoomControls, 2)).room_locked is True


@pytest.mark.parametrize(("key", "may_unmute"), [("y", True), ("n", False), ("enter", True)])
async def test_mute_everyone_asks_whether_they_may_unmute(
    agent: FakeAgent, tmp_path: Path, key: str, may_unmute: bool
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("M")
        await rig.sees("Mute everyone?")
        await rig.press(key)
        assert (await rig.hears(c.MuteEveryone)).allow_unmute is may_unmute
        await rig.sees_no("Mute everyone?")


async def test_escape_mutes_nobody(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("M")
        await rig.sees("Mute everyone?")
        heard = asked(agent)
        await rig.press("escape")
        await rig.sees_no("Mute everyone?")
        await asks_nothing(rig, heard)


async def test_after_muting_everyone_they_can_be_allowed_again(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        sources = {"cam": True, "mic": False, "screen": True}
        await agent.change(controls=ControlsInfo(True, allow_produce_sources=sources))
        await rig.press("M")
        await rig.sees("Let everyone use the microphone again")
        await rig.press("a")
        command = await rig.hears(c.UpdateRoomControls)
        assert command.allow_produce_sources == {"mic": True}


async def test_u_and_x_act_on_the_selected(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace", "Linus")
        await rig.press("j", "j", "u")
        command = await rig.hears(c.CloseStreamOfLabel)
        assert (command.labels, command.peer_ids) == (["audio"], ["linus"])
        await rig.press("k", "x")
        command = await rig.hears(c.CloseStreamOfLabel, 2)
        assert (command.labels, command.peer_ids) == (["video"], ["grace"])


async def test_one_cannot_moderate_oneself(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace", "Linus")
        heard = asked(agent)
        await rig.press("u")
        await rig.sees("Select somebody else")
        await asks_nothing(rig, heard)


@pytest.mark.parametrize(("key", "block"), [("y", False), ("b", True)])
async def test_kick_asks_and_can_block(
    agent: FakeAgent, tmp_path: Path, key: str, block: bool
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace")
        await rig.press("K")
        await rig.sees("Remove Grace?")
        await rig.press(key)
        command = await rig.hears(c.KickPeer)
        assert (command.peer_id, command.block) == ("grace", block)
        await rig.sees("People 1", "Grace was removed by a moderator")


async def test_o_makes_and_unmakes_moderators(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace")
        await rig.press("o")
        command = await rig.hears(c.UpdateRole)
        assert (command.peer_id, command.role) == ("grace", "coHost")
        await agent.change(peers=[peer("Grace", role="coHost")])
        await agent.tell(RoomRoleUpdated(PeerId("grace"), "coHost", "guest"))
        await rig.sees("Grace is now a moderator")
        await rig.press("o")
        assert (await rig.hears(c.UpdateRole, 2)).role == "guest"


async def test_own_microphone_camera_and_hand(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("m")
        await rig.hears(c.Mute)
        await rig.sees("♪ muted")
        await rig.press("m")
        await rig.hears(c.Unmute)
        await rig.sees("♪ on")
        await agent.change_me(streams={})
        await rig.sees("♪ off", "▣ off", "mic off")
        await rig.press("m", "v", "r")
        await rig.hears(c.EnableAudio)
        await rig.hears(c.EnableVideo)
        await rig.hears(c.RaiseHand)
        await agent.change_me(hand_raised_at=1.0, streams={"video": "live"})
        await rig.sees("⚑ hand")
        await rig.press("r", "v")
        await rig.hears(c.LowerHand)
        await rig.hears(c.DisableVideo)


async def test_chat_takes_every_key_and_sends_to_everyone(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("c")
        await rig.write("quit K M l?")
        await rig.press("enter")
        command = await rig.hears(c.SendData)
        assert (command.payload, command.to, command.label) == ("quit K M l?", "*", "chat")
        assert rig.app.result is None
        assert not agent.all_heard(c.UpdateRoomControls)
        said = [ChatInfo(ME, "Ada", "quit K M l?", 1.0), ChatInfo(PeerId("g"), "Grace", "no", 2.0)]
        await agent.change(chat=said)
        await rig.sees("You quit K M l?", "Grace no")
        await rig.press("escape", "l")
        await rig.hears(c.UpdateRoomControls)


async def test_slash_commands(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace Hopper")], lobby=[knocker("Linus")])
        await rig.sees("Lobby 1 waiting", "Grace Hopper")
        await rig.press("c")
        for line, kind in (
            ("/admit linus", c.AdmitPeer),
            ("/mute grace", c.CloseStreamOfLabel),
            ("/unlock", c.UpdateRoomControls),
        ):
            await rig.write(line)
            await rig.press("enter")
            await rig.hears(kind)
        await rig.write("/fly")
        await rig.press("enter")
        await rig.sees("There is no command /fly")
        await rig.write("/kick nobody")
        await rig.press("enter")
        await rig.sees("Nobody here is called")
        assert not agent.all_heard(c.SendData)


async def test_a_guest_is_told_why_not(guest_agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(guest_agent, tmp_path, mode="join") as rig:
        await with_others(rig, "Grace")
        heard = asked(guest_agent)
        for key in "aAdlMuxKo":
            await rig.press(key)
        await rig.sees("Only moderators can do that")
        await asks_nothing(rig, heard)
        await rig.press("question_mark")
        shown = await rig.sees("Turn your microphone on or off")
        assert "Admit" not in shown


async def test_becoming_moderator_shows_lobby_and_keys(
    guest_agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(guest_agent, tmp_path, (200, 60), mode="join") as rig:
        await rig.sees_no("Lobby")
        assert "lock" not in rig.one("#keys").shown_actions  # type: ignore[attr-defined]
        await guest_agent.change_me(role="coHost", is_moderator=True)
        await guest_agent.tell(RoomRoleUpdated(ME, "coHost", "guest"))
        await rig.sees("Lobby", "You are now a moderator", "mute all")


async def test_a_refusal_is_said(agent: FakeAgent, tmp_path: Path) -> None:
    async def refuse(command: c.Command) -> None:
        raise PermissionDenied("The server says no.")

    async with meeting(agent, tmp_path) as rig:
        agent.answer(c.UpdateRoomControls, refuse)
        await rig.press("l")
        await rig.sees("The server says no.")


async def test_a_guest_leaves_at_once(guest_agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(guest_agent, tmp_path, mode="join") as rig:
        await rig.press("q")
        await rig.ended()
        assert rig.app.result == TuiResult(0)
        assert (await rig.hears(c.Close)).reason == "LEFT"
        await rig.hears(c.Shutdown)


@pytest.mark.parametrize(("key", "reason"), [("e", "CLOSED"), ("k", "LEFT"), ("enter", "LEFT")])
async def test_the_last_moderator_is_asked(
    agent: FakeAgent, tmp_path: Path, key: str, reason: str
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("q")
        await rig.sees("Leave the meeting?")
        await rig.press("s")
        await rig.sees_no("Leave the meeting?")
        assert rig.app.result is None
        await rig.press("q")
        await rig.sees("Leave the meeting?")
        await rig.press(key)
        await rig.ended()
        assert (await rig.hears(c.Close)).reason == reason


async def test_nobody_is_handed_a_meeting_who_cannot_lead_it(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Recorder", role="bot"), peer("Grace", is_connected=False)])
        await rig.sees("People 3")
        await rig.press("q")
        shown = await rig.sees("Leave the meeting?")
        assert "Make somebody else moderator" not in shown
        await rig.press("enter")
        await rig.ended()
        assert (await rig.hears(c.Close)).reason == "LEFT", "the cursor was not on the end for all"


async def test_the_last_moderator_can_hand_over(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace", "Linus")
        await rig.press("q")
        await rig.sees("Leave the meeting?")
        await rig.press("h")
        await rig.sees("Who becomes moderator?")
        await rig.press("down", "enter")
        command = await rig.hears(c.UpdateRole)
        assert (command.peer_id, command.role) == ("linus", "host")
        await rig.ended()
        assert (await rig.hears(c.Close)).reason == "LEFT"


@pytest.mark.parametrize(
    ("event", "result"),
    [
        (RoomClosed("KICKED", "Grace removed you."), TuiResult(3, "Grace removed you.")),
        (RoomClosed("CLOSED", ""), TuiResult(0, "A moderator ended the meeting.")),
        (RoomClosed("LOST", "Gone."), TuiResult(1, "Gone.")),
    ],
)
async def test_the_end_has_its_reason(
    agent: FakeAgent, tmp_path: Path, event: RoomClosed, result: TuiResult
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.tell(event)
        await rig.ended()
        assert rig.app.result == result


async def test_speaking_shows_on_the_tile_and_in_the_list(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace", "Linus")
        await agent.tell(Levels(None, {PeerId("grace"): -15.0}))
        await rig.until(lambda: len(rig.app.screen.query(".tile.-speaking")) == 1)
        await agent.tell(Levels(None, {PeerId("grace"): -100.0}))
        await rig.until(lambda: not rig.app.screen.query(".tile.-speaking"))


async def test_events_are_told_with_names(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace")
        await agent.tell(NewPeerJoined(PeerId("grace"), "Grace", "guest", {}))
        await agent.tell(HandRaised(PeerId("grace")))
        await rig.sees("Grace joined", "Grace raised a hand")


async def test_pin_and_layout(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await with_others(rig, "Grace", "Linus")

        def largest() -> list[str]:
            tiles = rig.app.screen.query(TileFrame)
            area = max(tile.size.area for tile in tiles)
            return sorted(tile.person.name for tile in tiles if tile.size.area == area)

        await rig.until(lambda: largest() == ["Ada", "Grace", "Linus"])
        await rig.press("2")
        await rig.sees("▲ Linus")
        await rig.until(lambda: largest() == ["Linus"])
        await rig.press("2")
        await rig.until(lambda: largest() == ["Ada", "Grace", "Linus"])
        await agent.tell(Levels(None, {PeerId("linus"): -20.0}))
        await rig.press("g")
        await rig.until(lambda: largest() == ["Linus"])
        await rig.press("9")
        await rig.sees("Nobody has the number 9.")


async def test_the_same_notice_is_not_shown_twice(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("a", "a", "d", "a")
        await rig.sees("Nobody is waiting to be let in.")
        assert text_of(rig.app).count("Nobody is waiting to be let in.") == 1


async def test_a_server_that_is_gone_for_good_ends_the_program(
    agent: FakeAgent, tmp_path: Path
) -> None:
    problems: list[str] = []
    problem = lambda: problems[0] if problems else None  # noqa: E731
    async with meeting(agent, tmp_path, server_problem=problem) as rig:
        problems.append("It keeps stopping.")
        await rig.ended()
        assert rig.app.result == TuiResult(1, "It keeps stopping.")
