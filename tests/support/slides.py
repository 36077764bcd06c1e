"""Slides with large writing, films of them, and what a terminal shows of one as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from proconf_tui.media import opencv
from tests.support.ansi import Cell

WIDTH_PX: Final = 1280
HEIGHT_PX: Final = 720
LINE_PX: Final = 120
"""From the top of one line to the next."""

_TITLE_SCALE, _LINE_SCALE = 4.0, 2.2
_FRAMES: Final = 10

Shades = npt.NDArray[np.float32]
"""``(height, width)`` brightness of 255."""


def slide(lines: Sequence[str]) -> opencv.Image:
    """Return dark writing on white: a title in capitals of 84 pixels, then lines in such of 46."""
    cv2 = opencv.load()
    picture = np.full((HEIGHT_PX, WIDTH_PX, 3), 255, np.uint8)
    for row, line in enumerate(lines):
        scale, thickness = (_LINE_SCALE, 6) if row else (_TITLE_SCALE, 12)
        foot = (60, row * LINE_PX + LINE_PX - 10)
        font = cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(picture, line, foot, font, scale, (20, 20, 30), thickness, cv2.LINE_AA)
    return picture


def write_slide_film(path: Path, picture: opencv.Image) -> Path:
    """Write a film in which the slide stands still, in Motion JPEG."""
    cv2 = opencv.load()
    size = (picture.shape[1], picture.shape[0])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, size)
    assert writer.isOpened()
    for _ in range(_FRAMES):
        writer.write(picture)
    writer.release()
    return path


def reduced(picture: opencv.Image, like: Shades) -> Shades:
    """Return the brightness of a picture in the size of another."""
    cv2 = opencv.load()
    size = (like.shape[1], like.shape[0])
    small: Any = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small.mean(axis=2), np.float32)


def likeness(one: Shades, other: Shades) -> float:
    """Return the correlation of two pictures: 1 for the same, 0 with one of a single shade."""
    if not np.ptp(one) or not np.ptp(other):
        return 0.0
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def shown_in(cells: list[list[Cell]]) -> Shades:
    """Return the brightness of half blocks, two pixels a cell."""
    rows = [[[_shade(cell, half) for cell in row] for half in (0, 1)] for row in cells]
    return np.asarray([line for pair in rows for line in pair], np.float32)


def _shade(cell: Cell, half: int) -> float:
    colour = cell.bg if half or cell.char == " " else cell.fg
    return sum(colour) / 3 if isinstance(colour, tuple) else 0.0


def tile_of(title: str, cells: list[list[Cell]]) -> list[list[Cell]]:
    """Return the cells within the frame that has this title above; none if there is none."""
    for top, row in enumerate(cells):
        text = "".join(cell.char or " " for cell in row)
        if title not in text:
            continue
        left, right = text.rindex("╭", 0, text.index(title)), text.index("╮", text.index(title))
        heights = (n for n, below in enumerate(cells[top:]) if below[left].char == "╰")
        bottom = top + next(heights, 0)
        return [row[left + 1 : right] for row in cells[top + 1 : bottom]]
    return []
