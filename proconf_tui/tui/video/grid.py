"""The pane of video: tiles in a grid, or one large and the rest around it.

It keeps one frame for each person and for each shared screen, and moves them by its own layout.
Which tile is large is the stage's business; where pictures come from is the feed's.
"""

from __future__ import annotations

import time
from typing import ClassVar, Final, cast

from textual.containers import Container
from textual.content import Content
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget
from textual.widgets import Static

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video import arrange
from proconf_tui.tui.video.captions import MOST_NUMBERS, title
from proconf_tui.tui.video.cards import Place, Room, Shape
from proconf_tui.tui.video.feed import Wanted
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.picture_settings import PictureChoice
from proconf_tui.tui.video.seating import Floor, Seating
from proconf_tui.tui.video.stage import Stage
from proconf_tui.tui.video.subjects import Subject, TileKey, keys
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.words import name_of

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
                place = places.get(child.subject.key)
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
        self.stage = Stage()
        self._seating = Seating()
        self._floor = Floor()
        self._selected: PeerId | None = None
        self._frames: dict[TileKey, TileFrame] = {}
        self._placed: object = None

    @property
    def layout(self) -> Layout:
        return self._tiles_layout

    async def show(self, people: list[Person], selected: PeerId | None) -> None:
        """Show these people; frames of those who stay are kept, pictures and all."""
        now = time.monotonic()
        self._seating.seat(people, now)
        self._floor.hear(people, now)
        self.stage.set(self._seating.tiles)
        hidden = [key.peer_id for key in self.hidden(self.content_size) if key.label == "video"]
        self._seating.bring_forward(hidden, now)
        self._selected = selected
        await self._renew_frames()
        self.rearrange()

    def toggle_layout(self) -> None:
        """Switch between grid and speaker layout; from whatever tile is large back to the grid."""
        self.stage.toggle()
        self.rearrange()

    def pin(self, key: TileKey) -> None:
        """Let this tile be the large one, or let it go if it is."""
        self.stage.pin(key)
        self.rearrange()

    def pin_next_screen(self) -> bool:
        """Pin a shared screen, the one after it, or none after the last; False if there is none."""
        screens = keys(self._seating.screens)
        self.stage.pin_next_screen(screens)
        self.rearrange()
        return bool(screens)

    def subject_at(self, number: int) -> Subject | None:
        """Return what has this number, counted from 1, whether shown or not."""
        subjects = self._seating.numbered_tiles
        return subjects[number - 1] if 0 < number <= len(subjects) else None

    def placed(self, size: Size) -> list[tuple[TileKey, Place]]:
        """Return what is shown where in this many cells, the most important first."""
        subjects = self._by_importance()
        places = self._places(subjects, Room(size.width, size.height))
        if None in places:
            places = self._places(subjects, Room(size.width, size.height - 1))
        pairs = zip(subjects, places, strict=True)
        shown = [(subject, place) for subject, place in pairs if place is not None]
        return [(subject.key, place) for subject, place in _with_me(subjects, shown)]

    def hidden(self, size: Size) -> list[TileKey]:
        """Return for what there is no room in this many cells."""
        shown = {key for key, _ in self.placed(size)}
        return [key for key in keys(self._seating.tiles) if key not in shown]

    def tiles(self) -> dict[Wanted, VideoTile]:
        """Return the tiles that want pictures: shown, and of what there are pictures."""
        shown = {key for key, _ in self.placed(self.content_size)}
        return {
            _wanted(subject): self._frames[subject.key].tile
            for subject in self._seating.tiles
            if subject.has_picture and subject.key in shown and subject.key in self._frames
        }

    def on_resize(self) -> None:
        self.rearrange()

    def _places(self, subjects: list[Subject], room: Room) -> arrange.Places:
        choose = arrange.speaker if self.stage.has_large else arrange.grid
        shape = Shape(self._choice.cell_aspect, is_filling=self._choice.fit == "crop")
        return choose(tuple(subject.needs_room for subject in subjects), room, shape)

    def _by_importance(self) -> list[Subject]:
        """Return all there is, the large one first, else in the order of seats."""
        first = self.stage.large(self._speaker())
        return sorted(self._seating.tiles, key=lambda subject: subject.key != first)

    def _speaker(self) -> TileKey | None:
        if self._floor.speaker is not None:
            return TileKey(self._floor.speaker)
        order = self._seating.order
        best = min(order, key=lambda one: (one.is_me, not one.has_camera), default=None)
        return TileKey(best.peer_id) if best else None

    async def _renew_frames(self) -> None:
        wanted = {subject.key: subject for subject in self._seating.tiles}
        gone = [self._frames.pop(key) for key in self._frames.keys() - wanted.keys()]
        new = [TileFrame(subject) for key, subject in wanted.items() if key not in self._frames]
        self._frames |= {frame.subject.key: frame for frame in new}
        for frame in gone:
            await frame.remove()
        if new:
            await self.mount_all(new)

    def rearrange(self) -> None:
        """Mark the tiles, and move them if anybody's place is another now.

        The screen knows by a class whether one tile is large.
        """
        self.screen.set_class(self.stage.has_large, "-large")
        size = self.content_size
        places = self.placed(size)
        self._mark({key for key, _ in places})
        placed = (size, places, len(self._frames))
        if placed == self._placed:
            return
        self._placed = placed
        for frame in self._frames.values():
            # Textual keeps an arrangement until one of the children asks for another.
            frame.refresh(layout=True)
        self._name_hidden(size)

    def _mark(self, shown: set[TileKey]) -> None:
        subjects = self._seating.numbered_tiles
        for number, subject in enumerate(subjects, 1):
            is_selected = subject.key == TileKey(self._selected or PeerId("")) and len(subjects) > 1
            frame = self._frames.get(subject.key)
            if frame is not None and subject.key in shown:
                is_pinned = subject.key == self.stage.pinned
                frame.show(subject, number, is_pinned=is_pinned, is_selected=is_selected)

    def _name_hidden(self, size: Size) -> None:
        hidden = set(self.hidden(size))
        numbered = enumerate(self._seating.numbered_tiles, 1)
        names = [
            f"{number} {title(one)}" if number <= MOST_NUMBERS else title(one)
            for number, one in numbered
            if one.key in hidden
        ]
        line = self.query_one("#not-shown", Static)
        line.display = bool(names)
        line.update(named(names, size.width))


def _wanted(subject: Subject) -> Wanted:
    return Wanted(None if subject.person.is_me else subject.person.peer_id, subject.label)


_Shown = list[tuple[Subject, Place]]


def _with_me(subjects: list[Subject], shown: _Shown) -> _Shown:
    """Give me the last place of my kind, but not the large one, if there is none for me."""
    me = next((subject for subject in subjects if subject.is_self_view), None)
    if me is None or any(subject.is_self_view for subject, _ in shown):
        return shown
    for index in range(len(shown) - 1, 0, -1):
        subject, place = shown[index]
        if not subject.is_screen and subject.needs_room == me.needs_room:
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
