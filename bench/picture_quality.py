"""How near each way to draw pictures comes to the picture, in a tile of 40 x 12 cells.

People who talk, decoded from VP8, are averaged down to each mode's pixels. What the cells then show
is drawn as pixels of the screen, with all that is held back because it hardly moved, and compared
with the picture in that size: PSNR over all channels, SSIM of the brightness. Bytes and time
are those of the cells that change. Braille and ASCII are compared from so far away that dots blend;
since they have no colours and raise the contrast, their figures compare with each other only.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import cv2
import numpy as np
import numpy.typing as npt

from bench.lib.report import arguments, tell
from bench.lib.shown_pixels import CELL_HEIGHT_PX, CELL_WIDTH_PX, shown
from bench.lib.similarity import psnr_db, ssim
from bench.lib.talking_head import talking_head
from proconf_tui.tui.video.cells import CellPicture
from proconf_tui.tui.video.modes import MODES, Mode

WIDTH_CELLS, HEIGHT_CELLS = 40, 12
SHOWN_PX = (WIDTH_CELLS * CELL_WIDTH_PX, HEIGHT_CELLS * CELL_HEIGHT_PX)
THRESHOLD = 8
SETTLE_FRAMES = 15
COMPARED_EVERY = 3

Rgb = npt.NDArray[np.uint8]
Figures = dict[str, float]


def pictures(seed: int, frames: int) -> list[Rgb]:
    """Return a person's pictures, cut at the sides to the tile's aspect."""
    whole = [frame.to_ndarray(format="rgb24") for frame in talking_head(seed, frames)]
    height, width, _ = whole[0].shape
    left = (width - height * SHOWN_PX[0] // SHOWN_PX[1]) // 2
    return [np.ascontiguousarray(picture[:, left : width - left]) for picture in whole]


def scaled(picture: Rgb, size_px: tuple[int, int]) -> Rgb:
    """Return the picture with every pixel averaged in."""
    return np.asarray(cv2.resize(picture, size_px, interpolation=cv2.INTER_AREA), np.uint8)


def measure(mode: Mode, film: list[Rgb]) -> list[Figures]:
    """Show a film, and return the figures of each picture once it runs."""
    cells = CellPicture(mode, WIDTH_CELLS, HEIGHT_CELLS)
    small = [scaled(picture, mode.size_px(WIDTH_CELLS, HEIGHT_CELLS)) for picture in film]
    figures: list[Figures] = []
    for number, rgb in enumerate(small):
        began_at = time.process_time()
        updates = cells.updates(cells.take(rgb, THRESHOLD))
        took_s = time.process_time() - began_at
        if number < SETTLE_FRAMES:
            continue
        size = sum(len(text.encode()) for _, text in updates)
        figures.append({"bytes_per_frame": float(size), "ms_per_frame": 1000 * took_s})
        if number % COMPARED_EVERY == 0:
            figures[-1] |= likeness(cells, film[number])
    return figures


def likeness(cells: CellPicture, picture: Rgb) -> Figures:
    """Compare what the cells show with the picture."""
    original, seen = scaled(picture, SHOWN_PX), shown(cells)
    if cells.mode.ink == "none":
        original, seen = from_afar(original), from_afar(seen)
    return {"psnr_db": psnr_db(seen, original), "ssim": ssim(seen, original)}


def from_afar(picture: Rgb) -> Rgb:
    """Blur by as much as a dot of braille is wide."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), CELL_WIDTH_PX / 2), np.uint8)


def means(figures: list[Figures]) -> Figures:
    """Return the mean of each figure over the pictures that have it."""
    names = ("psnr_db", "ssim", "bytes_per_frame", "ms_per_frame")
    return {name: float(np.mean([one[name] for one in figures if name in one])) for name in names}


def main() -> None:
    """Measure and tell."""
    people, frames = (2, 60) if arguments(__doc__).quick else (4, 150)
    films = [pictures(seed, frames) for seed in range(people)]
    by_mode: dict[str, Figures] = {
        mode.name: means([each for film in films for each in measure(mode, film)])
        for mode in MODES.values()
    }
    rows: list[list[object]] = [["mode", "PSNR dB", "SSIM", "bytes a picture", "ms a picture"]]
    rows += [[name, *figures.values()] for name, figures in by_mode.items()]
    title = f"{people} people, {frames} pictures each, in {WIDTH_CELLS} x {HEIGHT_CELLS} cells"
    tell(title, rows, by_mode)


if __name__ == "__main__":
    main()
