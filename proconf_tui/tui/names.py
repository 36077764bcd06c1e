"""What people are called here: so that nobody reads as oneself, as the host, or as somebody else.

Names are free, and whoever comes chooses one. The page of browser guests has the same guard for
oneself (js/core/words.js); the words for roles are those that this screen shows beside names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from proconf_tui.control import events
from proconf_tui.control.screen import LobbyPeerInfo, PeerInfo, RoomSnapshot
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.words import name_of

MOST_KNOWN: Final = 2048
"""Of people who are gone the first to come are forgotten over it."""

SOMEBODY: Final = "Somebody"

_LOOKALIKES: Final = {
    "y": "\u0443\u04af\u03b3",
    "o": "\u043e\u03bf\u05850",
    "u": "\u03c5\u057d",
    "h": "\u04bb",
    "s": "\u0455",
    "t": "\u0442\u03c4",
    "e": "\u0435\u03b5",
    "p": "\u03c1\u0440",
    "c": "\u0441",
    "a": "\u0430\u03b1",
    "d": "\u0501",
    "m": "\u043c",
    "i": "\u0456\u03b9\u0131\u04cf1|l",
}
_LETTER_OF: Final = str.maketrans(
    {look: letter for letter, looks in _LOOKALIKES.items() for look in looks}
)
_CALLED_YOU: Final = re.compile(
    r"^[\W\d_]*you(?:[\W\d_]*$|\s*(?![\s'’-])[\W\d_]|\s+-)|[(\[{<]\s*you\b"
)
_ROLE_AT_END: Final = re.compile(
    r"(?<![^\W\d_])(host|co[\W_]*host|mod|moderator)[\W\d_]*(?:you[\W\d_]*)?$"
)


class Named(NamedTuple):
    """Somebody's name and what they may be called because of what they are."""

    name: str
    is_host: bool = False
    is_moderator: bool = False


@lru_cache(maxsize=2048)
def folded(name: str) -> str:
    """Return what a name looks like: alike for names that people take for the same."""
    plain = unicodedata.normalize("NFKD", name)
    bare = "".join(one for one in plain if not unicodedata.category(one).startswith("M"))
    return " ".join(bare.lower().translate(_LETTER_OF).split())


def guarded(named: Named) -> str:
    """Return the name of somebody else, which reads neither as oneself nor as another's role."""
    name = name_of(named.name)
    look = folded(name)
    if _CALLED_YOU.search(look):
        return f"(not you) {name}"
    role = _ROLE_AT_END.search(look)
    if role is None:
        return name
    if role[1] == "host":
        return name if named.is_host else f"(not host) {name}"
    return name if named.is_moderator else f"(not moderator) {name}"


class Names:
    """Who is called what, also when they have left: names are taken when they come.

    Of people who are here at the same time no two are called alike: whoever comes later has a
    number, and keeps it. Oneself keeps one's name.
    """

    def __init__(self) -> None:
        self._known: dict[PeerId, tuple[Named, str]] = {}
        self._here: dict[PeerId, Named] = {}
        self._my_id: PeerId | None = None

    def of(self, peer_id: PeerId) -> str:
        """Return what somebody is called, be they here or gone."""
        known = self._known.get(peer_id)
        return known[1] if known else SOMEBODY

    def of_writer(self, peer_id: PeerId, name: str) -> str:
        """Return what the writer of a line is called, who may have left before one came."""
        if peer_id not in self._known:
            self._know({peer_id: Named(name)})
        return self.of(peer_id)

    def hear(self, event: events.Event) -> None:
        """Learn names from an event, if it has any."""
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def snapshot(self, snapshot: RoomSnapshot) -> None:
        """Learn who is here."""
        me = [snapshot.me] if snapshot.me else []
        self._my_id = me[0].peer_id if me else self._my_id
        others = sorted(snapshot.peers, key=lambda peer: peer.joined_at)
        waiting = sorted(snapshot.lobby, key=lambda peer: peer.knocked_at)
        seats: list[PeerInfo | LobbyPeerInfo] = [*me, *others, *waiting]
        here = {seat.peer_id: _named(seat) for seat in seats}
        if here != self._here:
            self._here = here
            self._know(here)

    def came(self, peer_id: PeerId, named: Named) -> None:
        """Learn who has come."""
        if peer_id not in self._here:
            self._here = self._here | {peer_id: named}
            self._know(self._here)

    def left(self, event: events.PeerLeft) -> None:
        """Learn who is gone; their name is free again."""
        self.of_writer(event.peer_id, event.name)
        self._here = {who: named for who, named in self._here.items() if who != event.peer_id}

    def _know(self, people: Mapping[PeerId, Named]) -> None:
        """Give names to these; who has one keeps it, unless somebody before has it too."""
        everybody = {**self._here, **people}
        taken: set[str] = set()
        if self._my_id is not None and (me := everybody.pop(self._my_id, None)) is not None:
            self._call(self._my_id, me, name_of(me.name), taken)
        new = []
        for peer_id, named in everybody.items():
            known = self._known.get(peer_id)
            if known is not None and known[0] == named and folded(known[1]) not in taken:
                taken.add(folded(known[1]))
            else:
                new.append((peer_id, named))
        for peer_id, named in new:
            self._call(peer_id, named, _free(guarded(named), taken), taken)
        self._forget()

    def _call(self, peer_id: PeerId, named: Named, shown: str, taken: set[str]) -> None:
        self._known[peer_id] = (named, shown)
        taken.add(folded(shown))

    def _forget(self) -> None:
        gone = (peer_id for peer_id in list(self._known) if peer_id not in self._here)
        for peer_id, _ in zip(gone, range(len(self._known) - MOST_KNOWN), strict=False):
            del self._known[peer_id]


def _free(name: str, taken: Collection[str]) -> str:
    """Return the name, or the name with the first number that nobody here has."""
    number, shown = 1, name
    while folded(shown) in taken:
        number += 1
        shown = f"{name} ({number})"
    return shown


def _named(seat: PeerInfo | LobbyPeerInfo) -> Named:
    if isinstance(seat, LobbyPeerInfo):
        return Named(seat.name)
    return Named(seat.name, seat.role == "host", seat.is_moderator)


def _joined(names: Names, event: events.NewPeerJoined) -> None:
    is_host = event.role == "host"
    names.came(event.peer_id, Named(event.name, is_host, is_host or event.role == "coHost"))


_HANDLERS: Final[dict[type[events.Event], Callable[[Names, Any], None]]] = {
    RoomSnapshot: Names.snapshot,
    events.NewPeerJoined: _joined,
    events.PeerLeft: Names.left,
}
