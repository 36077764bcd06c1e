"""Everybody's volume, by steps and by keys."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from proconf_tui.control import commands as c
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.screens.meeting_sound import VOLUMES
from proconf_tui.tui.widgets.participants import ParticipantsPane
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import asked, asks_nothing, meeting

GRACE = PeerId("grace")


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
