"""What tiles show: people, by their cameras or else their names, and the screens that they share.

Pure. A screen has a tile of its own beside that of whoever shares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.tui.people import Person


class TileKey(NamedTuple):
    """Which tile: whose, and of what."""

    peer_id: PeerId
    label: Label = "video"


@dataclass(frozen=True, slots=True)
class Subject:
    """What one tile shows of a person."""

    person: Person
    label: Label = "video"

    @property
    def key(self) -> TileKey:
        """What stays the same while they are here."""
        return TileKey(self.person.peer_id, self.label)

    @property
    def is_screen(self) -> bool:
        return self.label == "screen"

    @property
    def is_self_view(self) -> bool:
        """Whether it shows me, not what I share."""
        return self.person.is_me and not self.is_screen

    @property
    def has_picture(self) -> bool:
        """Whether pictures of it come."""
        return self.person.is_screen_live if self.is_screen else self.person.has_camera

    @property
    def needs_room(self) -> bool:
        """Whether it is to have room for a picture; a screen also while it stands still."""
        return self.is_screen or self.person.has_camera


def faces(people: Iterable[Person]) -> list[Subject]:
    """Return what shows these people themselves."""
    return [Subject(person) for person in people]


def screens(people: Iterable[Person]) -> list[Subject]:
    """Return what these people share."""
    return [Subject(person, "screen") for person in people if person.has_screen]


def keys(subjects: Sequence[Subject]) -> list[TileKey]:
    """Return the keys of these, in their order."""
    return [subject.key for subject in subjects]
