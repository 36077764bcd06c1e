"""Which cells of a tile are in sight: clipped by what holds it, covered by what lies before it.

Pure but for Textual's regions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from textual.geometry import Region

if TYPE_CHECKING:
    from textual.widget import Widget

Mask = npt.NDArray[np.bool_]


class Place(NamedTuple):
    """Where a tile is on the terminal, in cells; ``in_sight`` None is all of it."""

    region: Region
    in_sight: Mask | None


def places(visible: Mapping[Widget, tuple[Region, Region]], kind: type[Widget]) -> dict[Any, Place]:
    """Return the places of the widgets of a kind; ``visible`` has the frontmost first."""
    found: dict[Widget, Place] = {}
    in_front: list[Region] = []
    for widget, (region, clip) in visible.items():
        if isinstance(widget, kind):
            found[widget] = Place(region, in_sight(region, clip, in_front))
        in_front.append(region.intersection(clip))
    return found


def in_sight(region: Region, clip: Region, in_front: Iterable[Region]) -> Mask | None:
    """Return which cells of ``region`` are seen, ``(height, width)``; None if all are."""
    covers = [part for other in in_front if (part := other.intersection(region))]
    if not covers and clip.contains_region(region):
        return None
    mask = np.zeros((region.height, region.width), np.bool_)
    mask[_inside(region, region.intersection(clip))] = True
    for part in covers:
        mask[_inside(region, part)] = False
    return mask


def _inside(region: Region, part: Region) -> tuple[slice, slice]:
    x, y = part.x - region.x, part.y - region.y
    return slice(y, y + part.height), slice(x, x + part.width)
