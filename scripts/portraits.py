"""Draws people who do not exist, as short films for a camera: round faces that nod and blink.

The pictures in screenshots/ need somebody to look at; nobody's photograph is needed for that.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

WIDTH_PX, HEIGHT_PX = 640, 360
FRAMES_PER_S = 15
FRAMES = 45

Colour = tuple[int, int, int]
Picture = npt.NDArray[np.uint8]


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """One person: colours as (red, green, blue)."""

    wall: Colour
    light: Colour
    shirt: Colour
    skin: Colour
    hair: Colour
    has_long_hair: bool = False
    has_glasses: bool = False


LOOKS = {
    "ada": Look((44, 58, 96), (120, 152, 205), (200, 80, 70), (232, 190, 160), (60, 36, 26), True),
    "bo": Look((60, 84, 66), (140, 170, 120), (50, 70, 120), (150, 100, 70), (26, 22, 22)),
    "cleo": Look((96, 66, 52), (210, 160, 110), (70, 130, 120), (244, 208, 180), (190, 130, 60),
                 True, True),
    "dev": Look((52, 46, 78), (140, 124, 180), (220, 190, 90), (196, 144, 104), (40, 34, 34),
                False, True),
}  # fmt: skip


def film(look: Look, path: Path) -> Path:
    """Write three seconds of this person, made to be looped, and return the path."""
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter.fourcc(*"MJPG"), FRAMES_PER_S, (WIDTH_PX, HEIGHT_PX)
    )
    for number in range(FRAMES):
        writer.write(portrait(look, number / FRAMES))
    writer.release()
    return path


def portrait(look: Look, phase: float) -> Picture:
    """Return one (360, 640, 3) uint8 BGR frame at a phase (0 to 1) of the loop."""
    picture = _wall(look)
    turn = 2 * np.pi * phase
    x, y = 320 + int(10 * np.sin(turn)), 166 + int(5 * np.cos(2 * turn))
    if look.has_long_hair:
        _ellipse(picture, (x, y + 40), (116, 150), _darker(look.hair, 0.8))
    _body(picture, look, x)
    _head(picture, look, (x, y), phase)
    return picture


def _wall(look: Look) -> Picture:
    across = np.linspace(1.0, 0.0, WIDTH_PX)[None, :, None]
    down = np.linspace(1.0, 0.4, HEIGHT_PX)[:, None, None]
    mixed = np.array(look.wall) + (np.array(look.light) - np.array(look.wall)) * across * down
    return np.ascontiguousarray(mixed[:, :, ::-1].astype(np.uint8))


def _body(picture: Picture, look: Look, x: int) -> None:
    _ellipse(picture, (320, 412), (206, 132), look.shirt)
    _ellipse(picture, (320, 424), (120, 120), _darker(look.shirt, 1.12))
    _ellipse(picture, (320, 296), (58, 36), _darker(look.skin, 0.74))
    _ellipse(picture, ((320 + x) // 2, 262), (46, 50), _darker(look.skin, 0.82))


def _head(picture: Picture, look: Look, centre: tuple[int, int], phase: float) -> None:
    x, y = centre
    _ellipse(picture, (x, y - 34), (94, 96), look.hair)
    for side in (-1, 1):
        _ellipse(picture, (x + 84 * side, y + 14), (13, 22), _darker(look.skin, 0.85))
    _ellipse(picture, (x, y + 12), (82, 104), look.skin)
    _ellipse(picture, (x + 26, y + 22), (50, 84), _darker(look.skin, 1.06))
    for side in (-1, 1):
        _ellipse(picture, (x + 48 * side, y + 46), (20, 14), _blush(look.skin))
    _hair(picture, look, centre)
    for side in (-1, 1):
        _eye(picture, look, (x + 36 * side, y + 6), is_closed=0.5 < phase < 0.56)
    _ellipse(picture, (x + 2, y + 36), (8, 15), _darker(look.skin, 0.84))
    _mouth(picture, (x, y + 74), abs(np.sin(6 * np.pi * phase)))


def _hair(picture: Picture, look: Look, centre: tuple[int, int]) -> None:
    """A parting: two arcs over the forehead; long hair hangs down the sides as well."""
    x, y = centre
    _ellipse(picture, (x - 38, y - 74), (62, 38), look.hair, angle=-22)
    _ellipse(picture, (x + 44, y - 74), (56, 36), look.hair, angle=24)
    if look.has_long_hair:
        for side in (-1, 1):
            _ellipse(picture, (x + 92 * side, y + 34), (20, 100), look.hair, angle=-4 * side)


def _eye(picture: Picture, look: Look, centre: tuple[int, int], *, is_closed: bool) -> None:
    x, y = centre
    _ellipse(picture, (x, y - 24), (22, 5), _darker(look.hair, 0.8))
    _ellipse(picture, centre, (17, 3 if is_closed else 12), (246, 246, 246))
    _ellipse(picture, centre, (9, 3 if is_closed else 11), (34, 30, 38))
    if look.has_glasses:
        cv2.ellipse(picture, centre, (31, 26), 0, 0, 360, (40, 34, 30), 7, cv2.LINE_AA)


def _mouth(picture: Picture, centre: tuple[int, int], openness: float) -> None:
    """A smile that opens and closes."""
    x, y = centre
    _ellipse(picture, (x, y - 4), (34, 7 + int(12 * openness)), (166, 62, 66), arc=(0, 180))
    _ellipse(picture, (x, y - 3), (26, 5), (244, 238, 234), arc=(0, 180))


def _ellipse(
    picture: Picture,
    centre: tuple[int, int],
    axes: tuple[int, int],
    colour: Colour,
    *,
    angle: float = 0,
    arc: tuple[int, int] = (0, 360),
) -> None:
    bgr = colour[::-1]
    cv2.ellipse(picture, centre, axes, angle, *arc, bgr, cv2.FILLED, cv2.LINE_AA)


def _darker(colour: Colour, share: float) -> Colour:
    red, green, blue = (min(255, int(part * share)) for part in colour)
    return red, green, blue


def _blush(skin: Colour) -> Colour:
    red, green, blue = skin
    return min(255, int(red * 1.02)), int(green * 0.88), int(blue * 0.86)
