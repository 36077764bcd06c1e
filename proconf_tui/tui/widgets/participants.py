"""The pane of participants: name, role, hand, microphone, camera, loudness."""

from __future__ import annotations

from rich.cells import cell_len

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.widgets.meter import meter
from proconf_tui.tui.widgets.row_list import Piece, Row, RowList, fitted
from proconf_tui.tui.words import SCREEN_SIGN, one_line, percent

_ROLES = {
    "host": "host",
    "coHost": "mod",
    "speaker": "speaker",
    "listener": "listener",
    "bot": "bot",
}
_WIDE_CELLS = 34


class ParticipantsPane(RowList):
    """Everybody in the room; the cursor selects whom the moderators' keys act on."""

    def __init__(self) -> None:
        super().__init__(widget_id="people", classes="pane")
        self._people: list[Person] = []

    @property
    def selected(self) -> Person | None:
        """Who the cursor is on."""
        return self._people[self.cursor] if self.cursor < len(self._people) else None

    def select(self, peer_id: PeerId) -> None:
        """Put the cursor on somebody."""
        for index, person in enumerate(self._people):
            if person.peer_id == peer_id:
                self.cursor = index

    def show(self, people: list[Person]) -> None:
        """Show these; the cursor stays on the same person while they are here."""
        before = self.selected
        self._people = people
        self.entitle(f"People {len(people)}" if people else "People")
        self._draw()
        if before is not None and before != self.selected:
            self.select(before.peer_id)

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        self.show_rows([_row(person, width) for person in self._people])


def _row(person: Person, width: int) -> Row:
    right = _state(person, is_wide=width >= _WIDE_CELLS)
    room = width - 2 - sum(cell_len(piece.text) for piece in right)
    left = [_dot(person), *_who(person, room)]
    return fitted(left, right, width)


def _state(person: Person, *, is_wide: bool) -> Row:
    if not person.is_connected:
        return [Piece(" reconnecting", "warning")]
    return [
        Piece("" if person.volume == 1 else f" {percent(person.volume)}", "accent"),
        Piece(f" {SCREEN_SIGN}" if person.has_screen else "", "accent"),
        Piece(" ⚑" if person.has_hand_raised else "  ", "warning"),
        _microphone(person),
        _icon("▣", person.has_camera, "text"),
        Piece(" "),
        *meter(person.level_dbfs if person.has_microphone else None, 6 if is_wide else 4),
    ]


def _who(person: Person, room: int) -> Row:
    """Return name and role in at most ``room`` cells; the name gives way last."""
    you = " (you)" if person.is_me else ""
    emoji = f" {person.reaction}" if person.reaction else ""
    room -= len(you) + cell_len(emoji)
    name = one_line(person.name, max(4, room))
    row = [
        Piece(name, "text" if person.is_connected else "quiet"),
        Piece(you, "accent"),
        Piece(emoji),
    ]
    role = _ROLES.get(person.role, "")
    if role and len(role) < room - cell_len(name):
        row.append(Piece(f" {role}", "quiet"))
    return row


def _dot(person: Person) -> Piece:
    if not person.is_connected:
        return Piece("◌ ", "warning")
    if person.is_shown_speaking:
        return Piece("● ", "good")
    return Piece("● ", "accent" if person.is_moderator else "quiet")


def _microphone(person: Person) -> Piece:
    if person.has_microphone and person.is_microphone_silent:
        return Piece(" !", "warning")
    return _icon("♪", person.has_microphone, "good" if person.is_shown_speaking else "text")


def _icon(glyph: str, is_on: bool, tone: str) -> Piece:
    return Piece(f" {glyph}", tone) if is_on else Piece(" ·", "quiet")
