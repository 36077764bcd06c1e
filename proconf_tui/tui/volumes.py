"""How loud the others were played by an agent that has stopped, for the next one. Pure."""

from __future__ import annotations

from proconf_tui.control.commands import SetVolume
from proconf_tui.control.screen import RoomSnapshot
from proconf_tui.protocol.ids import PeerId

_AS_SENT = 1.0


class Volumes:
    """What an agent's snapshots say of volumes is gone with it; this remembers it."""

    def __init__(self) -> None:
        self._lost: dict[PeerId, float] = {}

    def agent_stopped(self, snapshot: RoomSnapshot | None) -> None:
        """Remember the volumes in the last snapshot."""
        for peer in snapshot.peers if snapshot else ():
            if peer.volume != _AS_SENT:
                self._lost[peer.peer_id] = peer.volume

    def restore(self, snapshot: RoomSnapshot) -> list[SetVolume]:
        """Return what a new agent is to be told, once it is in the room; then forget it."""
        if not self._lost or snapshot.me is None or snapshot.state != "connected":
            return []
        lost, self._lost = self._lost, {}
        here = {peer.peer_id for peer in snapshot.peers}
        return [SetVolume(peer_id, gain) for peer_id, gain in lost.items() if peer_id in here]
