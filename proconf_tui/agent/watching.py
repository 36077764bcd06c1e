"""Which streams the tiles on a screen show, and how many of their pixels that takes.

It knows no room: whether somebody publishes what a tile is for is the server's business.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from proconf_tui.control.commands import TileRequest
from proconf_tui.media.fitting import fitted_size
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.sdk import WatchedStream

_USUAL_ASPECT: Final = (16, 9)

_MOST_PX: Final = 8192
"""A side the server takes."""

_Size = tuple[int, int]


def watched(tiles: Iterable[TileRequest]) -> list[WatchedStream]:
    """Return what these tiles show of others, each stream once, in the largest size it has."""
    sizes: dict[tuple[PeerId, Label], _Size] = {}
    for tile in tiles:
        if tile.peer_id is not None:
            stream = tile.peer_id, tile.label
            sizes[stream] = _larger(sizes.get(stream, (1, 1)), _needed(tile))
    return [
        WatchedStream(peer_id, label, width, height)
        for (peer_id, label), (width, height) in sizes.items()
    ]


def _needed(tile: TileRequest) -> _Size:
    """Return the box of square pixels, at least as fine as the tile's, that its picture fills."""
    finer = max(1.0, 1.0 / tile.pixel_aspect)
    width = math.ceil(tile.width_px * tile.pixel_aspect * finer)
    height = math.ceil(tile.height_px * finer)
    if tile.fit == "crop":
        # Whoever sends it fits it into a box, by an aspect that is known only there.
        width, height = fitted_size(_USUAL_ASPECT, (width, height), "crop")
    return min(width, _MOST_PX), min(height, _MOST_PX)


def _larger(one: _Size, other: _Size) -> _Size:
    return max(one[0], other[0]), max(one[1], other[1])
