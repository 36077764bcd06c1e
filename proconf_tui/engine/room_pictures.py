"""The pictures of one room that go to the others, found by who watches them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from proconf_tui.engine.base import Watched
from proconf_tui.engine.forwarding.assignment import MAX_VIDEO_SLOTS
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.protocol.ids import PeerId


class RoomPictures:
    """The video streams of a room that may be shown, in the order in which people came."""

    def __init__(self, streams: Iterable[Producer]) -> None:
        self._streams = tuple(streams)
        self._by_name: defaultdict[tuple[PeerId, str], list[Producer]] = defaultdict(list)
        for stream in self._streams:
            self._by_name[stream.name].append(stream)

    def shown_to(self, peer_id: PeerId, watched: Watched | None) -> list[Producer]:
        """Return what this peer is shown of the others: what it watches, None for everything.

        Of what it watches no more than there are slots for, those it named first.
        """
        if watched is None:
            return [stream for stream in self._streams if stream.peer_id != peer_id]
        named = (stream for name in watched for stream in self._by_name.get(name, ()))
        others = (stream for stream in named if stream.peer_id != peer_id)
        return list(islice(others, MAX_VIDEO_SLOTS))
