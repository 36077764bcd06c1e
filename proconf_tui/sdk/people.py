"""Who is in a room, who waits to be let in, who is kept out, and who speaks.

Live views of what the server has told; it asks nothing and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proconf_tui.errors import PeerNotFound
from proconf_tui.protocol.ids import Identity, PeerId
from proconf_tui.protocol.messages import Json
from proconf_tui.sdk.incoming import Speakers
from proconf_tui.sdk.remote_peer import RemotePeer
from proconf_tui.sdk.view import RoomView


class People:
    """The people of a room, as far as one may know of them."""

    def __init__(self, view: RoomView, speakers: Speakers) -> None:
        self._view = view
        self._speakers = speakers

    @property
    def remote_peers(self) -> Mapping[PeerId, RemotePeer]:
        """The others who are in."""
        return MappingProxyType(self._view.peers)

    @property
    def peer_ids(self) -> list[PeerId]:
        """The ids of the others who are in."""
        return list(self._view.peers)

    def remote_peer_exists(self, peer_id: str) -> RemotePeer | None:
        """Return who has that id, or None."""
        return self._view.peers.get(PeerId(peer_id))

    def get_remote_peer_by_id(self, peer_id: str) -> RemotePeer:
        """Return who has that id.

        Raises:
            PeerNotFound: nobody here.
        """
        peer = self.remote_peer_exists(peer_id)
        if peer is None:
            raise PeerNotFound
        return peer

    @property
    def lobby_peer_ids(self) -> list[PeerId]:
        """Who waits, longest waiting first; empty for who is no moderator."""
        return list(self._view.state.lobby) if self._view.state else []

    @property
    def lobby_peer_set(self) -> frozenset[PeerId]:
        """Who waits; empty for who is no moderator."""
        return frozenset(self.lobby_peer_ids)

    @property
    def blocked(self) -> frozenset[Identity]:
        """The identities that are kept out; empty for who is no moderator."""
        return self._view.state.blocked if self._view.state else frozenset()

    def get_lobby_peer_metadata(self, peer_id: str) -> Json:
        """Return ``{"peerId", "metadata"}`` of one who waits; moderators only.

        Raises:
            PeerNotFound: nobody of that id waits, as far as one may know.
        """
        waiting = self._view.state.lobby.get(PeerId(peer_id)) if self._view.state else None
        if waiting is None:
            raise PeerNotFound("Nobody with that id waits in the lobby.")
        return {"peerId": waiting.peer_id, "metadata": dict(waiting.metadata)}

    @property
    def active_speakers(self) -> list[PeerId]:
        """Who speaks, loudest first."""
        return list(self._speakers.active)

    @property
    def levels(self) -> dict[PeerId, float]:
        """How loud the server hears everybody, -127 to 0, sent here or not; empty in silence."""
        return dict(self._speakers.levels)

    @property
    def dominant_speaker(self) -> PeerId | None:
        """Who has the floor."""
        return self._speakers.dominant
