"""How well the others' connections are, told whenever one changes, whichever way it shows.

A peer is lost when the server has not heard it for a moment, which it says in passing, and when
its connection is gone, which the room's state says.
"""

from __future__ import annotations

from collections.abc import Callable

from proconf_tui.control.events import ConnectionQuality
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import PeerQuality
from proconf_tui.room.model import RoomState


class Qualities:
    """Who is lost, and ``emit`` for each change of it."""

    def __init__(self, emit: Callable[[ConnectionQuality], None]) -> None:
        self._emit = emit
        self._silent: set[PeerId] = set()
        self._gone: set[PeerId] = set()
        self._told: set[PeerId] = set()

    def take(self, message: PeerQuality) -> None:
        """Take what the server says of one who is connected."""
        if message.quality == "lost":
            self._silent.add(message.peer_id)
        else:
            self._silent.discard(message.peer_id)
        self._tell()

    def follow(self, state: RoomState | None) -> None:
        """Take who is connected; who is not is silent no longer, but gone."""
        members = state.participants if state else {}
        self._gone = {peer_id for peer_id, one in members.items() if not one.is_connected}
        self._silent = (self._silent & members.keys()) - self._gone
        self._told &= members.keys()
        self._tell()

    def forget(self) -> None:
        """Know nothing of who was silent: one has been away oneself."""
        self._silent.clear()

    def _tell(self) -> None:
        lost = self._silent | self._gone
        for peer_id in sorted(lost ^ self._told):
            self._emit(ConnectionQuality(peer_id, "lost" if peer_id in lost else "good"))
        self._told = lost
