"""Pictures in half blocks made by this client and by libchafa, in turn, in one process.

Ours begins with decoded yuv420p and ends with the text of the cells that changed; in full is what
a repaint takes. libchafa is given the same pictures in RGB, which costs it nothing, and scales
them itself. Measured is processor time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.lib.chafa import DEFAULT_WORK, FASTEST_WORK, Chafa
from bench.lib.talking_head import decoded
from proconf_tui.media.video_scaling import Scaler
from proconf_tui.tui.video.cells import CellPicture
from proconf_tui.tui.video.modes import HALF

WIDTH_CELLS: Final = 80
HEIGHT_CELLS: Final = 24
_PICTURES_A_ROUND: Final = 20

Draw = Callable[[Any], object]


class Ours:
    """This client's way of one tile."""

    def __init__(self) -> None:
        self._scaler = Scaler()
        self._cells = CellPicture(HALF, WIDTH_CELLS, HEIGHT_CELLS)
        self._size_px = HALF.size_px(WIDTH_CELLS, HEIGHT_CELLS)

    def changes(self, frame: Any) -> object:
        """Return what draws the cells that have changed."""
        changed = self._cells.take(self._scaler.scale(frame, *self._size_px))
        return self._cells.updates(changed)

    def in_full(self, frame: Any) -> object:
        """Return what draws all cells."""
        self._cells.take(self._scaler.scale(frame, *self._size_px))
        return [self._cells.ansi(row, 0, WIDTH_CELLS) for row in range(HEIGHT_CELLS)]


def compare(path: Path, rounds: int) -> dict[str, float | None]:
    """Return milliseconds a picture, medians of the rounds, and how many of ours are one of its.

    What libchafa would take is None where it is not installed.
    """
    frames = decoded(path)
    pictures = [np.ascontiguousarray(frame.to_ndarray(format="rgb24")) for frame in frames]
    contestants: dict[str, tuple[Draw, Sequence[Any]]] = {
        "ours": (Ours().changes, frames),
        "ours_full": (Ours().in_full, frames),
    }
    contestants |= {name: (draw, pictures) for name, draw in _theirs().items()}
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds):
        for name, (draw, shown) in contestants.items():
            times[name].append(_ms(draw, _part(shown, number)))
    return _figures(times)


def _theirs() -> dict[str, Draw]:
    works = {"chafa": FASTEST_WORK, "chafa_default": DEFAULT_WORK}
    try:
        return {name: Chafa(WIDTH_CELLS, HEIGHT_CELLS, work).draw for name, work in works.items()}
    except OSError:
        return {}


def _figures(times: dict[str, list[float]]) -> dict[str, float | None]:
    median = {name: statistics.median(taken) for name, taken in times.items()}
    figures: dict[str, float | None] = {"chafa_ms": None, "chafa_ratio": None}
    figures |= {f"{name}_ms": took_ms for name, took_ms in median.items()}
    figures |= {f"{name}_best_ms": min(taken) for name, taken in times.items()}
    for name in median.keys() - {"ours", "ours_full"}:
        figures[f"{name}_ratio"] = median[name] / median["ours"]
    return figures


def _part(pictures: Sequence[Any], number: int) -> list[Any]:
    count = len(pictures)
    return [pictures[(number * _PICTURES_A_ROUND + n) % count] for n in range(_PICTURES_A_ROUND)]


def _ms(draw: Draw, pictures: Sequence[Any]) -> float:
    began_at = time.process_time()
    for picture in pictures:
        draw(picture)
    return 1000.0 * (time.process_time() - began_at) / len(pictures)
