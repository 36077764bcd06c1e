"""A list of rows that draws itself: a cursor, keys, clicks, and no widget per row.

Rows are lists of plain text pieces, each with the name of a component class for its colour; so
text of others can never be markup. An empty row is a gap: the cursor passes over it.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from proconf_tui.tui.widgets.changes import changed_cells


class Piece(NamedTuple):
    """Some text in one row; ``tone`` is one of `TONES`."""

    text: str
    tone: str = "text"


Row = list[Piece]

TONES = ("text", "quiet", "good", "warning", "bad", "accent")


class RowList(ScrollView, can_focus=True):
    """Rows with a cursor. Subclasses hand over rows with `show_rows`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"row--{tone}" for tone in TONES} | {
        "row--cursor",
        "row--cursor-blurred",
    }
    DEFAULT_CSS = """
    RowList {
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & .row--quiet { color: $quiet; }
        & .row--good { color: $success; }
        & .row--warning { color: $warning; }
        & .row--bad { color: $error; }
        & .row--accent { color: $primary; }
        & .row--cursor { background: $block-cursor-background; text-style: bold; }
        & .row--cursor-blurred { background: $block-cursor-blurred-background; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    class Chosen(Message):
        """The cursor is on another row."""

        def __init__(self, row_list: RowList) -> None:
            super().__init__()
            self.row_list = row_list

        @property
        def control(self) -> RowList:
            return self.row_list

    def __init__(self, *, widget_id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=widget_id, classes=classes)
        self._rows: list[Row] = []
        self._title = ""

    def entitle(self, title: str) -> None:
        """Write this on the border."""
        # Textual draws all rows again, even for the title that is there.
        if title != self._title:
            self._title = title
            self.border_title = Content(title)

    def show_rows(self, rows: list[Row]) -> None:
        """Show these rows; only what changed of them is drawn again."""
        old, self._rows = self._rows, rows
        if len(old) != len(rows):
            self.virtual_size = Size(0, len(rows))
            self.refresh()
            self.cursor = max(0, min(self.cursor, len(rows) - 1))
            return
        top = int(self.scroll_y)
        regions = [
            Region(start, y, width, 1)
            for y, (before, now) in enumerate(zip(old, rows, strict=True), -top)
            if before != now and 0 <= y < self.size.height
            for start, width in [changed_cells(before, now)]
        ]
        if regions:
            self.refresh(*regions)

    def move(self, rows: int) -> None:
        """Move the cursor; it stops at both ends."""
        step = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            ahead = range(self.cursor + step, len(self._rows) if step > 0 else -1, step)
            self.cursor = next((row for row in ahead if self._rows[row]), self.cursor)

    def watch_cursor(self, old: int, new: int) -> None:
        if old != new:
            self.scroll_to_region(Region(0, new, 1, 1), animate=False, force=True)
            self.refresh()
            self.post_message(self.Chosen(self))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        row = event.y + int(self.scroll_y)
        if 0 <= row < len(self._rows) and self._rows[row]:
            self.cursor = row
        else:
            event.stop()

    def render_line(self, y: int) -> Strip:
        row = y + int(self.scroll_y)
        width = self.size.width
        base = self.rich_style
        if row >= len(self._rows):
            return Strip.blank(width, base)
        if row == self.cursor:
            name = "row--cursor" if self.has_focus else "row--cursor-blurred"
            base += self.get_component_rich_style(name, partial=True)
        pieces = [Segment(piece.text, base + self._tone(piece.tone)) for piece in self._rows[row]]
        return Strip(pieces).adjust_cell_length(width, base)

    def _tone(self, tone: str) -> Style:
        if tone == "text":
            return Style.null()
        style = self.get_component_rich_style(f"row--{tone}", partial=True)
        return Style(color=style.color)


def fitted(left: Row, right: Row, width: int) -> Row:
    """Return ``left`` cut or filled so that ``right`` ends at the right edge of ``width`` cells."""
    room = width - _cells(right)
    row: Row = []
    for piece in left:
        if room <= 0:
            break
        length = cell_len(piece.text)
        text = piece.text if length <= room else _cut(piece.text, room)
        row.append(Piece(text, piece.tone))
        room -= min(length, room)
    return [*row, Piece(" " * max(0, room)), *right]


def broken(row: Row, width: int) -> list[Row]:
    """Return as many rows as it takes to have at most ``width`` cells in each.

    It breaks before pieces that begin with two blanks; what is still too long is cut.
    """
    rows: list[Row] = []
    for part in _parts(row):
        if rows and _cells(rows[-1]) + _cells(part) <= width:
            rows[-1] += part
        else:
            first = part[0]
            rows.append([first._replace(text=first.text.lstrip()), *part[1:]])
    return [fitted(one, [], width) if _cells(one) > width else one for one in rows]


def _parts(row: Row) -> list[Row]:
    parts: list[Row] = []
    for piece in row:
        if parts and not piece.text.startswith("  "):
            parts[-1].append(piece)
        else:
            parts.append([piece])
    return parts


def _cells(row: Row) -> int:
    return sum(cell_len(piece.text) for piece in row)


def _cut(text: str, cells: int) -> str:
    return set_cell_size(text, cells - 1) + "…" if cells > 1 else "…"[:cells]
