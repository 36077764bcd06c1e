"""The widget of one video tile: the newest picture, or initials while there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from proconf_tui.tui.textual_private import PictureStrip
from proconf_tui.tui.theme import avatar_color
from proconf_tui.tui.video.avatar import disc_rows
from proconf_tui.tui.video.capabilities import can_write_rgb
from proconf_tui.tui.words import initials

if TYPE_CHECKING:
    from proconf_tui.tui.video.encoder import Rgb
    from proconf_tui.tui.video.picture import EncodedPicture

# Whatever needs numpy is imported when the first picture is there, after the first paint.


class VideoTile(Widget):
    """Draws pictures in half blocks; it neither asks for them nor knows where they come from."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = "VideoTile { width: 1fr; height: 1fr; background: $tile-background; }"

    def __init__(self, key: str, name: str, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self._key = key
        self._person = name
        self._picture: EncodedPicture | None = None

    @property
    def wanted_px(self) -> tuple[int, int]:
        """Width and height of the pictures this tile can show as they are."""
        return self.size.width, 2 * self.size.height

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown now."""
        return self._picture is not None

    def rename(self, name: str) -> None:
        """Let the initials stand for another name."""
        if name != self._person:
            self._person = name
            self.refresh()

    def show(self, rgb: Rgb) -> bool:
        """Show a picture of exactly `wanted_px`; one of another size is refused with False."""
        if (rgb.shape[1], rgb.shape[0]) != self.wanted_px:
            return False
        self._take(rgb)
        self.refresh()
        return True

    def clear(self) -> None:
        """Show the initials again."""
        if self._picture is not None:
            self._picture = None
            self.refresh()

    def on_resize(self) -> None:
        """Keep the last picture, in the new size, until one of that size comes."""
        width, height = self.wanted_px
        if self._picture is not None and width and height:
            from proconf_tui.tui.video.encoder import rescaled

            self._take(rescaled(self._picture.rgb, height, width))

    def _take(self, rgb: Rgb) -> None:
        from proconf_tui.tui.video.picture import EncodedPicture

        self._picture = EncodedPicture(rgb)

    def render_lines(self, crop: Region) -> list[Strip]:
        picture = self._picture
        if picture is None or (picture.width_cells, picture.height_cells) != tuple(self.size):
            return super().render_lines(crop)
        rows = range(crop.y, crop.bottom)
        if can_write_rgb(self.app):
            return [PictureStrip(picture, row, crop.x, crop.right) for row in rows]
        return [self._adapted(Strip(picture.segments(row, crop.x, crop.right))) for row in rows]

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        background = self.background_colors[1]
        colour = avatar_color(self._key)
        disc = Style(color=colour.rich_color, bgcolor=background.rich_color)
        row = disc_rows(width, height)[y]
        letters = initials(self._person)
        if y != height // 2 or width < len(letters) + 2:
            return Strip([Segment(row, disc)], width)
        start = (width - len(letters)) // 2
        text = Style(color=Color.parse("#ffffff").rich_color, bgcolor=colour.rich_color, bold=True)
        parts = [
            Segment(row[:start], disc),
            Segment(letters, text),
            Segment(row[start + len(letters) :], disc),
        ]
        return Strip(parts).adjust_cell_length(width, disc)

    def _adapted(self, strip: Strip) -> Strip:
        background = self.background_colors[1]
        for line_filter in self.app.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return strip
