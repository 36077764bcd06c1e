"""A level meter as pieces of a row, and as a widget of its own."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from proconf_tui.tui.widgets.changes import changed_cells
from proconf_tui.tui.widgets.row_list import Piece, Row
from proconf_tui.tui.words import loudness

_FULL, _HALF, _EMPTY = "━", "╸", "─"


def meter(dbfs: float | None, width: int) -> Row:
    """Return a bar of ``width`` cells for a loudness in dBFS."""
    halves = round(loudness(dbfs) * width * 2)
    lit = _FULL * (halves // 2) + _HALF * (halves % 2)
    return [Piece(lit, "good"), Piece(_EMPTY * (width - len(lit)), "quiet")]


class LevelMeter(Widget):
    """One line that shows how loud the microphone is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"meter--lit", "meter--rest"}
    DEFAULT_CSS = """
    LevelMeter {
        height: 1;
        & .meter--lit { color: $success; }
        & .meter--rest { color: $pane-border; }
    }
    """

    def __init__(self, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self._row: Row = meter(None, 1)
        self._dbfs: float | None = None

    def show(self, dbfs: float | None) -> None:
        """Show this loudness in dBFS."""
        self._dbfs = dbfs
        row = meter(dbfs, self.size.width)
        start, width = changed_cells(self._row, row)
        if width:
            self._row = row
            self.refresh(Region(start, 0, width, 1))

    def on_resize(self) -> None:
        self.show(self._dbfs)

    def render_line(self, y: int) -> Strip:
        lit, rest = self._row
        styles = [
            Style(color=self.get_component_rich_style(name).color, bgcolor=self.rich_style.bgcolor)
            for name in ("meter--lit", "meter--rest")
        ]
        return Strip(
            [Segment(lit.text, styles[0]), Segment(rest.text, styles[1])]
        ).adjust_cell_length(self.size.width, self.rich_style)
