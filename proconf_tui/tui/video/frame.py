"""One tile, of a person or a screen, and its frame.

What is written on its border is `captions`' business.
Where there is no room for a picture the frame is one line with the name and a meter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Self

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Region
from textual.message import Message

from proconf_tui.tui.people import Person
from proconf_tui.tui.video import captions
from proconf_tui.tui.video.cards import LINE_CELLS
from proconf_tui.tui.video.subjects import Subject, TileKey
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.widgets.one_line import OneLine

_NOT_COMING: Final = "slow line"
_GAP_CELLS: Final = 1
"""Between two lines beside each other."""


class TileFrame(Container):
    """Shows one `Subject`; a click selects the person, a double click pins the tile."""

    class Clicked(Message):
        """This tile was clicked; ``count`` is 2 for a double click."""

        def __init__(self, key: TileKey, count: int) -> None:
            super().__init__()
            self.key = key
            self.count = count

    def __init__(self, subject: Subject) -> None:
        super().__init__(classes="tile")
        self.subject = subject
        person = subject.person
        self.tile = VideoTile(person.peer_id, person.name, is_exact=subject.is_screen)
        self._line = OneLine(classes="tile-line")
        self._caption: captions.Caption | None = None
        self._written: object = None

    def compose(self) -> ComposeResult:
        yield self.tile
        yield self._line

    @property
    def person(self) -> Person:
        """Whose tile it is."""
        return self.subject.person

    def show(self, subject: Subject, number: int, *, is_pinned: bool, is_selected: bool) -> None:
        """Show this state; ``number`` is the key that pins the tile."""
        self.subject, person = subject, subject.person
        is_speaking = person.is_shown_speaking and not subject.is_screen
        is_heard = person.has_microphone and not subject.is_screen
        with self.tile.untouched():
            self.set_class(is_speaking, "-speaking")
            self.set_class(is_selected, "-selected")
            self.set_class(is_pinned, "-pinned")
            self.set_class(not person.is_connected, "-away")
        self.tile.rename(person.name)
        self.tile.excuse(_NOT_COMING if person.is_sent_here else "")
        if not subject.has_picture:
            self.tile.clear()
        self.tile.level(person.level_dbfs if is_heard else None)
        self._caption = captions.Caption(person, number, is_pinned, is_screen=subject.is_screen)
        self._write()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again; all that is seen of a frame with a border is that border."""
        if repaint and not regions and not self.has_class("-line"):
            regions = _border(*self.size)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def on_resize(self) -> None:
        self.set_class(self.outer_size.height <= LINE_CELLS, "-line")
        self._write()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Clicked(self.subject.key, event.chain))

    def _write(self) -> None:
        if self._caption is None:
            return
        width = self.outer_size.width
        if self.has_class("-line"):
            self._line.write(captions.line(self._caption, width - _GAP_CELLS))
            return
        quiet = replace(self._caption.person, level_dbfs=None, has_just_spoken=False)
        written = (self._caption._replace(person=quiet), width)
        if written != self._written:
            self._written = written
            self.border_title = captions.upper(self._caption, width)
            self.border_subtitle = captions.lower(self._caption, width)


def _border(width: int, height: int) -> tuple[Region, ...]:
    """Return the cells around so many, of which the first is at (0, 0)."""
    return (
        Region(-1, -1, width + 2, 1),
        Region(-1, 0, 1, height),
        Region(width, 0, 1, height),
        Region(-1, height, width + 2, 1),
    )
