"""Lines that wrap to the width and stay at the bottom: the events pane, and the chat's log."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from proconf_tui.tui.widgets.row_list import TONES, Piece


class Line(NamedTuple):
    """One entry: a margin such as the time, who said it, and what."""

    margin: str
    who: Piece | None
    text: Piece


GAP: Final = Line("", None, Piece("─ some events were missed ─", "warning"))
"""Stands where there is something that nobody here has seen."""

_Wrapped = list[tuple[Piece, ...]]
MAX_LINES = 1000


class LogView(ScrollView, can_focus=True):
    """Shows the newest `MAX_LINES` lines; older ones are dropped."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"log--{tone}" for tone in TONES} | {"log--who"}
    DEFAULT_CSS = """
    LogView {
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        overflow-x: hidden;
        & .log--quiet { color: $quiet; }
        & .log--good { color: $success; }
        & .log--warning { color: $warning; }
        & .log--bad { color: $error; }
        & .log--accent { color: $primary; }
        & .log--who { color: $secondary; }
    }
    """

    def __init__(
        self, placeholder: str, *, widget_id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=widget_id, classes=classes)
        self._placeholder = placeholder
        self._lines: list[Line] = []
        self._wrapped: dict[Line, _Wrapped] = {}
        self._rows: _Wrapped = []
        self._seen_size = Size(0, 0)
        self._follows_end = True

    def set_lines(self, lines: list[Line]) -> None:
        """Show exactly these lines, and stay at the bottom if one was there.

        Only those are wrapped that have not been shown before.
        """
        lines = lines[-MAX_LINES:]
        if lines != self._lines:
            self._lines = lines
            self._wrap()
            self._resized()

    def on_resize(self) -> None:
        size = self.scrollable_content_region.size
        is_rewrapped = size.width != self._seen_size.width
        self._seen_size = size
        if is_rewrapped:
            self._wrapped.clear()
            self._wrap()
        self._resized()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # What a new size does to the position is nobody's wish to read older lines.
        if self.scrollable_content_region.size == self._seen_size:
            self._follows_end = self.is_vertical_scroll_end

    def _wrap(self) -> None:
        known, width = self._wrapped, self._seen_size.width
        self._wrapped = {
            line: known[line] if line in known else _wrapped(line, width) for line in self._lines
        }
        self._rows = [row for line in self._lines for row in self._wrapped[line]]

    def _resized(self) -> None:
        self.virtual_size = Size(0, len(self._rows))
        self.refresh()
        if self._follows_end:
            # By force: the scroll bar that allows it comes only with the next layout.
            self.scroll_end(animate=False, immediate=True, force=True)

    def render_line(self, y: int) -> Strip:
        width, row = self.size.width, y + int(self.scroll_y)
        if not self._rows and y == 0:
            pieces: tuple[Piece, ...] = (Piece(self._placeholder, "quiet"),)
        elif row < len(self._rows):
            pieces = self._rows[row]
        else:
            return Strip.blank(width, self.rich_style)
        segments = [
            Segment(piece.text, self.rich_style + self._tone(piece.tone)) for piece in pieces
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _tone(self, tone: str) -> Style:
        style = self.get_component_rich_style(f"log--{tone}", partial=True)
        return Style(color=style.color) if tone != "text" else Style.null()


def _wrapped(line: Line, width: int) -> _Wrapped:
    """Return the rows of a line; what wraps goes on under the beginning of the text."""
    margin = f"{line.margin} " if line.margin else ""
    indent = len(margin)
    who = f"{line.who.text} " if line.who else ""
    folded = _fold(who + line.text.text, max(8, width - indent))
    rows: _Wrapped = []
    for index, part in enumerate(folded):
        left = Piece(margin if index == 0 else " " * indent, "quiet")
        if index == 0 and line.who and part.startswith(who.rstrip()):
            rest = part[len(line.who.text) :]
            rows.append((left, line.who, Piece(rest, line.text.tone)))
        else:
            rows.append((left, Piece(part, line.text.tone)))
    return rows


def _fold(text: str, width: int) -> list[str]:
    wrap: Callable[[str], list[Content]] = lambda part: Content(part).wrap(width)  # noqa: E731
    return [row.plain for part in text.split("\n") for row in (wrap(part) if part else [Content()])]
