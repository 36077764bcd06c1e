"""Tiles under the pilot: cells on the screen are pixels in the buffer, of the right person."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from rich.segment import Segment

from proconf_tui.control import commands as c
from proconf_tui.control.commands import TileRequest
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.pixels import Rgb
from proconf_tui.tui.video.tile import VideoTile
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import Rig, meeting


def noise(request: TileRequest) -> Rgb:
    """Return pixels that depend on person and size, different in every cell."""
    seed = [*map(ord, request.peer_id or "me"), request.width_px, request.height_px]
    shape = (request.height_px, request.width_px, 3)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def in_six_bits(rgb: Rgb) -> Rgb:
    """Return the pixels as they are sent to a terminal."""
    coarse: Rgb = (rgb & np.uint8(0xFC)) | (rgb >> np.uint8(6))
    return coarse


def tile_of(rig: Rig, name: str) -> VideoTile:
    return next(f.tile for f in rig.app.screen.query(TileFrame) if f.person.name == name)


def on_screen(rig: Rig, tile: VideoTile) -> Rgb:
    """Return the pixels that the compositor draws where the tile is."""
    region = tile.region
    pixels = np.zeros((2 * region.height, region.width, 3), np.uint8)
    strips = rig.app.screen._compositor.render_strips()[region.y : region.bottom]
    for y, strip in enumerate(strips):
        cells = [cell for part in strip.crop(region.x, region.right) for cell in _cells(part)]
        for x, (char, fg, bg) in enumerate(cells):
            assert char in "▀ "
            pixels[2 * y, x] = fg if char == "▀" else bg
            pixels[2 * y + 1, x] = bg
    return pixels


def _cells(segment: Segment) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    style = segment.style
    assert style is not None
    fg, bg = (
        tuple(colour.triplet) if colour is not None and colour.triplet else (0, 0, 0)
        for colour in (style.color, style.bgcolor)
    )
    return [(character, fg, bg) for character in segment.text]


async def shows_noise(rig: Rig, name: str, peer_id: str | None) -> None:
    await rig.until(lambda: any(f.person.name == name for f in rig.app.screen.query(TileFrame)))
    tile = tile_of(rig, name)

    def is_shown() -> bool:
        rig.agent.repaint()
        width, height = tile.wanted_px
        wanted = noise(TileRequest(0, PeerId(peer_id) if peer_id else None, "video", width, height))
        return tile.has_picture and np.array_equal(on_screen(rig, tile), in_six_bits(wanted))

    await rig.until(is_shown, f"the picture of {name}")


async def test_cells_are_the_pixels_of_the_right_person(agent: FakeAgent, tmp_path: Path) -> None:
    agent.paint = noise
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace"), peer("Linus"), peer("Dark", streams={})])
        for name, peer_id in (("Ada", None), ("Grace", "grace"), ("Linus", "linus")):
            await shows_noise(rig, name, peer_id)
        assert not tile_of(rig, "Dark").has_picture
        assert {tile.peer_id for tile in agent.tiles} == {None, "grace", "linus"}


async def test_a_change_of_size_asks_again_and_shows_the_new(
    agent: FakeAgent, tmp_path: Path
) -> None:
    agent.paint = noise
    async with meeting(agent, tmp_path, (120, 36)) as rig:
        await shows_noise(rig, "Ada", None)
        await rig.pilot.resize_terminal(80, 24)
        await shows_noise(rig, "Ada", None)
        width, height = tile_of(rig, "Ada").wanted_px
        (asked,) = agent.tiles
        assert (asked.width_px, asked.height_px) == (width, height)


async def test_who_turns_the_camera_off_or_leaves_is_not_seen_again(
    agent: FakeAgent, tmp_path: Path
) -> None:
    agent.paint = noise
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        await shows_noise(rig, "Grace", "grace")
        await agent.change(peers=[peer("Grace", streams={})])
        await rig.until(lambda: not tile_of(rig, "Grace").has_picture)
        await agent.change(peers=[peer("Linus")])
        await shows_noise(rig, "Linus", "linus")


async def test_an_agent_slow_to_change_never_shows_the_wrong_person(
    agent: FakeAgent, tmp_path: Path
) -> None:
    agent.paint = noise
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        await shows_noise(rig, "Grace", "grace")
        await agent.change(peers=[peer("Linus")])
        await rig.sees("─ Linus")
        old = noise(TileRequest(0, PeerId("grace"), "video", *tile_of(rig, "Linus").wanted_px))

        def is_right() -> bool:
            assert agent.pictures is not None
            tile = tile_of(rig, "Linus")
            for slot in range(16):  # pictures still on their way when the tiles changed
                if slot not in {tile.slot for tile in agent.tiles if tile.peer_id != "grace"}:
                    agent.pictures.write(slot, old)
            if tile.has_picture:
                assert not np.array_equal(on_screen(rig, tile), in_six_bits(old))
            agent.repaint()
            return tile.has_picture

        await rig.until(is_right)


async def test_keys_do_not_wait_for_an_agent_that_hangs(agent: FakeAgent, tmp_path: Path) -> None:
    is_asked = asyncio.Event()

    async def hang(_command: c.Command) -> None:
        is_asked.set()
        await asyncio.Event().wait()

    agent.answer(c.ShowTiles, hang)
    async with meeting(agent, tmp_path) as rig:
        await is_asked.wait()
        await rig.press("question_mark")
        await rig.sees("Keys")


async def test_a_dialog_over_the_pictures(agent: FakeAgent, tmp_path: Path) -> None:
    agent.paint = noise
    async with meeting(agent, tmp_path) as rig:
        await shows_noise(rig, "Ada", None)
        await rig.press("question_mark")
        await rig.sees("Keys")
        await rig.press("escape")
        await rig.sees_no("Keys")
        await shows_noise(rig, "Ada", None)


@pytest.mark.parametrize("no_color", [True, False])
async def test_few_colours_are_left_to_textual(
    agent: FakeAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    agent.paint = noise
    async with meeting(agent, tmp_path) as rig:
        tile = tile_of(rig, "Ada")
        await rig.until(lambda: tile.has_picture)
        pixels = on_screen(rig, tile)
        assert np.array_equal(pixels[..., 0], pixels[..., 1]) is no_color
