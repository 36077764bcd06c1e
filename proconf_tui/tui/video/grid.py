"""The pane of video: tiles in a grid, or one large and the rest around it.

It keeps one frame per person, moves them by its own layout, and knows who is pinned. Where
pictures come from is the feed's business.
"""

from __future__ import annotations

import time
from typing import ClassVar, Final, Literal, cast

from textual.containers import Container
from textual.content import Content
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget
from textual.widgets import Static

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video import arrange
from proconf_tui.tui.video.cards import Place, Room, Shape
from proconf_tui.tui.video.feed import Wanted
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.labels import MOST_NUMBERS
from proconf_tui.tui.video.picture_settings import PictureChoice
from proconf_tui.tui.video.seating import Floor, Seating
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.words import name_of

Mode = Literal["grid", "speaker"]
_NAMED_CELLS: Final = 12


class _TilesLayout(Layout):
    """Places the frames that the grid wants shown; the others get no place."""

    name: ClassVar[str] = "tiles"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        pane = cast("VideoGrid", parent)
        places = dict(pane.placed(size))
        placements = []
        for child in children:
            if isinstance(child, TileFrame):
                place = places.get(child.person.peer_id)
            else:
                place = Place(0, size.height - 1, size.width, 1)
            if place is not None:
                placements.append(WidgetPlacement(Region(*place), NULL_OFFSET, NULL_SPACING, child))
        return placements


class VideoGrid(Container, can_focus=True):
    """Shows `Person`s; ``selected`` and pinned ones are marked. ``choice`` tells cells' shape."""

    def __init__(self, choice: PictureChoice | None = None) -> None:
        super().__init__(Static(id="not-shown"), id="video", classes="pane")
        self._tiles_layout = _TilesLayout()
        self._choice = choice or PictureChoice()
        self.mode: Mode = "grid"
        self.pinned: PeerId | None = None
        self._seating = Seating()
        self._floor = Floor()
        self._selected: PeerId | None = None
        self._frames: dict[PeerId, TileFrame] = {}
        self._placed: object = None

    @property
    def layout(self) -> Layout:
        return self._tiles_layout

    async def show(self, people: list[Person], selected: PeerId | None) -> None:
        """Show these people; frames of those who stay are kept, pictures and all."""
        now = time.monotonic()
        self._seating.seat(people, now)
        self._floor.hear(people, now)
        if self.pinned not in {person.peer_id for person in people}:
            self.pinned = None
        self._seating.bring_forward(self.hidden(self.content_size), now)
        self._selected = selected
        await self._renew_frames(people)
        self.rearrange()

    def toggle_mode(self) -> None:
        """Switch between grid and speaker layout; from a pinned tile back to the grid."""
        self.mode = "grid" if self.pinned or self.mode == "speaker" else "speaker"
        self.pinned = None
        self.rearrange()

    def pin(self, peer_id: PeerId) -> None:
        """Let this tile be the large one, or let it go if it is."""
        self.pinned = None if self.pinned == peer_id else peer_id
        self.rearrange()

    def person_at(self, number: int) -> Person | None:
        """Return who has this number, counted from 1, whether shown or not."""
        people = self._seating.numbered
        return people[number - 1] if 0 < number <= len(people) else None

    def placed(self, size: Size) -> list[tuple[PeerId, Place]]:
        """Return who is shown where in this many cells, the most important first."""
        people = self._by_importance()
        places = self._places(people, Room(size.width, size.height))
        if None in places:
            places = self._places(people, Room(size.width, size.height - 1))
        pairs = zip(people, places, strict=True)
        shown = [(person, place) for person, place in pairs if place is not None]
        return [(person.peer_id, place) for person, place in _with_me(people, shown)]

    def hidden(self, size: Size) -> list[PeerId]:
        """Return for whom there is no room in this many cells."""
        shown = {peer_id for peer_id, _ in self.placed(size)}
        return [one.peer_id for one in self._seating.order if one.peer_id not in shown]

    def tiles(self) -> dict[Wanted, VideoTile]:
        """Return the tiles that want pictures: shown, and of somebody whose camera is on."""
        shown = {peer_id for peer_id, _ in self.placed(self.content_size)}
        return {
            Wanted(None if person.is_me else person.peer_id): self._frames[person.peer_id].tile
            for person in self._seating.order
            if person.peer_id in shown and person.has_camera and person.peer_id in self._frames
        }

    def on_resize(self) -> None:
        self.rearrange()

    def _places(self, people: list[Person], room: Room) -> arrange.Places:
        is_one_large = self.mode == "speaker" or self.pinned is not None
        choose = arrange.speaker if is_one_large else arrange.grid
        shape = Shape(self._choice.cell_aspect, is_filling=self._choice.fit == "crop")
        return choose(tuple(person.has_camera for person in people), room, shape)

    def _by_importance(self) -> list[Person]:
        """Return everybody, the large one first, else in the order of their seats."""
        order = self._seating.order
        first = self.pinned or (self._large(order) if self.mode == "speaker" else None)
        return sorted(order, key=lambda person: person.peer_id != first)

    def _large(self, order: list[Person]) -> PeerId | None:
        if self._floor.speaker is not None:
            return self._floor.speaker
        best = min(order, key=lambda one: (one.is_me, not one.has_camera), default=None)
        return best.peer_id if best else None

    async def _renew_frames(self, people: list[Person]) -> None:
        wanted = {person.peer_id: person for person in people}
        gone = [self._frames.pop(peer_id) for peer_id in self._frames.keys() - wanted.keys()]
        new = [TileFrame(p) for peer_id, p in wanted.items() if peer_id not in self._frames]
        self._frames |= {frame.person.peer_id: frame for frame in new}
        for frame in gone:
            await frame.remove()
        if new:
            await self.mount_all(new)

    def rearrange(self) -> None:
        """Mark the tiles, and move them if anybody's place is another now."""
        size = self.content_size
        places = self.placed(size)
        self._mark({peer_id for peer_id, _ in places})
        placed = (size, places, len(self._frames))
        if placed == self._placed:
            return
        self._placed = placed
        for frame in self._frames.values():
            # Textual keeps an arrangement until one of the children asks for another.
            frame.refresh(layout=True)
        self._name_hidden(size)

    def _mark(self, shown: set[PeerId]) -> None:
        people = self._seating.numbered
        for number, person in enumerate(people, 1):
            is_selected = person.peer_id == self._selected and len(people) > 1
            frame = self._frames.get(person.peer_id)
            if frame is not None and person.peer_id in shown:
                is_pinned = person.peer_id == self.pinned
                frame.show(person, number, is_pinned=is_pinned, is_selected=is_selected)

    def _name_hidden(self, size: Size) -> None:
        hidden = set(self.hidden(size))
        numbered = enumerate(self._seating.numbered, 1)
        names = [
            f"{number} {one.name}" if number <= MOST_NUMBERS else one.name
            for number, one in numbered
            if one.peer_id in hidden
        ]
        line = self.query_one("#not-shown", Static)
        line.display = bool(names)
        line.update(named(names, size.width))


def _with_me(people: list[Person], shown: list[tuple[Person, Place]]) -> list[tuple[Person, Place]]:
    """Give me the last place of my kind, but not the large one, if there is none for me."""
    me = next((person for person in people if person.is_me), None)
    if me is None or any(person.is_me for person, _ in shown):
        return shown
    for index in range(len(shown) - 1, 0, -1):
        person, place = shown[index]
        if person.has_camera == me.has_camera:
            return [*shown[:index], *shown[index + 1 :], (me, place)]
    return shown


def named(names: list[str], width: int) -> Content:
    """Return one line that counts these people, and names as many as there is room for."""
    shown = [name_of(name, _NAMED_CELLS) for name in names]
    if not shown:
        return Content("")
    for count in range(len(shown), 0, -1):
        more = ", …" if count < len(shown) else ""
        line = Content(f"+{len(shown)}: {', '.join(shown[:count])}{more}")
        if line.cell_length <= width - 2:
            return line
    return Content(f"+{len(shown)}")
