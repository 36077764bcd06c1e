"""What a tile says of its person, or of a screen, in so many cells: above, below, or in one line.

The name comes first; what there is no room for is left out, the least important first. Nothing is
cut in the middle of a wide character.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from proconf_tui.tui.people import Person
from proconf_tui.tui.video.subjects import Subject
from proconf_tui.tui.words import SCREEN_SIGN, loudness, name_of, percent

MOST_NUMBERS: Final = 9
"""Further people have no key that pins them."""

_CORNERS_CELLS: Final = 6
"""What a border keeps of a line: corners, one cell of line, and a blank on either side."""

_SCREEN: Final = "'s screen"
_ANY_ROOM: Final = 1000
_ROOMY_CELLS: Final = 24
_LEAST_NAME_CELLS: Final = 6
_METER_CELLS: Final = 8


class Caption(NamedTuple):
    """Whose tile it is; ``number`` is the key that pins it."""

    person: Person
    number: int
    is_pinned: bool
    is_screen: bool = False


class _Part(NamedTuple):
    """A piece of text; the lowest ``rank`` stays the longest."""

    text: str
    style: str
    rank: int


def upper(caption: Caption, width: int) -> Content:
    """Return the name, and whose it is, for the upper border of a tile of this width."""
    room = width - _CORNERS_CELLS
    person = caption.person
    mark = "▲ " if caption.is_pinned else ""
    if caption.is_screen:
        return Content.assemble((mark, "$primary"), _screen_of(person, room - cell_len(mark)))
    you = " (you)" if person.is_me else ""
    if you and room - cell_len(mark) - cell_len(you) < min(
        _LEAST_NAME_CELLS, cell_len(person.name)
    ):
        return Content.assemble((mark, "$primary"), "You")
    emoji = f" {person.reaction}" if _is_reaction_above(caption, width) else ""
    name = name_of(person.name, room - cell_len(mark) - cell_len(you) - cell_len(emoji))
    return Content.assemble((mark, "$primary"), name, (you, "$quiet"), emoji)


def lower(caption: Caption, width: int) -> Content:
    """Return the state for the lower border of a tile of this width."""
    room = width - _CORNERS_CELLS
    if caption.is_screen:
        return _joined(_screen_states(caption, is_roomy=room >= _ROOMY_CELLS), room)
    parts = _states(caption, is_roomy=room >= _ROOMY_CELLS, is_narrow=room < len("reconnecting"))
    if caption.person.reaction and not _is_reaction_above(caption, width):
        parts.insert(0, _Part(caption.person.reaction, "", 0))
    return _joined(parts, room)


def line(caption: Caption, width: int) -> Content:
    """Return name, state and meter as one line of exactly this width.

    The state gets what the name leaves, or a third; the meter gets what both leave.
    """
    person = caption.person
    if caption.is_screen:
        return _screen_line(caption, width)
    parts = _states(caption, is_roomy=False, is_narrow=True)
    if person.reaction:
        parts.insert(0, _Part(person.reaction, "", 0))
    state = _joined(parts, max(2, width // 3, width - 3 - cell_len(person.name)))
    room = width - state.cell_length - 3
    suffix = " (you)" if person.is_me and cell_len(person.name) + 6 <= room else ""
    name = name_of(person.name, max(2, room - cell_len(suffix))) + suffix
    meter = min(_METER_CELLS, room - cell_len(name) - 1) if person.has_microphone else 0
    style = "bold $success" if person.is_shown_speaking else "$foreground"
    bar = _meter(person.level_dbfs, meter) if meter >= 3 else Content("")
    gap = width - 2 - cell_len(name) - bar.cell_length - state.cell_length - bool(bar)
    return Content.assemble(" ", (name, style), " " * gap, bar, " " * bool(bar), state, " ")


def title(subject: Subject) -> str:
    """Return what a tile is called where there is room for all of it."""
    person = subject.person
    return _screen_of(person, _ANY_ROOM) if subject.is_screen else person.name


def _screen_of(person: Person, room: int) -> str:
    """Return whose screen it is; where that is too long, a sign and the name."""
    if person.is_me:
        return "Your screen" if room >= len("Your screen") else f"{SCREEN_SIGN} You"
    if room - len(_SCREEN) >= min(_LEAST_NAME_CELLS, cell_len(person.name)):
        return name_of(person.name, room - len(_SCREEN)) + _SCREEN
    return f"{SCREEN_SIGN} {name_of(person.name, max(2, room - 2))}"


def _screen_states(caption: Caption, *, is_roomy: bool) -> list[_Part]:
    person = caption.person
    parts = []
    if not person.is_connected:
        parts.append(_Part("reconnecting" if is_roomy else "away", "$warning", 1))
    elif not person.is_screen_live:
        parts.append(_Part("paused", "$quiet", 1))
    return parts + _number(caption, is_roomy=is_roomy)


def _screen_line(caption: Caption, width: int) -> Content:
    state = _joined(_screen_states(caption, is_roomy=False), max(2, width // 3))
    name = _screen_of(caption.person, max(4, width - state.cell_length - 3))
    gap = width - 2 - cell_len(name) - state.cell_length
    return Content.assemble(" ", (name, "$foreground"), " " * gap, state, " ")


def _is_reaction_above(caption: Caption, width: int) -> bool:
    """Return whether name and emoji both fit above."""
    person = caption.person
    taken = 2 * caption.is_pinned + 6 * person.is_me + cell_len(person.name)
    return bool(person.reaction) and (
        taken + cell_len(person.reaction) + 1 <= width - _CORNERS_CELLS
    )


def _states(caption: Caption, *, is_roomy: bool, is_narrow: bool) -> list[_Part]:
    person = caption.person
    parts = []
    if person.has_hand_raised:
        parts.append(_Part("⚑" if is_narrow else "⚑ hand", "$warning", 2))
    if person.is_moderator and is_roomy:
        parts.append(_Part("host" if person.role == "host" else "moderator", "$quiet", 5))
    if not person.is_connected:
        parts.append(_Part("away" if is_narrow else "reconnecting", "$warning", 1))
    else:
        parts.append(_microphone(person))
    if person.volume != 1:
        parts.append(_Part(percent(person.volume), "$primary", 4))
    return parts + _number(caption, is_roomy=is_roomy)


def _number(caption: Caption, *, is_roomy: bool) -> list[_Part]:
    if caption.number > MOST_NUMBERS:
        return []
    is_spelled = caption.is_pinned and is_roomy
    word = f"pinned {caption.number}" if is_spelled else str(caption.number)
    return [_Part(word, "$primary" if caption.is_pinned else "$quiet", 3)]


def _microphone(person: Person) -> _Part:
    if person.is_talking:
        return _Part("♪ TALKING", "bold $success", 1)
    if not person.has_microphone:
        return _Part("muted" if person.is_muted else "mic off", "$quiet", 1)
    if person.is_microphone_silent:
        return _Part("! silent", "$warning", 1)
    return _Part("♪", "$success", 1)


def _joined(parts: Sequence[_Part], room: int) -> Content:
    room += 1  # the first has no blank before it
    kept = set()
    for part in sorted(parts, key=lambda part: part.rank):
        if cell_len(part.text) < room:
            kept.add(part)
            room -= cell_len(part.text) + 1
    pieces: list[str | tuple[str, str]] = []
    for part in parts:
        if part in kept:
            pieces += [" "] * bool(pieces) + [(part.text, part.style)]
    return Content.assemble(*pieces)


def _meter(dbfs: float | None, width: int) -> Content:
    lit = round(loudness(dbfs) * width)
    return Content.assemble(("━" * lit, "$success"), ("─" * (width - lit), "$pane-border"))
