"""A line of text that is drawn again only where it is another."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from proconf_tui.tui.widgets.changes import changed_cells, looks_of


class OneLine(Widget):
    """Shows what `write` was given last; its height is one, whatever that is."""

    DEFAULT_CSS = "OneLine { height: 1; }"

    def __init__(self, *, widget_id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=widget_id, classes=classes)
        self._content = Content("")

    def write(self, content: Content) -> None:
        """Show this line."""
        before, self._content = self._content, content
        start, width = changed_cells(looks_of(before), looks_of(content))
        if max(before.cell_length, content.cell_length) > self.content_size.width:
            # It is broken into two, of which one is seen; not always at the same place.
            start, width = 0, self.content_size.width if width else 0
        if width:
            self.refresh(Region(start, 0, width, 1))

    def render(self) -> Content:
        return self._content
