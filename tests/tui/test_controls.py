"""Room controls, suspension and the blocked: dialogs that show what is so, whoever changed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.control import commands as c
from proconf_tui.control.screen import BlockedInfo, ControlsInfo
from proconf_tui.errors import PermissionDenied
from proconf_tui.tui.screens.controls import ControlsScreen
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import Rig, asked, asks_nothing, meeting

ON = {"cam": True, "mic": True, "screen": True}


def switches(rig: Rig) -> dict[str, str]:
    """Return what the dialog shows, by the key of each switch."""
    dialog = rig.app.screen
    assert isinstance(dialog, ControlsScreen)
    rows = dialog.row_list._rows
    return {key.text.strip(): state.text.strip() for key, state, _ in rows}


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("l", c.UpdateRoomControls(room_locked=False)),
        ("p", c.UpdateRoomControls(allow_produce=False)),
        ("m", c.UpdateRoomControls(allow_produce_sources={"mic": False})),
        ("v", c.UpdateRoomControls(allow_produce_sources={"cam": False})),
        ("s", c.UpdateRoomControls(allow_produce_sources={"screen": False})),
        ("r", c.UpdateRoomControls(allow_consume=False)),
        ("d", c.UpdateRoomControls(allow_send_data=False)),
    ],
)
async def test_each_switch_asks_for_its_own_change_and_shows_it(
    agent: FakeAgent, tmp_path: Path, key: str, change: c.UpdateRoomControls
) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await rig.press("C")
        await rig.sees("Room controls", "esc closes")
        before = switches(rig)
        assert set(before.values()) == {"on"}
        await rig.press(key)
        assert await rig.hears(c.UpdateRoomControls) == change
        await rig.until(lambda: switches(rig) == {**before, key: "off"}, "switched")
        await rig.press("space")
        await rig.hears(c.UpdateRoomControls, 2)
        await rig.until(lambda: switches(rig) == before, "switched back")
        await rig.press("escape")
        await rig.sees_no("Room controls")


async def test_arrows_move_between_the_switches(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("C", "down", "j", "enter")
        assert (await rig.hears(c.UpdateRoomControls)).allow_produce_sources == {"mic": False}


async def test_what_another_moderator_changes_is_seen_at_once(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("C")
        await rig.sees("Room controls")
        theirs = ControlsInfo(False, True, {**ON, "cam": False}, True, True)
        await agent.change(controls=theirs)
        await rig.until(lambda: (switches(rig)["l"], switches(rig)["v"]) == ("off", "off"))
        await rig.press("m")
        await rig.until(lambda: switches(rig)["m"] == "off")
        assert switches(rig)["v"] == "off", "the other's change stays"
        await rig.press("v")
        command = await rig.hears(c.UpdateRoomControls, 2)
        assert command.allow_produce_sources == {"cam": True}


async def test_a_refused_change_is_said_and_the_switch_stays(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async def refuse(command: c.Command) -> None:
        raise PermissionDenied("The server says no.")

    async with meeting(agent, tmp_path) as rig:
        agent.answer(c.UpdateRoomControls, refuse)
        await rig.press("C", "d")
        await rig.sees("The server says no.")
        assert switches(rig)["d"] == "on"


async def test_the_dialog_closes_for_one_who_is_no_moderator_any_more(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("C")
        await rig.sees("Room controls")
        await agent.change_me(role="guest", is_moderator=False)
        await rig.sees_no("Room controls")


@pytest.mark.parametrize("was_locked", [True, False])
async def test_p_suspends_and_brings_back_what_was(
    agent: FakeAgent, tmp_path: Path, was_locked: bool
) -> None:
    async with meeting(agent, tmp_path) as rig:
        sources = {**ON, "screen": False}
        before = ControlsInfo(was_locked, True, sources, True, True)
        await agent.change(controls=before)
        await rig.sees("myRoom  locked" if was_locked else "myRoom  open")
        await rig.press("P")
        await rig.sees("Suspend the meeting?")
        await rig.press("y")
        command = await rig.hears(c.UpdateRoomControls)
        assert command == c.UpdateRoomControls(room_locked=True, allow_produce=False)
        await rig.sees("myRoom  suspended")
        await rig.press("P")
        await rig.sees("myRoom  locked" if was_locked else "myRoom  open")
        assert agent.snapshot.controls == before


async def test_suspending_asks_first(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        for key in ("escape", "n"):
            await rig.press("P")
            await rig.sees("Suspend the meeting?")
            heard = asked(agent)
            await rig.press(key)
            await rig.sees_no("Suspend the meeting?")
        await asks_nothing(rig, heard)


async def test_what_another_has_suspended_stays_locked_when_it_goes_on(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(controls=ControlsInfo(True, False, ON))
        await rig.sees("suspended")
        await rig.press("P")
        assert await rig.hears(c.UpdateRoomControls) == c.UpdateRoomControls(allow_produce=True)
        await rig.sees("myRoom  locked")


async def test_the_blocked_are_listed_and_let_come_again(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await rig.press("B")
        await rig.sees("Nobody is blocked", "esc closes")
        await rig.sees_no("lets them come again")
        await agent.change(
            blocked=[BlockedInfo("guest-1", "Mallory"), BlockedInfo("guest-2"), BlockedInfo("x")]
        )
        await rig.sees("Mallory", "guest-1", "guest-2", "enter lets them come again")
        await rig.press("j", "enter")
        assert (await rig.hears(c.UnblockPeer)).identity == "guest-2"
        await rig.sees_no("guest-2")
        await rig.press("escape", "c")
        await rig.write("/unblock mal")
        await rig.press("enter")
        assert (await rig.hears(c.UnblockPeer, 2)).identity == "guest-1"
        await rig.write("/unblock Bob")
        await rig.press("enter")
        await rig.sees("Nobody here is called 'Bob'")


async def test_slash_opens_the_dialogs(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("c")
        for line, title in (
            ("/controls", "Room controls"),
            ("/blocked", "Nobody is blocked"),
            ("/suspend", "Suspend the meeting?"),
            ("/react", "number, or arrows"),
        ):
            await rig.write(line)
            await rig.press("enter")
            await rig.sees(title)
            await rig.press("escape")
            await rig.sees_no(title)


async def test_they_are_not_for_guests(guest_agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(guest_agent, tmp_path, mode="join") as rig:
        await guest_agent.change(peers=[peer("Grace")])
        heard = asked(guest_agent)
        await rig.press("C", "P", "B")
        await rig.sees("Only moderators can do that")
        await asks_nothing(rig, heard)
