"""The widget of one video tile: the newest picture, or initials while there is none.

What is offered waits until the plane takes it; what was taken is what the terminal shows, and what
every repaint draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Final, Self

from rich.style import Style
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from proconf_tui.tui.textual_private import PictureStrip
from proconf_tui.tui.video.avatar import changes, face
from proconf_tui.tui.video.modes import HALF, Mode

if TYPE_CHECKING:
    from proconf_tui.tui.video.picture import DrawnPicture
    from proconf_tui.tui.video.pixels import Changed, Rgb

# Whatever needs numpy is imported when the first picture is there, after the first paint.

_EXACT_THRESHOLD: Final = 12
"""Of 255 levels: letters that lack a stroke, or keep one of what was there before, mislead."""

_ROUGHEST: Final = 255


class VideoTile(Widget):
    """Draws pictures in cells; it neither asks for them nor knows where they come from.

    ``mode`` may be set: the last picture stays until one of the new mode's size is taken. One that
    ``is_exact`` never gets rougher pictures, only fewer.
    """

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = "VideoTile { width: 1fr; height: 1fr; background: $tile-background; }"

    def __init__(
        self,
        key: str,
        name: str,
        *,
        widget_id: str | None = None,
        mode: Mode = HALF,
        is_exact: bool = False,
    ) -> None:
        super().__init__(id=widget_id)
        self.mode = mode
        self._most_threshold = _EXACT_THRESHOLD if is_exact else _ROUGHEST
        self._key = key
        self._person = name
        self._level_dbfs: float | None = None
        self._excuse = ""
        self._is_stalled = False
        self._is_untouched = False
        self._drawn_face: tuple[Strip, ...] = ()
        self._offered: Rgb | None = None
        self._taken: Rgb | None = None
        self._picture: DrawnPicture | None = None

    @property
    def wanted_px(self) -> tuple[int, int]:
        """Width and height of the pictures this tile can show as they are."""
        return self.mode.size_px(*self.size)

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown now."""
        return self._picture is not None

    @property
    def has_news(self) -> bool:
        """Whether a picture waits to be taken."""
        return self._offered is not None

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Draw nothing again for what is done meanwhile, which must be to its frame alone."""
        # With the colour of a title Textual refreshes all that is within the border.
        self._is_untouched = True
        try:
            yield
        finally:
            self._is_untouched = False

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again, unless nothing of it can have changed."""
        if self._is_untouched:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def rename(self, name: str) -> None:
        """Let the initials stand for another name."""
        if name != self._person:
            self._person = name
            self.refresh()

    def level(self, dbfs: float | None) -> None:
        """Show how loud the person is while there is no picture; None shows no meter."""
        self._level_dbfs = dbfs
        if self.has_picture or not self._drawn_face:
            return
        if regions := changes(self._drawn_face, self._face()):
            self.refresh(*regions)

    def excuse(self, words: str) -> None:
        """Let this be why pictures have stopped coming, should they; nothing is written of none."""
        if words != self._excuse:
            self._excuse = words
            if self._is_stalled:
                self.refresh()

    def stall(self, *, is_stalled: bool) -> None:
        """Show the initials and the excuse instead of an old picture, or no longer."""
        if is_stalled == self._is_stalled:
            return
        if is_stalled:
            self.clear()
        self._is_stalled = is_stalled
        self.refresh()

    def offer(self, rgb: Rgb) -> bool:
        """Keep a picture of exactly `wanted_px` to be taken; False for one of another size."""
        if (rgb.shape[1], rgb.shape[0]) != self.wanted_px:
            return False
        self._offered = rgb
        return True

    def take(self, threshold: int) -> Changed | None:
        """Make the picture that was offered the one that is shown; return the cells to draw."""
        rgb, self._offered = self._offered, None
        if rgb is None or (rgb.shape[1], rgb.shape[0]) != self.wanted_px:
            return None
        return self._show(rgb, self.mode, min(threshold, self._most_threshold))

    def updates(self, changed: Changed) -> list[tuple[int, str]]:
        """Return the rows with such cells, and the text that draws them from column 0 on."""
        return [] if self._picture is None else self._picture.cells.updates(changed)

    def clear(self) -> None:
        """Show the initials again."""
        self._offered = self._taken = None
        self._is_stalled = False
        if self._picture is not None:
            self._picture = None
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        picture = self._fitting_picture()
        if picture is None:
            return super().render_lines(crop)
        picture.write_in(self._paper(), self.app.console)
        rows = range(crop.y, crop.bottom)
        filters = color_filters(self, picture.cells.mode)
        if filters:
            parts = (Strip(picture.segments(row, crop.x, crop.right), crop.width) for row in rows)
            return [self._filtered(strip, filters) for strip in parts]
        return [PictureStrip(picture, row, crop.x, crop.right) for row in rows]

    def render_line(self, y: int) -> Strip:
        self._drawn_face = self._face()
        return self._drawn_face[y]

    def _face(self) -> tuple[Strip, ...]:
        return face(
            *self.size,
            key=self._key,
            name=self._person,
            background=self.background_colors[1].rich_color,
            level_dbfs=self._level_dbfs,
            note=self._excuse if self._is_stalled else "",
        )

    def _fitting_picture(self) -> DrawnPicture | None:
        """Return the picture in the tile's size; after a change of that, the old one rescaled.

        A tile of another size is drawn in full, so that nothing is missing on the terminal.
        """
        picture, rgb = self._picture, self._taken
        if picture is None or rgb is None or not self.size:
            return None
        if (picture.cells.width_cells, picture.cells.height_cells) != self.size:
            from proconf_tui.tui.video.pixels import rescaled

            mode = picture.cells.mode
            width_px, height_px = mode.size_px(*self.size)
            self._show(rescaled(rgb, height_px, width_px), mode, 0)
        return self._picture

    def _show(self, rgb: Rgb, mode: Mode, threshold: int) -> Changed:
        from proconf_tui.tui.video.picture import DrawnPicture

        picture, width, height = self._picture, *self.size
        if picture is None or not _fits(picture, mode, width, height):
            picture = self._picture = DrawnPicture(mode, width, height)
            picture.write_in(self._paper(), self.app.console)
        self._taken = rgb
        return picture.cells.take(rgb, threshold)

    def _paper(self) -> Style:
        """Return how a picture without colours is written: bright on dark, whatever the theme.

        Where no colours are wanted it is the terminal's business.
        """
        if self.app.no_color:
            return Style.null()
        _, _, background, color = self.colors
        dark, bright = sorted((background, background + color), key=lambda one: one.brightness)
        return Style(color=bright.rich_color, bgcolor=dark.rich_color)

    def _filtered(self, strip: Strip, filters: list[LineFilter]) -> Strip:
        background = self.background_colors[1]
        for line_filter in filters:
            strip = strip.apply_filter(line_filter, background)
        return strip


def color_filters(widget: Widget, mode: Mode) -> list[LineFilter]:
    """Return the filters that change such a picture's colours.

    The one that stands in for the terminal's 16 colours finds none of them in a picture.
    """
    if mode.ink == "none":
        return []
    filters = widget.app.get_line_filters()
    return [each for each in filters if not isinstance(each, ANSIToTruecolor)]


def _fits(picture: DrawnPicture, mode: Mode, width: int, height: int) -> bool:
    cells = picture.cells
    return (cells.mode, cells.width_cells, cells.height_cells) == (mode, width, height)
