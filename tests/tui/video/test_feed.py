"""What is asked of the agent for which tile, and which pictures are offered to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from proconf_tui.control.commands import ShowTiles
from proconf_tui.control.pictures import PictureBuffer
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.video.feed import VideoFeed, Wanted
from proconf_tui.tui.video.modes import HALF, MODES
from proconf_tui.tui.video.picture_settings import PictureChoice, PictureSettings
from proconf_tui.tui.video.pixels import Rgb
from proconf_tui.tui.video.tile import VideoTile

GRACE = Wanted(PeerId("grace"))


class Tile(VideoTile):
    """A tile of a size, without an app."""

    cells = (10, 4)

    def __init__(self) -> None:
        super().__init__("key", "Name")
        self.offered: list[Rgb] = []

    @property
    def wanted_px(self) -> tuple[int, int]:
        return self.mode.size_px(*self.cells)

    def offer(self, rgb: Rgb) -> bool:
        self.offered.append(rgb)
        return super().offer(rgb)


class Agent:
    """Remembers what it was asked for, and shares the buffer."""

    def __init__(self, directory: Path) -> None:
        self.asked: list[ShowTiles] = []
        self.choice = PictureChoice(PictureSettings(cell_aspect=0.6))
        self.feed = VideoFeed(directory / "pictures", self.ask, self.choice)
        self.feed.open()
        self.buffer = PictureBuffer.open(self.feed.path)

    async def ask(self, tiles: ShowTiles) -> None:
        self.asked.append(tiles)

    async def settle(self, tiles: dict[Wanted, VideoTile]) -> ShowTiles:
        """Watch these tiles, and return what the agent is asked for."""
        for _ in range(2):
            self.feed.watch(tiles)
            if (request := self.feed.settled()) is not None:
                await self.feed.ask(request)
        return self.asked[-1]

    def has_news(self) -> bool:
        return self.feed.has_news

    def write(self, slot: int, width_px: int, height_px: int) -> None:
        self.buffer.write(slot, np.full((height_px, width_px, 3), 99, np.uint8))


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    agent = Agent(tmp_path)
    yield agent
    agent.buffer.close()
    agent.feed.close()


async def test_tiles_are_asked_for_as_they_are_drawn(agent: Agent) -> None:
    tiles: dict[Wanted, VideoTile] = {
        GRACE: Tile(),
        Wanted(None): Tile(),
        Wanted(None, "screen"): Tile(),
    }
    grace, me, my_screen = (await agent.settle(tiles)).tiles
    assert (grace.width_px, grace.height_px) == HALF.size_px(*Tile.cells)
    assert grace.pixel_aspect == pytest.approx(1.2)
    assert grace.fit == "letterbox"
    assert [tile.is_mirrored for tile in (grace, me, my_screen)] == [False, True, False]


async def test_another_choice_asks_anew(agent: Agent) -> None:
    tile = Tile()
    await agent.settle({GRACE: tile})
    agent.choice.mode = MODES["sextant"]
    agent.choice.change_fit()
    (asked,) = (await agent.settle({GRACE: tile})).tiles
    assert tile.mode is MODES["sextant"]
    assert (asked.width_px, asked.height_px) == (20, 12)
    assert asked.pixel_aspect == pytest.approx(0.9)
    assert asked.fit == "crop"
    assert len(agent.asked) == 2


def test_a_size_that_still_changes_is_not_asked_for(agent: Agent) -> None:
    tile = Tile()
    agent.feed.watch({GRACE: tile})
    for width in range(20, 40):
        tile.cells = (width, 4)
        assert agent.feed.settled() is None
    request = agent.feed.settled()
    assert request is not None
    assert [each.width_px for each in request.tiles] == [39]
    assert agent.feed.settled() is None


def test_a_tile_refuses_other_sizes_than_its_own() -> None:
    tile = Tile()
    width, height = tile.wanted_px
    for shape in ((height + 2, width), (height, width - 1), (2, 2)):
        assert not tile.offer(np.zeros((*shape, 3), np.uint8))
    assert not tile.has_news
    assert tile.offer(np.zeros((height, width, 3), np.uint8))
    assert tile.has_news


async def test_a_picture_is_offered_once(agent: Agent) -> None:
    tile = Tile()
    (asked,) = (await agent.settle({GRACE: tile})).tiles
    assert not agent.has_news()
    agent.write(asked.slot, asked.width_px, asked.height_px)
    assert agent.has_news()
    agent.feed.tick()
    agent.feed.tick()
    assert len(tile.offered) == 1
    assert agent.has_news()  # the tile has not been drawn
    tile.clear()
    assert not agent.has_news()


async def test_a_tile_that_was_not_asked_for_is_not_trusted(agent: Agent) -> None:
    without_room = Tile()
    without_room.cells = (0, 0)
    await agent.settle({GRACE: Tile(), Wanted(None): without_room})
    without_room.cells = (10, 4)
    for slot in range(len(agent.buffer)):
        agent.write(slot, 10, 8)
    agent.feed.tick()
    assert not without_room.offered


async def test_slots_that_change_hands_while_the_agent_answers_are_not_trusted(
    agent: Agent,
) -> None:
    linus, tile = Wanted(PeerId("linus")), Tile()
    agent.feed.watch({GRACE: tile})
    agent.feed.settled()
    request = agent.feed.settled()
    assert request is not None
    for wanted in (linus, GRACE):
        agent.feed.watch({wanted: tile})
    await agent.feed.ask(request)
    for slot in range(len(agent.buffer)):
        agent.write(slot, 10, 8)
    assert not agent.has_news()


async def test_a_picture_of_another_size_waits_for_a_tile_of_that(agent: Agent) -> None:
    tile = Tile()
    (asked,) = (await agent.settle({GRACE: tile})).tiles
    agent.write(asked.slot, 20, 12)
    agent.feed.tick()
    assert len(tile.offered) == 1
    assert not tile.has_news
    assert not agent.has_news()
    tile.cells = (20, 6)
    agent.feed.tick()
    assert tile.has_news
