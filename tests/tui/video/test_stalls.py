"""Which pictures have stopped coming, and what is shown instead of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.control.screen import ControlsInfo, Levels
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.stalls import STALLED_AFTER_S, Stalls
from proconf_tui.tui.video.tile import VideoTile
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import Rig, meeting, text_of


def looked(stalls: Stalls[str], start: float, lasting: float, **sequences: int) -> set[str]:
    """Look ten times a second at numbers that stay; return what stands still in the end."""
    still: set[str] = set()
    for step in range(1, round(10 * lasting) + 1):
        still = set(stalls.look(sequences, start + step / 10))
    return still


def test_what_stands_still_for_long_is_found_and_lost_with_the_next_picture() -> None:
    stalls = Stalls[str]()
    assert looked(stalls, 0.0, STALLED_AFTER_S - 0.5, ben=1, eve=1) == set()
    assert stalls.look({"ben": 1, "eve": 2}, STALLED_AFTER_S - 0.4) == set()
    assert looked(stalls, STALLED_AFTER_S - 0.4, 1.0, ben=1, eve=2) == {"ben"}
    assert stalls.look({"ben": 2, "eve": 2}, STALLED_AFTER_S + 0.7) == set()


def test_who_stopped_looking_has_not_waited() -> None:
    stalls = Stalls[str]()
    looked(stalls, 0.0, 1.0, ben=1)
    assert stalls.look({"ben": 1}, 3600.0) == set()
    assert looked(stalls, 3600.0, STALLED_AFTER_S, ben=1) == {"ben"}


def test_who_is_watched_anew_is_waited_for_anew() -> None:
    stalls = Stalls[str]()
    assert looked(stalls, 0.0, STALLED_AFTER_S + 1, ben=1) == {"ben"}
    assert looked(stalls, 10.0, 0.1) == set()
    assert looked(stalls, 11.0, 1.0, ben=1) == set()


def tile(rig: Rig, name: str) -> VideoTile:
    return next(f.tile for f in rig.app.screen.query(TileFrame) if f.person.name == name)


async def is_seen(rig: Rig, name: str) -> None:
    await rig.sees(f"─ {name}")
    await rig.until(lambda: tile(rig, name).has_picture, f"the picture of {name}")


def take_away(rig: Rig, peer_id: str) -> None:
    """Empty somebody's slot, as the agent does when the server feeds it no more."""
    pictures = rig.agent.pictures
    assert pictures is not None
    for one in rig.agent.tiles:
        if one.peer_id == peer_id:
            pictures.clear(one.slot)


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)], ids=str)
async def test_a_picture_that_is_held_back_gives_way_to_a_card_and_comes_back(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with meeting(agent, tmp_path, size) as rig:
        await agent.change(peers=[peer("Grace Hopper")])
        await is_seen(rig, "Grace Hopper")
        take_away(rig, "grace-hopper")
        await agent.tell(Levels(None, {PeerId("grace-hopper"): -15.0}))
        await rig.sees("GH", "slow line", "━")
        await rig.until(lambda: not rig.app.feed.has_news, "peace: an empty slot is no news")
        assert tile(rig, "Ada").has_picture
        agent.repaint()
        await rig.sees_no("slow line")
        await is_seen(rig, "Grace Hopper")


async def test_a_picture_that_never_came_is_excused_too(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        agent.repaint = lambda: None  # type: ignore[method-assign]
        await agent.change(peers=[peer("Grace"), peer("Dark", streams={"audio": "live"})])
        await rig.sees("slow line")
        assert text_of(rig.app).count("slow line") == 1


async def test_a_line_is_not_blamed_for_what_the_room_forbids(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        await is_seen(rig, "Grace")
        await agent.change(controls=ControlsInfo(allow_consume=False))
        take_away(rig, "grace")
        await rig.until(lambda: not tile(rig, "Grace").has_picture, "the card")
        assert "slow line" not in text_of(rig.app)
        await agent.change(controls=ControlsInfo())
        await rig.sees("slow line")
        await agent.change(peers=[peer("Grace", is_connected=False)])
        await rig.sees_no("slow line")
