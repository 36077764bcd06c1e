"""Moving pictures to measure with: a person who talks before a bookshelf, as a camera sends it.

The drawing has the noise of a small sensor and went through VP8 (libvpx, in real time), as in a
meeting, so that what moves between two pictures is what moves there: the person, the noise, and
what the codec makes of both. The same seed gives the same drawing.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import sin
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt

WIDTH_PX: Final = 640
HEIGHT_PX: Final = 360
BITRATE_BPS: Final = 600_000
_NOISE_LEVELS: Final = 5.0
_SUBPIXEL_BITS: Final = 4
_BLINK_EVERY_S: Final = 3.0
_BLINK_S: Final = 0.2

Rgb = npt.NDArray[np.uint8]
_Colour = tuple[int, int, int]

_SHIRTS: Final = ((60, 70, 150), (140, 50, 60), (50, 110, 80), (90, 90, 95))
_SKINS: Final = ((225, 180, 150), (150, 105, 80), (95, 65, 50), (205, 160, 125))
_HAIRS: Final = ((60, 40, 30), (25, 22, 24), (150, 110, 60), (110, 105, 100))


def talking_head(seed: int, frames: int = 60, fps: int = 15) -> list[av.VideoFrame]:
    """Return so many decoded pictures, yuv420p of 640 x 360; every call in a run the same ones."""
    return decoded(film(Path(_directory().name), seed, frames, fps))


def film(directory: Path, seed: int, frames: int = 60, fps: int = 15) -> Path:
    """Return the file with the encoded pictures; it is made if it is not yet in ``directory``."""
    path = directory / f"head-{seed}-{frames}-{fps}.webm"
    if not path.exists():
        _encode(path, seed, frames, fps)
    return path


def decoded(path: Path) -> list[av.VideoFrame]:
    """Return all pictures of a file that `film` made."""
    with av.open(path) as container:
        return list(container.decode(video=0))


@cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="proconf-bench-")


def _encode(path: Path, seed: int, frames: int, fps: int) -> None:
    with av.open(path, "w") as container:
        stream = container.add_stream("libvpx", rate=fps)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.bit_rate = BITRATE_BPS
        stream.options = {"deadline": "realtime", "cpu-used": "8"}
        camera = Camera(seed)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(camera.picture(number / fps), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@dataclass(frozen=True, slots=True)
class _Place:
    """The middle of what is drawn, in pixels with fractions."""

    x: float
    y: float

    def moved(self, x: float, y: float) -> _Place:
        return _Place(self.x + x, self.y + y)


class Camera:
    """Looks at one person; each picture has noise of its own."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._phase = float(self._random.uniform(0.0, 6.0))
        self._room = _room(self._random)
        self._light = _light(self._phase)
        self._shirt = _SHIRTS[seed % len(_SHIRTS)]
        self._skin = _SKINS[seed % len(_SKINS)]
        self._hair = _HAIRS[seed % len(_HAIRS)]

    def picture(self, now: float) -> Rgb:
        """Return what is seen at ``now``, (360, 640, 3) uint8 RGB; ask in the order of time."""
        picture = self._room.copy()
        at = now + self._phase
        head = _Place(320 + 25 * sin(1.3 * at), 190 + 8 * sin(2.1 * at))
        _ellipse(picture, _Place(head.x * 0.6 + 128, 380), (170, 130), self._shirt)
        self._draw_head(picture, head, at)
        hand = _Place(head.x + 170 + 30 * sin(4 * at), 280 + 30 * sin(4 * at + 1.5))
        _ellipse(picture, hand, (26, 34), self._skin, 20)
        return self._seen(picture, at)

    def _draw_head(self, picture: Rgb, head: _Place, at: float) -> None:
        tilt = 3 * sin(at)
        _ellipse(picture, head, (75, 98), self._skin, tilt)
        _ellipse(picture, head.moved(0, -62), (80, 48), self._hair, tilt)
        is_blinking = at % _BLINK_EVERY_S < _BLINK_S
        for side in (-28, 28):
            eye = head.moved(side, -12)
            _ellipse(picture, eye, (13, 1.5 if is_blinking else 8), (250, 250, 250))
            _ellipse(picture, eye.moved(4 * sin(0.7 * at), 0), (5, 1 if is_blinking else 5))
        _ellipse(picture, head.moved(0, 45), (24, 4 + 9 * abs(sin(9 * at))), (150, 50, 60))

    def _seen(self, picture: Rgb, at: float) -> Rgb:
        """Return the picture with the sensor's noise and its wavering exposure."""
        noise = np.empty((HEIGHT_PX, WIDTH_PX, 1), np.float32)
        self._random.standard_normal(dtype=np.float32, out=noise)
        seen = picture * self._light + _NOISE_LEVELS * noise + 1.5 * sin(0.9 * at)
        return np.clip(seen, 0, 255).astype(np.uint8)


def _light(phase: float) -> npt.NDArray[np.float32]:
    """Return how light falls on everything, more on one side, so that no surface is flat."""
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX, 0:1][:2].astype(np.float32)
    folds = 0.05 * np.sin(x / 23 + phase) * np.sin(y / 31)
    return np.asarray(1.12 - 0.3 * x / WIDTH_PX - 0.15 * y / HEIGHT_PX + folds, np.float32)


def _room(random: np.random.Generator) -> Rgb:
    """Return a wall with light from one side, books and a lamp, out of focus."""
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
    x, y = x / WIDTH_PX, y / HEIGHT_PX
    wall = np.stack([90 + 60 * x, 110 + 50 * y, 140 - 60 * x], -1).astype(np.uint8)
    for left in range(20, 520, 36):
        colour: _Colour = tuple(random.integers(40, 200, 3).tolist())
        top = int(random.integers(30, 60))
        cv2.rectangle(wall, (left, top), (left + 28, 140), colour, cv2.FILLED)
    cv2.rectangle(wall, (0, 140), (540, 150), (80, 60, 45), cv2.FILLED)
    _ellipse(wall, _Place(590, 80), (36, 40), (250, 240, 200))
    return np.asarray(cv2.GaussianBlur(wall, (0, 0), 2.5), np.uint8)


def _ellipse(
    picture: Rgb,
    place: _Place,
    radii: tuple[float, float],
    colour: _Colour = (40, 30, 20),
    angle: float = 0.0,
) -> None:
    scale = 1 << _SUBPIXEL_BITS
    centre = (round(place.x * scale), round(place.y * scale))
    axes = (round(radii[0] * scale), round(radii[1] * scale))
    cv2.ellipse(
        picture, centre, axes, angle, 0, 360, colour, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS
    )
