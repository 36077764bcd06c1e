"""The pictures of one room that go to the others, found by who watches them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from proconf_tui.engine.base import Watched
from proconf_tui.engine.forwarding.assignment import MAX_VIDEO_SLOTS
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.protocol.ids import PeerId


class RoomPictures:
    """The video streams of a room that may be shown, in the order in which people came."""

    def __init__(self, streams: Iterable[Producer]) -> None:
        # One to a name, the newest: nobody takes the places of others by sending more of the same.
        self._by_name = {stream.name: stream for stream in streams}

    def shown_to(self, peer_id: PeerId, watched: Watched | None) -> list[Producer]:
        """Return what this peer is shown of the others: what it watches, None for everything.

        Of what it watches no more than there are slots for, those it named first.
        """
        if watched is None:
            return [stream for stream in self._by_name.values() if stream.peer_id != peer_id]
        named = (self._by_name[name] for name in watched if name in self._by_name)
        others = (stream for stream in named if stream.peer_id != peer_id)
        return list(islice(others, MAX_VIDEO_SLOTS))
