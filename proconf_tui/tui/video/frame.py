"""One participant's tile and its frame: what is written on the border is `labels`' business.

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

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video import labels
from proconf_tui.tui.video.cards import LINE_CELLS
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.widgets.one_line import OneLine

_NOT_COMING: Final = "slow line"
_GAP_CELLS: Final = 1
"""Between two lines beside each other."""


class TileFrame(Container):
    """Shows one `Person`; a click selects them, a double click pins them."""

    class Clicked(Message):
        """This tile was clicked; ``count`` is 2 for a double click."""

        def __init__(self, peer_id: PeerId, count: int) -> None:
            super().__init__()
            self.peer_id = peer_id
            self.count = count

    def __init__(self, person: Person) -> None:
        super().__init__(classes="tile")
        self.person = person
        self.tile = VideoTile(person.peer_id, person.name)
        self._line = OneLine(classes="tile-line")
        self._label: labels.Label | None = None
        self._written: object = None

    def compose(self) -> ComposeResult:
        yield self.tile
        yield self._line

    def show(self, person: Person, number: int, *, is_pinned: bool, is_selected: bool) -> None:
        """Show this state; ``number`` is the key that pins the tile."""
        self.person = person
        with self.tile.untouched():
            self.set_class(person.is_shown_speaking, "-speaking")
            self.set_class(is_selected, "-selected")
            self.set_class(is_pinned, "-pinned")
            self.set_class(not person.is_connected, "-away")
        self.tile.rename(person.name)
        self.tile.excuse(_NOT_COMING if person.is_sent_here else "")
        if not person.has_camera:
            self.tile.clear()
        self.tile.level(person.level_dbfs if person.has_microphone else None)
        self._label = labels.Label(person, number, is_pinned)
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
        self.post_message(self.Clicked(self.person.peer_id, event.chain))

    def _write(self) -> None:
        if self._label is None:
            return
        width = self.outer_size.width
        if self.has_class("-line"):
            self._line.write(labels.line(self._label, width - _GAP_CELLS))
            return
        quiet = replace(self._label.person, level_dbfs=None, has_just_spoken=False)
        written = (self._label._replace(person=quiet), width)
        if written != self._written:
            self._written = written
            self.border_title = labels.upper(self._label, width)
            self.border_subtitle = labels.lower(self._label, width)


def _border(width: int, height: int) -> tuple[Region, ...]:
    """Return the cells around so many, of which the first is at (0, 0)."""
    return (
        Region(-1, -1, width + 2, 1),
        Region(-1, 0, 1, height),
        Region(width, 0, 1, height),
        Region(-1, height, width + 2, 1),
    )
