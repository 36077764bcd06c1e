"""What one stream may bring."""

from __future__ import annotations

import pytest

from proconf_tui.engine.base import Kind
from proconf_tui.engine.forwarding.inflow import BOUNDS, Inflow


def _taken(inflow: Inflow, packets_per_s: int, size_bytes: int, seconds: int = 10) -> float:
    """Return the share of such a stream that is let in."""
    count = packets_per_s * seconds
    return sum(inflow.take(size_bytes, 100.0 + n / packets_per_s) for n in range(count)) / count


@pytest.mark.parametrize(
    ("kind", "packets_per_s", "size_bytes"),
    [("audio", 50, 120), ("audio", 100, 640), ("video", 40, 1100), ("video", 1000, 1100)],
)
def test_what_codecs_make_is_let_in(kind: Kind, packets_per_s: int, size_bytes: int) -> None:
    assert _taken(Inflow(BOUNDS[kind]), packets_per_s, size_bytes) == 1.0


def test_a_keyframe_comes_at_once() -> None:
    inflow = Inflow(BOUNDS["video"])
    assert all(inflow.take(1100, 5.0) for _ in range(200))


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_flood_is_held_to_the_bound(kind: Kind) -> None:
    flood = 5 * int(BOUNDS[kind].packets_per_s)
    assert _taken(Inflow(BOUNDS[kind]), flood, 0) <= 0.2 * 1.15
