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
    "ada": Look((38, 50, 82), (92, 120, 170), (200, 80, 70), (232, 190, 160), (60, 36, 26), True),
    "bo": Look((60, 84, 66), (140, 170, 120), (50, 70, 120), (150, 100, 70), (26, 22, 22)),
    "cleo": Look((96, 66, 52), (210, 160, 110), (70, 130, 120), (244, 208, 180), (190, 130, 60),
                 True, True),
    "dev": Look((46, 46, 58), (110, 110, 140), (220, 190, 90), (196, 144, 104), (40, 34, 34),
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
    _body(picture, look)
    _head(picture, look, (320 + int(8 * np.sin(turn)), 165 + int(5 * np.cos(2 * turn))), phase)
    return picture


def _wall(look: Look) -> Picture:
    across = np.linspace(1.0, 0.0, WIDTH_PX)[None, :, None]
    down = np.linspace(1.0, 0.4, HEIGHT_PX)[:, None, None]
    mixed = np.array(look.wall) + (np.array(look.light) - np.array(look.wall)) * across * down
    return np.ascontiguousarray(mixed[:, :, ::-1].astype(np.uint8))


def _body(picture: Picture, look: Look) -> None:
    _ellipse(picture, (320, 400), (190, 130), look.shirt)
    _ellipse(picture, (320, 270), (48, 60), _darker(look.skin))


def _head(picture: Picture, look: Look, centre: tuple[int, int], phase: float) -> None:
    x, y = centre
    if look.has_long_hair:
        _ellipse(picture, (x, y + 26), (112, 142), look.hair)
    _ellipse(picture, (x, y - 28), (98, 108), look.hair)
    _ellipse(picture, (x, y + 12), (84, 106), look.skin)
    _ellipse(picture, (x, y - 72), (78, 44), look.hair)
    for side in (-1, 1):
        _eye(picture, look, (x + 34 * side, y + 2), is_closed=0.5 < phase < 0.56)
    _ellipse(picture, (x, y + 34), (9, 16), _darker(look.skin))
    _ellipse(picture, (x, y + 72), (30, 5 + int(7 * abs(np.sin(6 * np.pi * phase)))), (140, 50, 56))


def _eye(picture: Picture, look: Look, centre: tuple[int, int], *, is_closed: bool) -> None:
    _ellipse(picture, centre, (15, 3 if is_closed else 10), (245, 245, 245))
    _ellipse(picture, centre, (7, 3 if is_closed else 8), (30, 30, 40))
    if look.has_glasses:
        cv2.ellipse(picture, centre, (28, 24), 0, 0, 360, (30, 26, 24), 6, cv2.LINE_AA)


def _ellipse(
    picture: Picture, centre: tuple[int, int], axes: tuple[int, int], colour: Colour
) -> None:
    cv2.ellipse(picture, centre, axes, 0, 0, 360, colour[::-1], cv2.FILLED, cv2.LINE_AA)


def _darker(colour: Colour) -> Colour:
    red, green, blue = (int(part * 0.86) for part in colour)
    return red, green, blue
