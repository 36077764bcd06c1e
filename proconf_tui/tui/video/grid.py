"""The pane of video: tiles in a grid, or one large and the rest in a strip.

It keeps one frame per person, moves them by its own layout, and knows who is pinned. Where
pictures come from is the feed's business.
"""

from __future__ import annotations

from typing import ClassVar, Literal, cast

from textual.containers import Container
from textual.content import Content
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video import arrange
from proconf_tui.tui.video.feed import Wanted
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.tile import VideoTile

Mode = Literal["grid", "speaker"]


class _TilesLayout(Layout):
    """Places the frames that the grid wants shown; the others get no place."""

    name: ClassVar[str] = "tiles"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        pane = cast("VideoGrid", parent)
        frames = {child.person.peer_id: child for child in children if isinstance(child, TileFrame)}
        placements = []
        for peer_id, place in pane.placed(size):
            if (frame := frames.get(peer_id)) is not None:
                region = Region(*place)
                placements.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, frame))
        return placements


class VideoGrid(Container, can_focus=True):
    """Shows `Person`s; ``selected`` and pinned ones are marked."""

    class Arranged(Message):
        """Tiles came, went or changed places."""

    def __init__(self) -> None:
        super().__init__(id="video", classes="pane")
        self._tiles_layout = _TilesLayout()
        self.mode: Mode = "grid"
        self.pinned: PeerId | None = None
        self._people: list[Person] = []
        self._selected: PeerId | None = None
        self._speaker: PeerId | None = None
        self._frames: dict[PeerId, TileFrame] = {}

    @property
    def layout(self) -> Layout:
        return self._tiles_layout

    async def show(self, people: list[Person], selected: PeerId | None) -> None:
        """Show these people; frames of those who stay are kept, pictures and all."""
        came_or_went = {p.peer_id for p in people} != self._frames.keys()
        is_reordered = [p.peer_id for p in people] != [p.peer_id for p in self._people]
        self._people = people
        self._follow_speaker()
        if came_or_went:
            await self._renew_frames()
        if came_or_went or is_reordered:
            self._rearrange()
        self._selected = selected
        self._mark()

    def _mark(self) -> None:
        for number, person in enumerate(self._numbered(), 1):
            is_selected = person.peer_id == self._selected and len(self._people) > 1
            self._frames[person.peer_id].show(
                person, number, is_pinned=person.peer_id == self.pinned, is_selected=is_selected
            )

    def toggle_mode(self) -> None:
        """Switch between grid and speaker layout."""
        self.mode = "speaker" if self.mode == "grid" else "grid"
        self._rearrange()

    def pin(self, peer_id: PeerId) -> None:
        """Let this tile be the large one, or let it go if it is."""
        self.pinned = None if self.pinned == peer_id else peer_id
        self.mode = "speaker" if self.pinned else "grid"
        self._mark()
        self._rearrange()

    def person_at(self, number: int) -> Person | None:
        """Return whose tile has this number, counted from 1."""
        people = self._numbered()
        return people[number - 1] if 0 < number <= len(people) else None

    def placed(self, size: Size) -> list[tuple[PeerId, arrange.Place]]:
        """Return who is shown where in this many cells, the most important first."""
        order = self._order()
        choose = arrange.speaker if self.mode == "speaker" else arrange.grid
        places = choose(len(order), size.width, size.height)
        return list(zip([person.peer_id for person in order], places, strict=False))

    def tiles(self) -> dict[Wanted, VideoTile]:
        """Return the tiles that want pictures: shown, and of somebody whose camera is on."""
        shown = {peer_id for peer_id, _ in self.placed(self.content_size)}
        return {
            Wanted(None if person.is_me else person.peer_id): self._frames[person.peer_id].tile
            for person in self._people
            if person.peer_id in shown and person.has_camera and person.peer_id in self._frames
        }

    def on_resize(self) -> None:
        self._tell_hidden()
        self.post_message(self.Arranged())

    def _order(self) -> list[Person]:
        first = self.pinned or (self._speaker if self.mode == "speaker" else None)
        by_place = sorted(self._numbered(), key=lambda person: person.peer_id != first)
        if self.mode == "grid" and arrange.capacity(*self.content_size) < len(by_place):
            by_place.sort(key=lambda person: (person.peer_id != first, not person.has_camera))
        return by_place

    def _numbered(self) -> list[Person]:
        """Return everybody in the order of the numbers on their tiles; the self view is last."""
        return sorted(self._people, key=lambda person: person.is_me)

    def _follow_speaker(self) -> None:
        if self.pinned not in {person.peer_id for person in self._people}:
            self.pinned = None
        speaking = [p for p in self._people if p.is_speaking and not p.is_me]
        loudest = max(speaking, key=lambda p: p.level_dbfs or 0.0, default=None)
        if loudest is not None and self._speaker not in {p.peer_id for p in speaking}:
            self._speaker = loudest.peer_id
            if self.mode == "speaker" and self.pinned is None:
                self._rearrange()

    async def _renew_frames(self) -> None:
        wanted = {person.peer_id: person for person in self._people}
        gone = [self._frames.pop(peer_id) for peer_id in self._frames.keys() - wanted.keys()]
        new = [TileFrame(p) for peer_id, p in wanted.items() if peer_id not in self._frames]
        self._frames |= {frame.person.peer_id: frame for frame in new}
        for frame in gone:
            await frame.remove()
        await self.mount_all(new)

    def _rearrange(self) -> None:
        for frame in self._frames.values():
            # Textual keeps an arrangement until one of the children asks for another.
            frame.refresh(layout=True)
        self._tell_hidden()
        self.post_message(self.Arranged())

    def _tell_hidden(self) -> None:
        hidden = len(self._people) - len(self.placed(self.content_size))
        self.set_class(hidden > 0, "-crowded")
        self.border_subtitle = Content(f"+{hidden} not shown" if hidden > 0 else "")
