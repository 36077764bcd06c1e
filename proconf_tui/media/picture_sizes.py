"""Which size one's own pictures are sent in, for the largest size anybody looks at them in.

A few fixed sizes only, each twice as large as the one before: every change costs a keyframe. It
knows no pictures and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from proconf_tui.media.fitting import fitted_size

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""

LESS_AFTER_S: Final = 1.0
"""How long less must be wanted before less is sent: tiles come and go while people arrange them."""

FEW_FPS: Final = 15.0
MANY_FPS: Final = 30.0

_MANY_FROM_PX: Final = 360
_FULL_PX: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Ladder:
    """The heights that pictures of one kind are sent in, where any but their own will do.

    They are sent ``finer`` times as fine as they are shown, and ``most_fps`` a second at most.
    """

    heights_px: tuple[int, ...]
    finer: int
    most_fps: float


CAMERA: Final = Ladder((90, 180, 360, 720), 1, MANY_FPS)
# Writing is read, and the codec halves the resolution of its colours.
SCREEN: Final = Ladder((90, 180, 360, 720, 1080), 2, FEW_FPS)


@dataclass(frozen=True, slots=True)
class Sending:
    """The size to send, both sides even, and at most how many pictures a second."""

    size: Size
    fps: float


class SizeChoice:
    """Follows what is wanted: upwards at once, downwards once less is wanted for a while."""

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._height_px = 0
        self._less_since: float | None = None

    def forget(self) -> None:
        """Begin anew, in whatever size is wanted next."""
        self._height_px, self._less_since = 0, None

    def choose(self, wanted: Size | None, source: Size, now: float) -> Sending:
        """Return what to send of pictures of size ``source`` that are shown in the box ``wanted``.

        None is any size: then their own. They are never enlarged.
        """
        height_px = _FULL_PX if wanted is None else self._rung_px(wanted, source)
        if height_px >= self._height_px:
            self._height_px, self._less_since = height_px, None
        elif self._less_since is None:
            self._less_since = now
        elif now - self._less_since >= LESS_AFTER_S:
            self._height_px, self._less_since = height_px, None
        size = _scaled_to(self._height_px, source)
        is_smooth = wanted is None or size[1] >= _MANY_FROM_PX
        return Sending(size, min(self._ladder.most_fps, MANY_FPS if is_smooth else FEW_FPS))

    def _rung_px(self, wanted: Size, source: Size) -> int:
        needed_px = fitted_size(source, wanted)[1] * self._ladder.finer
        heights_px = self._ladder.heights_px
        return next((each for each in heights_px if each >= needed_px), heights_px[-1])


def _scaled_to(height_px: int, source: Size) -> Size:
    if height_px >= source[1]:
        return _even(source[0]), _even(source[1])
    return _even(round(source[0] * height_px / source[1])), height_px


def _even(side_px: int) -> int:
    return max(2, side_px // 2 * 2)
