"""One participant's tile and its frame: name, role, microphone, hand, speaking on the border."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.message import Message

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.words import name_of, percent


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
        self._shown: tuple[Person, int, bool] | None = None
        self.tile = VideoTile(person.peer_id, person.name)

    def compose(self) -> ComposeResult:
        yield self.tile

    def show(self, person: Person, number: int, *, is_pinned: bool, is_selected: bool) -> None:
        """Show this state; ``number`` is the key that pins the tile."""
        self.person = person
        self.set_class(person.is_speaking, "-speaking")
        self.set_class(is_selected, "-selected")
        self.set_class(not person.is_connected, "-away")
        self.tile.rename(person.name)
        if not person.has_camera:
            self.tile.clear()
        seen = (person, number, is_pinned)
        if self._shown != seen:
            self._shown = seen
            self._write_border(number, is_pinned)

    def on_resize(self) -> None:
        if self._shown is not None:
            self._write_border(*self._shown[1:])

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Clicked(self.person.peer_id, event.chain))

    def _write_border(self, number: int, is_pinned: bool) -> None:
        person = self.person
        room = max(4, self.size.width - 6)
        mark = "▲ " if is_pinned else ""
        you = " (you)" if person.is_me else ""
        emoji = f" {person.reaction}" if person.reaction else ""
        self.border_title = Content.assemble(
            (mark, "$primary"),
            name_of(person.name, max(3, room - len(mark) - len(you) - cell_len(emoji))),
            (you, "$quiet"),
            emoji,
        )
        self.border_subtitle = _state(person, number, room)


def _state(person: Person, number: int, room: int) -> Content:
    parts: list[tuple[str, str]] = []
    if person.has_hand_raised:
        parts.append(("⚑ hand " if room > 16 else "⚑ ", "$warning"))
    if person.is_moderator and room > 22:
        parts.append(("host " if person.role == "host" else "moderator ", "$quiet"))
    if not person.is_connected:
        parts.append(("reconnecting", "$warning"))
    else:
        parts.append(_microphone(person))
    if person.volume != 1:
        parts.append((f" {percent(person.volume)}", "$primary"))
    if number <= 9 and room > 8:
        parts.append((f" {number}", "$quiet"))
    return Content.assemble(*parts)


def _microphone(person: Person) -> tuple[str, str]:
    if person.is_talking:
        return "♪ TALKING", "bold $success"
    if not person.has_microphone:
        return "muted" if person.is_muted else "mic off", "$quiet"
    return ("! silent", "$warning") if person.is_microphone_silent else ("♪", "$success")
