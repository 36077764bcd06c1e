"""Tiles become the streams to watch, in the pixels that it takes to show them."""

from __future__ import annotations

from typing import Any

import pytest

from proconf_tui.agent.watching import watched
from proconf_tui.control.commands import TileRequest
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.sdk import WatchedStream

BEN, EVE = PeerId("ben"), PeerId("eve")


def _tile(
    width_px: int, height_px: int, peer_id: PeerId | None = BEN, label: Label = "video", **how: Any
) -> TileRequest:
    return TileRequest(0, peer_id, label, width_px, height_px, **how)


def test_nothing_is_watched_without_tiles_nor_of_oneself() -> None:
    assert watched([]) == []
    assert watched([_tile(40, 24, None)]) == []


def test_each_stream_is_named_once_in_its_largest_size() -> None:
    tiles = [
        _tile(40, 24),
        _tile(80, 20),
        _tile(200, 120, label="screen"),
        _tile(60, 40, EVE),
        _tile(400, 200, None),
    ]
    assert watched(tiles) == [
        WatchedStream(BEN, "video", 80, 24),
        WatchedStream(BEN, "screen", 200, 120),
        WatchedStream(EVE, "video", 60, 40),
    ]


@pytest.mark.parametrize(
    ("tile", "size"),
    [
        # Half as wide as high: for every column there is a pixel, so there are two for every row.
        (_tile(40, 24, pixel_aspect=0.5), (40, 48)),
        (_tile(40, 24, pixel_aspect=2.0), (80, 24)),
        (_tile(80, 36, pixel_aspect=0.75), (80, 48)),
        # Filled by what is wider or higher than it.
        (_tile(40, 40, fit="crop"), (71, 40)),
        (_tile(160, 40, fit="crop"), (160, 90)),
        (_tile(80, 80, fit="crop", pixel_aspect=0.5), (284, 160)),
        (_tile(200_000, 1), (8192, 1)),
    ],
)
def test_what_counts_is_pixels_of_the_source(tile: TileRequest, size: tuple[int, int]) -> None:
    (stream,) = watched([tile])
    assert (stream.width_px, stream.height_px) == size
