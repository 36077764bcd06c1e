"""The newest pictures get into the slots of their tiles, scaled as each tile wants them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from proconf_tui.agent.pictures import PictureFeed
from proconf_tui.control.commands import TileRequest
from proconf_tui.control.pictures import PictureBuffer, Rgb
from proconf_tui.errors import LimitExceeded
from proconf_tui.protocol.ids import Label, PeerId
from tests.support.meeting import until

BEN = PeerId("ben")


def _frame(luma: int, *, width: int = 64, height: int = 36) -> av.VideoFrame:
    """A picture whose left half is black."""
    picture = np.full((height * 3 // 2, width), 128, np.uint8)
    picture[:height] = luma
    picture[:height, : width // 2] = 16
    return av.VideoFrame.from_ndarray(picture, format="yuv420p")


class _Screen:
    """A screen's buffer, and what there is to be seen."""

    def __init__(self, path: Path) -> None:
        self.buffer = PictureBuffer.create(path, slots=3, max_pixels=80 * 80)
        self.frames: dict[tuple[PeerId | None, Label], av.VideoFrame] = {}
        self.looks = 0
        self.has_camera = True
        self.feed = PictureFeed(path, self)

    def is_camera(self, peer_id: PeerId | None) -> bool:
        return peer_id is None and self.has_camera

    def frame_of(self, peer_id: PeerId | None, label: Label) -> av.VideoFrame | None:
        self.looks += 1
        return self.frames.get((peer_id, label))

    async def picture(self, slot: int, shape: tuple[int, int]) -> Rgb:
        """Wait for a picture of that height and width in the slot and return it."""

        def has_come() -> bool:
            held = self.buffer.read(slot)
            return held is not None and held.rgb.shape[:2] == shape

        await until(has_come)
        held = self.buffer.read(slot)
        assert held is not None
        return held.rgb


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[_Screen]:
    async with _running(tmp_path / "pictures") as made:
        yield made


@contextlib.asynccontextmanager
async def _running(path: Path) -> AsyncIterator[_Screen]:
    made = _Screen(path)
    running = asyncio.create_task(made.feed.run())
    yield made
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await asyncio.to_thread(made.feed.close)
    made.buffer.close()


def _tile(width_px: int = 32, height_px: int = 18, **how: Any) -> TileRequest:
    return TileRequest(0, BEN, "video", width_px, height_px, **how)


def _edges(rgb: Rgb) -> tuple[int, int]:
    """Return how bright the left and right ends of the middle row are."""
    row = rgb[len(rgb) // 2].mean(axis=1)
    return round(float(row[1])), round(float(row[-2]))


async def test_the_newest_picture_is_shown_in_the_size_of_its_tile(screen: _Screen) -> None:
    screen.frames[BEN, "video"] = _frame(235)
    await screen.feed.show([_tile()])
    assert _edges(await screen.picture(0, (18, 32))) == (0, 253)
    shown = screen.buffer.sequence(0)
    screen.frames[BEN, "video"] = _frame(128)
    await until(lambda: screen.buffer.sequence(0) > shown)
    assert _edges(await screen.picture(0, (18, 32)))[1] < 150


async def test_a_tile_that_changes_is_drawn_anew_even_if_nothing_moves(screen: _Screen) -> None:
    screen.frames[BEN, "video"] = _frame(235)
    await screen.feed.show([_tile()])
    await screen.picture(0, (18, 32))
    await screen.feed.show([_tile(16, 20)])
    assert (await screen.picture(0, (20, 16)))[0].max() == 0
    await screen.feed.show([_tile(16, 20, fit="crop")])
    await until(lambda: (held := screen.buffer.read(0)) is not None and held.rgb[0].max() > 200)


async def test_the_self_view_is_mirrored_though_nobody_watches_it(screen: _Screen) -> None:
    screen.frames[None, "video"] = _frame(235)
    await screen.feed.show([TileRequest(1, None, "video", 32, 18, is_mirrored=True)])
    assert _edges(await screen.picture(1, (18, 32))) == (253, 0)


async def test_what_no_camera_delivers_is_never_mirrored(screen: _Screen) -> None:
    screen.has_camera = False
    screen.frames[None, "video"] = screen.frames[BEN, "video"] = _frame(235)
    wishes = [
        TileRequest(n, who, "video", 32, 18, is_mirrored=True) for n, who in ((0, BEN), (1, None))
    ]
    await screen.feed.show(wishes)
    assert _edges(await screen.picture(0, (18, 32))) == (0, 253)
    assert _edges(await screen.picture(1, (18, 32))) == (0, 253)
    screen.has_camera = True
    screen.frames[None, "video"] = _frame(235)
    await until(lambda: (held := screen.buffer.read(1)) is not None and held.rgb[9, 1].max() > 200)


async def test_pixels_that_are_not_square_keep_the_aspect(screen: _Screen) -> None:
    screen.frames[BEN, "video"] = _frame(235)
    await screen.feed.show([_tile(64, 36, pixel_aspect=0.5)])
    rgb = await screen.picture(0, (36, 64))
    assert np.flatnonzero(rgb[:, -1].mean(axis=1) > 100).tolist() == list(range(9, 27))


async def test_a_slot_is_empty_once_there_is_no_picture_or_another_stream(screen: _Screen) -> None:
    screen.frames[BEN, "video"] = _frame(235)
    await screen.feed.show([_tile()])
    await screen.picture(0, (18, 32))
    await screen.feed.show([TileRequest(0, PeerId("eve"), "video", 32, 18)])
    assert screen.buffer.read(0) is None
    await screen.feed.show([_tile()])
    await screen.picture(0, (18, 32))
    screen.frames.clear()
    await until(lambda: screen.buffer.read(0) is None)


async def test_a_picture_that_ends_while_its_tile_changes_is_gone_too(screen: _Screen) -> None:
    screen.frames[BEN, "video"] = _frame(235)
    await screen.feed.show([_tile()])
    await screen.picture(0, (18, 32))
    screen.frames.clear()
    await screen.feed.show([_tile(fit="crop")])
    await until(lambda: screen.buffer.read(0) is None)


async def test_without_tiles_nothing_is_looked_at(screen: _Screen, tmp_path: Path) -> None:
    await screen.feed.show([_tile()])
    await until(lambda: screen.looks > 2)
    await screen.feed.show([])
    looks = screen.looks
    async with _running(tmp_path / "others") as other:
        await other.feed.show([_tile()])
        await until(lambda: other.looks > 3)
    assert screen.looks <= looks + 1


@pytest.mark.parametrize(
    "tile",
    [
        TileRequest(3, BEN, "video", 32, 18),
        _tile(0, 18),
        _tile(81, 80),
        _tile(pixel_aspect=0.0),
        _tile(pixel_aspect=float("nan")),
    ],
)
async def test_a_tile_that_fits_nowhere_is_refused(screen: _Screen, tile: TileRequest) -> None:
    with pytest.raises(LimitExceeded):
        await screen.feed.show([tile])


async def test_writing_on_a_screen_is_drawn_more_clearly_than_a_face(screen: _Screen) -> None:
    lines = np.full((54, 64), 128, np.uint8)
    lines[:36] = np.where(np.arange(64) % 16 < 3, 160, 90)[np.newaxis]
    frame = av.VideoFrame.from_ndarray(lines, format="yuv420p")
    screen.frames[BEN, "video"] = screen.frames[BEN, "screen"] = frame
    await screen.feed.show([_tile(), TileRequest(1, BEN, "screen", 32, 18)])
    face, writing = [(await screen.picture(slot, (18, 32))).astype(int) for slot in (0, 1)]
    assert np.ptp(writing) > 1.3 * np.ptp(face)
