"""In which order tiles stand, and who has the floor: neither changes at every word. Pure.

Times are in seconds of one monotonic clock. Whoever comes sits down at the end; oneself is last.
Whoever speaks and is not shown changes places with somebody who has long been quiet, but keeps
the number they have. Screens come before people, and have the numbers after theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video.subjects import Subject, faces, screens

TAKES_FLOOR_AFTER_S: Final = 1.5
KEEPS_SEAT_FOR_S: Final = 8.0
_PAUSE_S: Final = 0.7
"""Between words one is not silent yet."""


class Floor:
    """Who has the floor: whoever has long enough been the loudest of the others."""

    def __init__(self) -> None:
        self.speaker: PeerId | None = None
        self._rival: PeerId | None = None
        self._rival_since = self._rival_heard_at = 0.0

    def hear(self, people: Sequence[Person], now: float) -> None:
        """Take in how loud everybody is now."""
        if self.speaker not in {person.peer_id for person in people}:
            self.speaker = None
        loudest = max(
            (person for person in people if person.is_speaking and not person.is_me),
            key=lambda person: person.level_dbfs or 0.0,
            default=None,
        )
        if loudest is None:
            return
        if loudest.peer_id == self.speaker:
            self._rival = None
        elif self.speaker is None or self._has_waited(loudest.peer_id, now):
            self.speaker, self._rival = loudest.peer_id, None

    def _has_waited(self, rival: PeerId, now: float) -> bool:
        if rival != self._rival or now - self._rival_heard_at > _PAUSE_S:
            self._rival, self._rival_since = rival, now
        self._rival_heard_at = now
        return now - self._rival_since >= TAKES_FLOOR_AFTER_S


class Seating:
    """The order of people's tiles; where not all fit, those at the front are shown."""

    def __init__(self) -> None:
        self._seats: list[PeerId] = []
        self._numbers: list[PeerId] = []
        self._sharing: list[PeerId] = []
        self._people: dict[PeerId, Person] = {}
        self._spoke_at: dict[PeerId, float] = {}
        self._began_at: dict[PeerId, float] = {}

    @property
    def order(self) -> list[Person]:
        """Everybody, oneself last."""
        return [self._people[peer_id] for peer_id in self._seats]

    @property
    def numbered(self) -> list[Person]:
        """Everybody as they came, whoever sits where; oneself last."""
        return [self._people[peer_id] for peer_id in self._numbers]

    @property
    def screens(self) -> list[Subject]:
        """The screens that are shared, as they began."""
        return screens(self._people[peer_id] for peer_id in self._sharing)

    @property
    def tiles(self) -> list[Subject]:
        """All that has a tile, in the order of tiles: the screens, then people."""
        return [*self.screens, *faces(self.order)]

    @property
    def numbered_tiles(self) -> list[Subject]:
        """All that has a tile, by number: people keep theirs, whatever is shared."""
        return [*faces(self.numbered), *self.screens]

    def seat(self, people: Sequence[Person], now: float) -> None:
        """Let those who came sit down and those who left get up."""
        self._people = {person.peer_id: person for person in people}
        self._seats = self._of_now(self._seats)
        self._numbers = self._of_now(self._numbers)
        sharing = [peer_id for peer_id in self._numbers if self._people[peer_id].has_screen]
        before = [peer_id for peer_id in self._sharing if peer_id in sharing]
        self._sharing = list(dict.fromkeys([*before, *sharing]))
        for person in people:
            if person.is_speaking:
                self._speak(person.peer_id, now)
        for gone in self._spoke_at.keys() - self._people.keys():
            del self._spoke_at[gone], self._began_at[gone]

    def bring_forward(self, hidden: Collection[PeerId], now: float) -> bool:
        """Let those who speak and are hidden change places with quiet ones; return if any did.

        Only with somebody of their kind, with a camera or without: others leave no fitting tile.
        """
        is_changed = False
        for peer_id in [one for one in self._seats if one in hidden]:
            if self._speaks_for(peer_id, now) < TAKES_FLOOR_AFTER_S:
                continue
            quiet = self._quietest(peer_id, hidden, now)
            if quiet is not None:
                self._swap(peer_id, quiet)
                hidden = {*hidden, quiet} - {peer_id}
                is_changed = True
        return is_changed

    def _of_now(self, before: Sequence[PeerId]) -> list[PeerId]:
        """Return those of ``before`` who are here, then those who came, then oneself."""
        stay = [peer_id for peer_id in before if peer_id in self._people]
        came = sorted(self._people, key=lambda peer_id: self._people[peer_id].number)
        everybody = dict.fromkeys([*stay, *came])
        return sorted(everybody, key=lambda peer_id: self._people[peer_id].is_me)

    def _speak(self, peer_id: PeerId, now: float) -> None:
        if now - self._spoke_at.get(peer_id, -_PAUSE_S * 2) > _PAUSE_S:
            self._began_at[peer_id] = now
        self._spoke_at[peer_id] = now

    def _speaks_for(self, peer_id: PeerId, now: float) -> float:
        spoke_at = self._spoke_at.get(peer_id)
        if spoke_at is None or now - spoke_at > _PAUSE_S:
            return 0.0
        return now - self._began_at[peer_id]

    def _quietest(self, for_whom: PeerId, hidden: Collection[PeerId], now: float) -> PeerId | None:
        never = float("-inf")
        has_camera = self._people[for_whom].has_camera
        quiet = [
            person.peer_id
            for person in self.order
            if person.peer_id not in hidden
            and not person.is_me
            and person.has_camera == has_camera
            and now - self._spoke_at.get(person.peer_id, never) > KEEPS_SEAT_FOR_S
        ]
        # Of those who never spoke the last to come goes first.
        return min(reversed(quiet), key=lambda one: self._spoke_at.get(one, never), default=None)

    def _swap(self, one: PeerId, other: PeerId) -> None:
        a, b = self._seats.index(one), self._seats.index(other)
        self._seats[a], self._seats[b] = other, one
