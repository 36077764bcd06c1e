"""How pictures are drawn: what the terminal and the settings say, and what keys change meanwhile.

One `PictureChoice` lives as long as the app: ``context.pictures`` of the screens, and the third
argument of ``VideoFeed(path, ask, choice)``. Tiles do not know it. The feed sets ``tile.mode`` of
those it is given to watch, and puts fit and aspect into what it asks of the agent. A key changes
the choice and has the screen's tiles watched anew, which is enough. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from proconf_tui.control.commands import Fit
from proconf_tui.tui.video.modes import CELL_ASPECT, HALF, Mode, next_mode

LOCAL_BYTES_PER_S: Final = 3_000_000
REMOTE_BYTES_PER_S: Final = 600_000
"""Nine moving tiles need 350 kB/s; over a line that others use too, not much more than that."""


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """What the app begins with. ``cell_aspect`` is a cell's width to its height."""

    mode: Mode = HALF
    cell_aspect: float = CELL_ASPECT
    fit: Fit = "letterbox"
    budget_bytes_per_s: int = LOCAL_BYTES_PER_S


class PictureChoice:
    """How pictures are drawn now; ``mode`` and ``fit`` may be set, the aspect is the terminal's."""

    def __init__(self, settings: PictureSettings | None = None) -> None:
        settings = settings or PictureSettings()
        self.mode = settings.mode
        self.fit: Fit = settings.fit
        self.cell_aspect = settings.cell_aspect

    def change_mode(self) -> Mode:
        """Go on to the next way of drawing and return it."""
        self.mode = next_mode(self.mode)
        return self.mode

    def change_fit(self) -> Fit:
        """Go over from whole pictures to filled tiles, or back; return which it is now."""
        self.fit = "crop" if self.fit == "letterbox" else "letterbox"
        return self.fit

    @property
    def pixel_aspect(self) -> float:
        """A pixel's width to its height in the mode in force."""
        return self.mode.pixel_aspect(self.cell_aspect)
