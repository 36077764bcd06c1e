"""Questions that the panes ask of a `RoomSnapshot`; pure, it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TypeVar

from proconf_tui.control.screen import (
    BlockedInfo,
    ControlsInfo,
    LobbyPeerInfo,
    PeerInfo,
    RoomSnapshot,
)
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.tui.words import SPEAKING_DBFS, name_of

_T = TypeVar("_T")
NameOf = Callable[[PeerId], str]


@dataclass(frozen=True, slots=True)
class Passing:
    """What is true of people for a moment: loudness, emoji, and whose connection is silent.

    ``speaking`` are those who were heard a moment ago, whatever they are now.
    ``is_talking`` and ``is_microphone_silent`` are about oneself: talking by the key, and nothing
    coming from the microphone.
    """

    microphone_dbfs: float | None = None
    peers_dbfs: Mapping[PeerId, float] = field(default_factory=dict)
    reactions: Mapping[PeerId, str] = field(default_factory=dict)
    lost: Set[PeerId] = frozenset()
    speaking: Set[PeerId] = frozenset()
    is_talking: bool = False
    is_microphone_silent: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One participant as rows and tiles show it; ``level_dbfs`` is None while unknown.

    Who neither ``has_microphone`` nor ``is_muted`` sends no sound at all. ``volume`` is how loud
    they are played here, 1 as they are sent. ``number`` counts the others as they came, from 1.
    Of who ``is_sent_here`` nothing else is known to keep sound and pictures from coming.
    Who ``has_screen`` shares one; it may stand still while it is not ``is_screen_live``.
    """

    peer_id: PeerId
    name: str
    role: str
    is_me: bool
    is_moderator: bool
    has_microphone: bool
    has_camera: bool
    has_hand_raised: bool
    is_connected: bool
    level_dbfs: float | None = None
    reaction: str = ""
    volume: float = 1.0
    is_talking: bool = False
    is_microphone_silent: bool = False
    is_muted: bool = False
    has_just_spoken: bool = False
    number: int = 0
    is_sent_here: bool = False
    has_screen: bool = False
    is_screen_live: bool = False

    @property
    def is_speaking(self) -> bool:
        """Whether they can be heard right now."""
        is_loud = self.level_dbfs is not None and self.level_dbfs > SPEAKING_DBFS
        return self.has_microphone and is_loud

    @property
    def is_shown_speaking(self) -> bool:
        """Whether they can be heard, or could a moment ago."""
        return self.is_speaking or (self.has_microphone and self.has_just_spoken)


def is_live(peer: PeerInfo | None, label: Label) -> bool:
    """Return whether this stream is published and not paused."""
    return peer is not None and peer.streams.get(label) == "live"


def is_muted(peer: PeerInfo | None) -> bool:
    """Return whether the microphone is published and paused."""
    return peer is not None and peer.streams.get("audio") == "paused"


def others(snapshot: RoomSnapshot) -> list[PeerInfo]:
    """Return everybody but me, in the order they came.

    Who was let in together came at the same time: those stay as they stand in the snapshot.
    """
    my_id = snapshot.me.peer_id if snapshot.me else None
    peers = [peer for peer in snapshot.peers if peer.peer_id != my_id]
    return sorted(peers, key=lambda peer: peer.joined_at)


def people(snapshot: RoomSnapshot, passing: Passing, called: NameOf | None = None) -> list[Person]:
    """Return everybody in the room: me, then raised hands by age, then the others as they came.

    ``called`` says what people are called here, if that is not just their name.
    """
    numbered = list(enumerate(others(snapshot), 1))
    numbered.sort(key=lambda one: one[1].hand_raised_at or float("inf"))
    everybody = [*([(0, snapshot.me)] if snapshot.me else []), *numbered]
    return [
        _person(
            peer, called(peer.peer_id) if called else name_of(peer.name), number, snapshot, passing
        )
        for number, peer in everybody
    ]


def _person(
    peer: PeerInfo, name: str, number: int, snapshot: RoomSnapshot, passing: Passing
) -> Person:
    is_me = peer is snapshot.me
    is_lost = is_away(snapshot) if is_me else peer.peer_id in passing.lost
    return Person(
        peer_id=peer.peer_id,
        name=name,
        role=peer.role,
        is_me=is_me,
        is_moderator=peer.is_moderator,
        has_microphone=is_live(peer, "audio"),
        has_camera=is_live(peer, "video"),
        has_hand_raised=peer.hand_raised_at is not None,
        is_connected=peer.is_connected and not is_lost,
        level_dbfs=passing.microphone_dbfs if is_me else passing.peers_dbfs.get(peer.peer_id),
        reaction=passing.reactions.get(peer.peer_id, ""),
        volume=peer.volume,
        is_talking=is_me and passing.is_talking,
        is_microphone_silent=is_me and passing.is_microphone_silent,
        is_muted=is_muted(peer),
        has_just_spoken=peer.peer_id in passing.speaking,
        number=number,
        is_sent_here=not is_me and peer.is_connected and not is_lost and is_receiving(snapshot),
        has_screen="screen" in peer.streams,
        is_screen_live=is_live(peer, "screen"),
    )


def waiting(snapshot: RoomSnapshot) -> list[LobbyPeerInfo]:
    """Return who waits in the lobby, longest first; empty for whoever is no moderator."""
    if not am_moderator(snapshot):
        return []
    return sorted(snapshot.lobby, key=lambda peer: (peer.knocked_at, peer.peer_id))


def is_away(snapshot: RoomSnapshot) -> bool:
    """Return whether the connection is broken and being made again."""
    return snapshot.state == "reconnecting"


def is_receiving(snapshot: RoomSnapshot) -> bool:
    """Return whether one is connected, and the room lets people receive."""
    return snapshot.state == "connected" and snapshot.controls.allow_consume


def is_suspended(controls: ControlsInfo) -> bool:
    """Return whether all media is off and the room locked."""
    return controls.room_locked and not controls.allow_produce


def am_moderator(snapshot: RoomSnapshot) -> bool:
    """Return whether I may moderate."""
    return snapshot.me is not None and snapshot.me.is_moderator


def am_last_moderator(snapshot: RoomSnapshot) -> bool:
    """Return whether nobody could moderate if I left."""
    return am_moderator(snapshot) and not any(peer.is_moderator for peer in others(snapshot))


def named(snapshot: RoomSnapshot, text: str, called: NameOf) -> list[PeerInfo | LobbyPeerInfo]:
    """Return those, in the room or the lobby, whose name is ``text``, or else begins with it.

    Who is ``called`` so here comes before all others.
    """
    everybody: list[PeerInfo | LobbyPeerInfo] = [*others(snapshot), *waiting(snapshot)]
    shown = [peer for peer in everybody if _folded(called(peer.peer_id)) == _folded(text)]
    return shown or _called(everybody, lambda peer: peer.name, text)


def addressed(snapshot: RoomSnapshot, line: str, called: NameOf) -> tuple[list[PeerInfo], str]:
    """Return whom a line that begins with a name is for, and the rest of it.

    The longest name that somebody has counts; else the first word, which may be a beginning.
    """
    words = line.split()
    for count in range(len(words), 0, -1):
        name, rest = " ".join(words[:count]), _without_words(line, count)
        for called_so in (lambda peer: called(peer.peer_id), lambda peer: peer.name):
            found = [peer for peer in others(snapshot) if _folded(called_so(peer)) == _folded(name)]
            if found:
                return found, rest
    return _called(others(snapshot), lambda peer: peer.name, words[0]), _without_words(line, 1)


def blocked_named(snapshot: RoomSnapshot, text: str) -> list[BlockedInfo]:
    """Return the blocked ones of this name or identity, or else those whose name begins so."""
    exact = [one for one in snapshot.blocked if one.identity == text.strip()]
    return exact or _called(snapshot.blocked, lambda one: one.name or one.identity, text)


def _called(everybody: Sequence[_T], name: Callable[[_T], str], text: str) -> list[_T]:
    wanted = _folded(text)
    exact = [one for one in everybody if _folded(name(one)) == wanted]
    return exact or [one for one in everybody if _folded(name(one)).startswith(wanted)]


def _folded(name: str) -> str:
    return name_of(name).casefold()


def _without_words(line: str, count: int) -> str:
    parts = line.split(maxsplit=count)
    return parts[count] if len(parts) > count else ""
