"""The room as this participant may see it: the server's view, folded forward event by event.

It keeps the handles of the others in step and says what its user is to be told. It sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import av

from proconf_tui.control.events import Event
from proconf_tui.errors import PeerNotFound
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.room import events as room_events
from proconf_tui.room.model import Participant, RoomState
from proconf_tui.room.permissions import Rights
from proconf_tui.room.state import evolve, follow
from proconf_tui.sdk import notify
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.remote_peer import RemotePeer
from proconf_tui.sdk.tracks import RemoteTrack


class RoomView:
    """What is known of the room; ``state`` is None until one is in."""

    def __init__(self, call: Call, mixer: Mixer) -> None:
        self.me: PeerId | None = None
        self.state: RoomState | None = None
        self.peers: dict[PeerId, RemotePeer] = {}
        self._call = call
        self._mixer = mixer

    @property
    def participant(self) -> Participant | None:
        """Oneself, once in."""
        if self.state is None or self.me is None:
            return None
        return self.state.participants.get(self.me)

    @property
    def oneself(self) -> Participant:
        """Oneself.

        Raises:
            PeerNotFound: one is not in.
        """
        participant = self.participant
        if participant is None:
            raise PeerNotFound("You are not in the meeting (any more).")
        return participant

    @property
    def rights(self) -> Rights | None:
        """What one may do now, once in."""
        if self.state is None or self.me is None:
            return None
        return self.state.rights_of(self.me)

    def find_track(self, peer_id: PeerId, label: Label) -> RemoteTrack | None:
        """Return the stream that somebody publishes under ``label``, or None."""
        peer = self.peers.get(peer_id)
        return peer.find_track(label) if peer else None

    def show(
        self, peer_id: PeerId, label: Label, frame: av.VideoFrame, offset_ms: float | None
    ) -> None:
        """Take the newest picture of a stream; one that is over or paused shows nothing.

        ``offset_ms`` is how far it is behind its sound, if known.
        """
        track = self.find_track(peer_id, label)
        if track is not None and track.is_enabled:
            track.show(frame, offset_ms)

    def subscribed(self, peer_id: PeerId, label: Label) -> None:
        """Tell a peer's listeners that a stream of theirs has begun to come."""
        peer = self.peers.get(peer_id)
        if peer is None:
            return
        track = peer.find_track(label)
        if track is None or track.begin():
            peer.emit("track-subscribed", {"label": label})

    def unsubscribed(self, peer_id: PeerId, label: Label) -> None:
        """Show no picture of a stream that no longer comes: by the time it does, it were stale.

        Who has left keeps no voice: one may have been made by a map that was older than that.
        """
        if peer_id not in self.peers:
            self._mixer.remove(peer_id)
        track = self.find_track(peer_id, label)
        if track is not None:
            track.show(None)

    def replace(self, state: RoomState) -> list[Event]:
        """Take a whole new view and return what the user is to be told; nothing at the first."""
        before, self.state = self.state, state
        self._sync_peers()
        if before is None or self.me is None:
            return []
        return notify.told_of_gap(notify.Fold(before, state, self.me))

    def apply(self, happened: Sequence[room_events.Event], version: int) -> list[Event]:
        """Fold what happened, and return what the user is to be told.

        Raises:
            InvalidMessage: it does not follow from what was shown before.
        """
        if self.state is None or self.me is None:
            return []
        told: list[Event] = []
        state = self.state
        for event in happened:
            after = evolve(state, event)
            told += notify.told_of(event, notify.Fold(state, after, self.me))
            state = after
        self.state = follow(state, (), version)
        self._sync_peers()
        return told

    def forget(self) -> None:
        """Know nothing any more: one comes in anew, as somebody else."""
        self.state = None
        self.clear()

    def clear(self) -> None:
        """Let go of everybody: one is no longer in."""
        for peer in self.peers.values():
            peer.gone()
        self.peers.clear()

    def _sync_peers(self) -> None:
        participants = self.state.participants if self.state else {}
        for peer_id in [one for one in self.peers if one not in participants]:
            self.peers.pop(peer_id).gone()
        for peer_id, participant in participants.items():
            if peer_id in self.peers:
                self.peers[peer_id].update(participant)
            elif peer_id != self.me:
                self.peers[peer_id] = RemotePeer(participant, self._call, self._mixer)
