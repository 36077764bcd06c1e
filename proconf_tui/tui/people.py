"""Questions that the panes ask of a `RoomSnapshot`; pure, it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from proconf_tui.control.screen import LobbyPeerInfo, PeerInfo, RoomSnapshot
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.tui.words import SPEAKING_DBFS, name_of


@dataclass(frozen=True, slots=True)
class Person:
    """One participant as rows and tiles show it; ``level_dbfs`` is None while unknown."""

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

    @property
    def is_speaking(self) -> bool:
        """Whether they can be heard right now."""
        is_loud = self.level_dbfs is not None and self.level_dbfs > SPEAKING_DBFS
        return self.has_microphone and is_loud


def is_live(peer: PeerInfo | None, label: Label) -> bool:
    """Return whether this stream is published and not paused."""
    return peer is not None and peer.streams.get(label) == "live"


def others(snapshot: RoomSnapshot) -> list[PeerInfo]:
    """Return everybody but me, in the order they came."""
    my_id = snapshot.me.peer_id if snapshot.me else None
    peers = [peer for peer in snapshot.peers if peer.peer_id != my_id]
    return sorted(peers, key=lambda peer: (peer.joined_at, peer.peer_id))


def people(
    snapshot: RoomSnapshot, microphone_dbfs: float | None, peers_dbfs: dict[PeerId, float]
) -> list[Person]:
    """Return everybody in the room: me, then raised hands by age, then the others as they came."""
    mine = [_person(snapshot.me, True, microphone_dbfs)] if snapshot.me else []
    peers = others(snapshot)
    peers.sort(key=lambda peer: peer.hand_raised_at or float("inf"))
    return mine + [_person(peer, False, peers_dbfs.get(peer.peer_id)) for peer in peers]


def _person(peer: PeerInfo, is_me: bool, level_dbfs: float | None) -> Person:
    return Person(
        peer_id=peer.peer_id,
        name=name_of(peer.name),
        role=peer.role,
        is_me=is_me,
        is_moderator=peer.is_moderator,
        has_microphone=is_live(peer, "audio"),
        has_camera=is_live(peer, "video"),
        has_hand_raised=peer.hand_raised_at is not None,
        is_connected=peer.is_connected,
        level_dbfs=level_dbfs,
    )


def waiting(snapshot: RoomSnapshot) -> list[LobbyPeerInfo]:
    """Return who waits in the lobby, longest first; empty for whoever is no moderator."""
    if not am_moderator(snapshot):
        return []
    return sorted(snapshot.lobby, key=lambda peer: (peer.knocked_at, peer.peer_id))


def am_moderator(snapshot: RoomSnapshot) -> bool:
    """Return whether I may moderate."""
    return snapshot.me is not None and snapshot.me.is_moderator


def am_last_moderator(snapshot: RoomSnapshot) -> bool:
    """Return whether nobody could moderate if I left."""
    return am_moderator(snapshot) and not any(peer.is_moderator for peer in others(snapshot))


def named(snapshot: RoomSnapshot, text: str) -> list[PeerInfo | LobbyPeerInfo]:
    """Return those, in the room or the lobby, whose name is ``text``, or else begins with it."""
    everybody: list[PeerInfo | LobbyPeerInfo] = [*others(snapshot), *waiting(snapshot)]
    wanted = text.casefold().strip()
    exact = [peer for peer in everybody if name_of(peer.name).casefold() == wanted]
    return exact or [peer for peer in everybody if name_of(peer.name).casefold().startswith(wanted)]
