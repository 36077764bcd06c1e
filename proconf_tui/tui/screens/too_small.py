"""Shown instead of everything while the terminal has too few cells; goes when it has enough.

A dialog may have opened over it meanwhile, then it goes when that is closed.
"""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

MIN_WIDTH_CELLS: Final = 60
MIN_HEIGHT_CELLS: Final = 18


def is_too_small(size: Size) -> bool:
    """Return whether nothing useful can be drawn in this many cells."""
    return size.width < MIN_WIDTH_CELLS or size.height < MIN_HEIGHT_CELLS


class TooSmallScreen(ModalScreen[None]):
    """The meeting goes on behind it; notices, for which there is no room, are seen there."""

    DEFAULT_CSS = """
    TooSmallScreen {
        align: center middle;
        background: $background;
        Static { width: auto; max-width: 100%; height: auto; text-align: center; color: $warning; }
        ToastHolder { display: none; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static()

    def go_if_needless(self, size: Size) -> None:
        """Go if the terminal has enough cells, unless a screen is over this one."""
        if self.is_active and not is_too_small(size):
            self.dismiss()

    def on_screen_resume(self) -> None:
        self.go_if_needless(self.app.size)

    def on_resize(self) -> None:
        width, height = self.app.size
        self.query_one(Static).display = is_too_small(self.app.size)
        self.query_one(Static).update(
            Content(
                f"This terminal is {width}x{height}.\n"
                f"Make it at least {MIN_WIDTH_CELLS}x{MIN_HEIGHT_CELLS};\nthe meeting goes on."
            )
        )
