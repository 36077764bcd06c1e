"""A shared screen: its tile, who is told of it, and what keys do with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proconf_tui.control.commands import CloseStreamOfLabel, TileRequest
from proconf_tui.control.events import StreamAdded, StreamClosed
from proconf_tui.control.screen import PeerInfo
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.tui.video.feed import MAX_PIXELS, SLOTS
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.grid import VideoGrid
from proconf_tui.tui.video.pacing import MOST_THRESHOLD
from proconf_tui.tui.video.subjects import TileKey
from proconf_tui.tui.video.tile import VideoTile
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import SIZES, Rig, meeting, text_of

BOTH: dict[Label, Any] = {"audio": "live", "video": "live"}
SHARING: dict[Label, Any] = {**BOTH, "screen": "live"}
GRACE, LINUS = peer("Grace", joined_at=1.0), peer("Linus", joined_at=2.0)
SCREEN = TileKey(PeerId("grace"), "screen")


def sharing(name: str = "Grace", joined_at: float = 1.0) -> PeerInfo:
    return peer(name, joined_at=joined_at, streams=SHARING)


def large(rig: Rig) -> TileKey | None:
    """Return the tile that is larger than every other."""
    areas = {one.subject.key: one.region.area for one in rig.app.screen.query(TileFrame)}
    first, *rest = sorted(areas, key=lambda key: -areas[key])
    return first if not rest or areas[first] > areas[rest[0]] else None


def tile_of(rig: Rig, key: TileKey) -> VideoTile:
    return next(one.tile for one in rig.app.screen.query(TileFrame) if one.subject.key == key)


def asked_for(agent: FakeAgent) -> dict[TileKey, TileRequest]:
    return {TileKey(one.peer_id or PeerId("me"), one.label): one for one in agent.tiles}


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_it_gets_the_floor_and_gives_back_what_was_before(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with meeting(agent, tmp_path, size) as rig:
        await agent.change(peers=[GRACE, LINUS])
        await rig.sees("People 3")
        await rig.until(lambda: large(rig) is None)
        await agent.change(peers=[sharing(), LINUS])
        await agent.tell(StreamAdded(GRACE.peer_id, "screen"))
        await rig.sees("Grace's screen", "Grace shares a screen", " ▤ ")
        await rig.until(lambda: large(rig) == SCREEN)
        await rig.until(lambda: len(agent.tiles) == 4, "both pictures of hers")
        await agent.change(peers=[GRACE, LINUS])
        await agent.tell(StreamClosed(GRACE.peer_id, "screen", "STOPPED"))
        await rig.sees_no("Grace's screen")
        await rig.until(lambda: large(rig) is None)
        await rig.until(lambda: len(agent.tiles) == 3)


async def test_numbers_of_people_stay_and_the_screen_has_the_next(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[GRACE, LINUS])
        await rig.press("2")
        await rig.sees("▲ Linus", "pinned 2")
        await agent.change(peers=[sharing(), LINUS])
        await rig.sees("Grace's screen")
        await rig.until(lambda: large(rig) == TileKey(LINUS.peer_id), "what was pinned stays")
        await rig.press("4")
        await rig.sees("▲ Grace's screen", "pinned 4")
        await rig.until(lambda: large(rig) == SCREEN)
        await rig.press("1")
        await rig.sees("▲ Grace ─")


async def test_it_can_be_left_for_the_grid_and_found_again(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.press("0")
        await rig.sees("Nobody shares a screen.")
        await agent.change(peers=[sharing(), LINUS])
        await rig.until(lambda: large(rig) == SCREEN)
        await rig.press("g")
        await rig.until(lambda: large(rig) is None)
        await rig.press("0")
        await rig.sees("▲ Grace's screen")
        await rig.until(lambda: large(rig) == SCREEN)
        await rig.press("0")
        await rig.until(lambda: large(rig) is None)


async def test_pictures_get_all_the_room_until_a_pane_is_wanted(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(peers=[sharing()])
        await rig.until(lambda: SCREEN in asked_for(agent))
        before = asked_for(agent)[SCREEN]
        await rig.press("z")
        await rig.until(lambda: asked_for(agent)[SCREEN].width_px > before.width_px)
        assert not rig.one("#side").display
        await rig.press("r", "c")
        await rig.until(lambda: rig.one("#side").display, "the chat is written in")
        await rig.press("escape", "z")
        await rig.until(lambda: not rig.one("#side").display)
        await rig.press("tab")
        await rig.until(lambda: rig.one("#people").has_focus)
        assert rig.one("#side").display


async def test_nothing_of_it_is_cut_off(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[sharing()])
        await rig.press("f")
        camera = TileKey(GRACE.peer_id)
        await rig.until(lambda: (one := asked_for(agent).get(camera)) and one.fit == "crop")
        assert asked_for(agent)[SCREEN].fit == "letterbox"


@pytest.mark.parametrize("height", [24, 36, 50])
async def test_it_is_never_narrower_in_a_wider_terminal(
    agent: FakeAgent, tmp_path: Path, height: int
) -> None:
    async with meeting(agent, tmp_path, (60, height)) as rig:
        await agent.change(peers=[sharing(), LINUS])
        await rig.until(lambda: large(rig) == SCREEN)
        widths = [tile_of(rig, SCREEN).region.width]
        for width in (80, 99, 100, 120, 159, 160, 200, 240):
            await rig.pilot.resize_terminal(width, height)
            await rig.until(lambda width=width: rig.one("#keys").region.width == width)  # type: ignore[misc]
            widths.append(tile_of(rig, SCREEN).region.width)
        assert widths == sorted(widths), widths
        assert rig.one("#side").region.width == 42


async def test_one_that_stands_still_keeps_its_tile(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[sharing()])
        await rig.until(lambda: SCREEN in asked_for(agent))
        paused = peer("Grace", joined_at=1.0, streams={**BOTH, "screen": "paused"})
        await agent.change(peers=[paused])
        await rig.sees("Grace's screen", "paused 3")
        await rig.until(lambda: SCREEN not in asked_for(agent))


async def test_a_slide_stays_though_nothing_new_comes_until_it_is_held_back(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[sharing()])
        await rig.sees("Grace's screen")
        await rig.until(lambda: tile_of(rig, SCREEN).has_picture)
        await rig.sees("slow line")
        assert not tile_of(rig, TileKey(GRACE.peer_id)).has_picture
        assert tile_of(rig, SCREEN).has_picture
        assert agent.pictures is not None
        agent.pictures.clear(asked_for(agent)[SCREEN].slot)
        await rig.until(lambda: text_of(rig.app).count("slow line") == 2)
        assert not tile_of(rig, SCREEN).has_picture


async def test_what_i_share_myself_is_mine(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[GRACE])
        await agent.change_me(streams=SHARING)
        await rig.sees("Your screen")
        await rig.until(lambda: TileKey(PeerId("me"), "screen") in asked_for(agent))
        assert large(rig) is None
        assert not asked_for(agent)[TileKey(PeerId("me"), "screen")].is_mirrored


async def test_there_are_no_more_pictures_than_slots_and_the_screen_has_one(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (200, 60)) as rig:
        crowd = [peer(f"Guest {n}", joined_at=float(n)) for n in range(20)]
        last = sharing("Zoe", 30.0)
        await agent.change(peers=[*crowd, last])
        await rig.sees("Zoe's screen")
        await rig.press("g")
        await rig.until(lambda: len(agent.tiles) == SLOTS)
        assert TileKey(last.peer_id, "screen") in asked_for(agent)
        grid = rig.app.screen.query_one(VideoGrid)
        assert len(grid.tiles()) == SLOTS


async def test_a_tile_of_a_very_large_terminal_fits_its_slot(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (480, 130)) as rig:
        await agent.change(peers=[sharing()])
        await rig.press("p", "p", "z", "0")
        await rig.until(lambda: (one := asked_for(agent).get(SCREEN)) and one.width_px > 800)
        request = asked_for(agent)[SCREEN]
        assert request.width_px * request.height_px <= MAX_PIXELS


async def test_it_is_never_drawn_roughly(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[sharing()])
        await rig.until(lambda: {SCREEN, TileKey(GRACE.peer_id)} <= asked_for(agent).keys())
        await rig.until(lambda: all(tile.has_picture for tile in rig.app.screen.query(VideoTile)))
        camera, screen = tile_of(rig, TileKey(GRACE.peer_id)), tile_of(rig, SCREEN)
        await rig.until(lambda: _share_drawn_anew(camera) < 0.5, "small changes are held back")
        assert _share_drawn_anew(screen) == 1.0


def _share_drawn_anew(tile: VideoTile) -> float:
    """Return how much is drawn of a small change, where there is no room for small changes."""
    width, height = tile.wanted_px
    share = 0.0
    for shade in (100, 120):
        assert tile.offer(np.full((height, width, 3), shade, np.uint8))
        changed = tile.take(MOST_THRESHOLD)
        assert changed is not None
        share = float(changed.mean())
    return share


async def test_moderators_stop_it(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[sharing()])
        await rig.sees("Grace's screen")
        await rig.press("x")
        await rig.sees("What of Grace is to stop?", "The screen they share", "Their camera")
        await rig.press("s")
        assert await rig.hears(CloseStreamOfLabel) == CloseStreamOfLabel(
            ["screen"], [GRACE.peer_id]
        )
        await agent.change(peers=[peer("Grace", joined_at=1.0, streams={"screen": "live"})])
        await rig.sees("mic off")
        await rig.press("x")
        assert (await rig.hears(CloseStreamOfLabel, 2)).labels == ["screen"]


async def test_the_end_is_told_in_words(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (200, 60)) as rig:
        await agent.change(peers=[sharing()])
        await agent.tell(StreamClosed(GRACE.peer_id, "screen", "STOPPED"))
        await rig.sees("Grace stopped sharing a screen")
        await agent.tell(StreamClosed(GRACE.peer_id, "screen", "MODERATOR"))
        await rig.sees("Grace’s screen was stopped by", "moderator")
