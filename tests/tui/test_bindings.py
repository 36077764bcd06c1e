"""One table: every key has a method, help and footer follow it, users can change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.control import commands as c
from proconf_tui.errors import ConfigError
from proconf_tui.tui.bindings import ACTIONS, GROUPS, Pane, for_footer, resolve, shown
from proconf_tui.tui.screens.meeting import MeetingScreen
from proconf_tui.tui.widgets.chat import ChatInput
from proconf_tui.tui.widgets.key_bar import KeyBar, KeyChip
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import meeting


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_can_be_carried_out(action: object) -> None:
    name = action.name  # type: ignore[attr-defined]
    assert callable(getattr(MeetingScreen, f"do_{name}"))


def test_every_method_stands_in_the_table() -> None:
    methods = {name.removeprefix("do_") for name in dir(MeetingScreen) if name.startswith("do_")}
    assert methods == {action.name for action in ACTIONS}


def test_no_two_actions_share_a_key_or_a_name() -> None:
    keys = [shown(key) for action in ACTIONS for key in action.key_names]
    assert len(keys) == len(set(keys))
    assert len(ACTIONS) == len({action.name for action in ACTIONS})


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"dance": "z"}, "no action 'dance'"),
        ({"lock": "m"}, "both 'microphone' and 'lock'"),
        ({"help": "a"}, "both 'admit' and 'help'"),
        ({"lock": " "}, "needs a key"),
        ({"pin": "a,b"}, "cannot be changed"),
    ],
)
def test_keys_that_make_no_sense_are_refused(keys: dict[str, str], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        resolve(keys)


def test_the_footer_offers_moderators_keys_to_moderators_only() -> None:
    for pane in ("video", "people", "lobby", "events", None):
        offered = for_footer(
            ACTIONS,
            is_moderator=False,
            pane=pane,
            has_lobby=True,
            has_other=True,
            can_talk=True,
        )
        assert not any(action.moderators_only for action in offered)
        assert [action.name for action in offered[-2:]] == ["help", "leave"]


def test_the_footer_follows_the_focus_and_the_lobby() -> None:
    def first(pane: Pane | None, has_lobby: bool, *, can_talk: bool = False) -> list[str]:
        offered = for_footer(
            ACTIONS,
            is_moderator=True,
            pane=pane,
            has_lobby=has_lobby,
            has_other=True,
            can_talk=can_talk,
        )
        return [action.name for action in offered][:5]

    assert first("chat", True) == ["send", "back", "slash"]
    assert first("video", True) == ["admit", "deny", "microphone", "camera", "chat"]
    own = ["microphone", "camera", "chat", "devices"]
    assert first("people", False) == [*own, "mute"]
    assert first("lobby", True) == ["admit", "admit_all", "deny", *own[:2]]
    assert first("people", False, can_talk=True) == ["microphone", "talk", *own[1:]]


async def test_devices_survive_a_selection(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2", "s devices", "q leave")


async def test_what_acts_on_somebody_is_offered_while_somebody_else_is_selected(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (120, 40)) as rig:
        bar = rig.app.screen.query_one(KeyBar)
        await agent.change(peers=[peer("Grace", joined_at=1.0), peer("Linus", joined_at=2.0)])
        await rig.sees("People 3", "r hand", "i invite", "t statistics", "l lock", "M mute all")
        assert "kick" not in bar.shown_actions
        await rig.press("j")
        await rig.until(lambda: "mute" in bar.shown_actions)
        await rig.sees("u mute", "i invite", "l lock", "M mute all")
        await rig.press("k")
        await rig.until(lambda: "mute" not in bar.shown_actions)
        await agent.change(peers=[peer("Linus", joined_at=2.0)])
        await rig.until(lambda: "mute" in bar.shown_actions, "there is one other only")


async def test_statistics_are_offered_where_there_is_room(
    guest_agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(guest_agent, tmp_path, (120, 40)) as rig:
        await guest_agent.change(peers=[peer("Grace")])
        await rig.sees("People 2", "s devices", "t statistics", "q leave")


async def test_a_rebound_key_works_and_the_old_one_does_not(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (200, 60), keys={"lock": "f5", "hand": "l"}) as rig:
        await rig.sees("f5 lock", "l hand")
        await rig.press("l")
        await rig.hears(c.RaiseHand)
        assert not agent.all_heard(c.UpdateRoomControls)
        await rig.press("f5")
        await rig.hears(c.UpdateRoomControls)
        await rig.press("r")
        await rig.press("l")
        await rig.hears(c.RaiseHand, 2)
        assert len(agent.all_heard(c.RaiseHand)) == 2


async def test_help_is_the_table(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (200, 60), keys={"kick": "f8"}) as rig:
        await rig.press("question_mark")
        text = await rig.sees(*GROUPS)
        for action in resolve({"kick": "f8"}):
            assert action.description in text
            assert action.shown_key in text
        assert "f8" in text
        await rig.press("escape")
        await rig.sees_no("Switch between grid")


async def test_help_begins_with_what_is_focused(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        rig.one("#chat-input").focus()
        await rig.press("escape", "question_mark")
        text = await rig.sees("Selected participant")
        assert text.index("Selected participant") < text.index("You\n".strip())


async def test_the_palette_offers_the_table(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("ctrl+p")
        await rig.write("mute all")
        await rig.sees("mute all  (M)")
        await rig.press("down", "enter")
        await rig.sees("Mute everyone?")


async def test_a_click_on_a_key_is_the_key(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        chip = next(
            chip for chip in rig.app.screen.query(".key-chip") if "mic" in str(chip.render())
        )
        await rig.pilot.click(chip)
        await rig.hears(c.Mute)


def test_nothing_is_offered_that_would_act_on_nobody() -> None:
    offered = for_footer(
        ACTIONS,
        is_moderator=True,
        pane="people",
        has_lobby=False,
        has_other=False,
        can_talk=False,
    )
    assert "Selected participant" not in {action.group for action in offered}
    assert "invite" in {action.name for action in offered}


async def test_while_one_writes_the_footer_offers_what_works_there(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await rig.press("c")
        await rig.sees("enter send  esc back  / commands")
        await rig.sees_no("m mic")
        await rig.pilot.click(rig.app.screen.query(KeyChip).last())
        line = rig.app.screen.query_one(ChatInput)
        await rig.until(lambda: line.value == "/", "a command is begun")
        await rig.press("backspace", "h", "i", "enter")
        assert (await rig.hears(c.SendData)).payload == "hi"
        await rig.press("escape")
        await rig.sees("m mic", "q leave")
