"""Decoded pictures → the size of their tiles → the slots of the picture buffer.

It asks for each tile's newest picture thirty times a second; it knows no room and no device, only
what has the newest frame of a stream. Scaling runs in a thread of its own: a tile
takes a fraction of a millisecond, sixteen of them would still be felt by the media loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Protocol

import av

from proconf_tui.control.commands import TileRequest
from proconf_tui.control.pictures import PictureBuffer
from proconf_tui.errors import LimitExceeded
from proconf_tui.media.video_scaling import Pixels, Scaler
from proconf_tui.protocol.ids import Label, PeerId

_log = logging.getLogger(__name__)

INTERVAL_S: Final = 1 / 30
_MOST_ASPECT: Final = 10


class Views(Protocol):
    """What there is to see; ``peer_id`` None is oneself."""

    def frame_of(self, peer_id: PeerId | None, label: Label) -> av.VideoFrame | None:
        """Return the newest frame of a stream, None while there is none."""

    def is_camera(self, peer_id: PeerId | None) -> bool:
        """Return whether the pictures are a camera's, so that they may be shown mirrored."""


class _Tile:
    """One tile's scaler and the frame its slot shows now."""

    def __init__(self, request: TileRequest) -> None:
        self.request = request
        self.scaler = Scaler()
        self.shown: av.VideoFrame | None = None
        self.is_mirrored = False
        self.is_as_wanted = True
        """Whether what is shown is as ``request`` has it."""

    def is_for(self, request: TileRequest) -> bool:
        """Return whether ``request`` wants the same stream, in whatever size."""
        own = self.request
        return (own.peer_id, own.label) == (request.peer_id, request.label)

    def resized(self, request: TileRequest) -> _Tile:
        """Return the tile in its new size, which is drawn anew even if nothing moves."""
        if request != self.request:
            self.request, self.is_as_wanted = request, False
        return self


class PictureFeed:
    """Keeps the buffer's slots up to date while `run` runs."""

    def __init__(self, path: Path, views: Views) -> None:
        """Map the buffer at ``path``.

        Raises:
            InvalidMessage: it is no picture buffer.
        """
        self._buffer = PictureBuffer.open(path)
        self._views = views
        self._tiles: dict[int, _Tile] = {}
        self._has_tiles = asyncio.Event()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="pictures")

    async def show(self, requests: list[TileRequest]) -> None:
        """Write for these tiles from now on; slots that change hands are emptied first.

        Raises:
            LimitExceeded: a slot is not in the buffer, or a tile has no or too many pixels.
        """
        for request in requests:
            self._check(request)
        before, self._tiles = self._tiles, {}
        kept = [one for one in requests if one.slot in before and before[one.slot].is_for(one)]
        changed = before.keys() - {one.slot for one in kept}
        # In the scaling thread, after whatever it still writes for the tiles of before.
        await self._in_thread(self._clear, list(changed))
        self._tiles = {one.slot: _Tile(one) for one in requests}
        self._tiles |= {one.slot: before[one.slot].resized(one) for one in kept}
        if self._tiles:
            self._has_tiles.set()
        else:
            self._has_tiles.clear()

    async def run(self) -> None:
        """Write new pictures until cancelled."""
        now = asyncio.get_running_loop().time
        due_at = now()
        while await self._has_tiles.wait():
            work = [(tile, frame) for tile in self._tiles.values() if (frame := self._news(tile))]
            if work:
                await self._in_thread(self._write, work)
            due_at = max(due_at + INTERVAL_S, now())
            await asyncio.sleep(due_at - now())

    def close(self) -> None:
        """Unmap the buffer, once what is being written is."""
        self._executor.shutdown(wait=True)
        self._buffer.close()

    def _check(self, request: TileRequest) -> None:
        if not 0 <= request.slot < len(self._buffer):
            raise LimitExceeded(f"There are {len(self._buffer)} slots for tiles.")
        if min(request.width_px, request.height_px) < 1:
            raise LimitExceeded("A tile needs at least one pixel.")
        if request.width_px * request.height_px > self._buffer.max_pixels:
            raise LimitExceeded(f"A tile has at most {self._buffer.max_pixels} pixels.")
        if not 1 / _MOST_ASPECT <= request.pixel_aspect <= _MOST_ASPECT:
            raise LimitExceeded(f"A pixel is at most {_MOST_ASPECT} times as long as it is wide.")

    def _news(self, tile: _Tile) -> av.VideoFrame | None:
        request = tile.request
        frame = self._views.frame_of(request.peer_id, request.label)
        if frame is tile.shown and tile.is_as_wanted:
            return None
        tile.shown, tile.is_as_wanted = frame, True
        tile.is_mirrored = request.is_mirrored and self._views.is_camera(request.peer_id)
        if frame is None:
            self._executor.submit(self._buffer.clear, request.slot)
        return frame

    async def _in_thread(self, function: Callable[..., None], argument: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._executor, function, argument)

    def _clear(self, slots: list[int]) -> None:
        for slot in slots:
            self._buffer.clear(slot)

    def _write(self, work: list[tuple[_Tile, av.VideoFrame]]) -> None:
        for tile, frame in work:
            request = tile.request
            try:
                rgb = _scaled(tile, frame, request)
            except (av.FFmpegError, ValueError):
                _log.warning("a picture could not be scaled", exc_info=True)
                continue
            self._buffer.write(request.slot, rgb)


def _scaled(tile: _Tile, frame: av.VideoFrame, request: TileRequest) -> Pixels:
    return tile.scaler.scale(
        frame,
        request.width_px,
        request.height_px,
        fit=request.fit,
        pixel_aspect=request.pixel_aspect,
        is_mirrored=tile.is_mirrored,
        is_sharpened=request.label == "screen",
    )
