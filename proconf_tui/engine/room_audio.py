"""The sound of one room: who of those who may be heard is heard, and how loud everybody is.

It reads the levels that came with the packets since the last time; who is to be heard for them is
decided in `proconf_tui.engine.selection`. Refuses to know slots and connections.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.selection import Selection
from proconf_tui.protocol.ids import PeerId

STREAMS_PER_PEER: Final = 1
"""Nobody gets more voices than this, however many they publish: places are for people."""


class RoomAudio:
    """The audio streams of a room that go to the others, of which everybody hears ``heard``."""

    def __init__(self, heard: int) -> None:
        self._heard = heard
        self._selection: Selection[Producer] = Selection(heard)
        self._open: dict[Producer, int] = {}
        self._loudest: dict[PeerId, float] = {}

    def follow(self, streams: Iterable[Producer], now: float) -> None:
        """Take the streams that may be heard now; what they said before that is forgotten."""
        voices: dict[PeerId, int] = {}
        before, self._open = self._open, {}
        for stream in streams:
            voices[stream.peer_id] = voices.get(stream.peer_id, 0) + 1
            if voices[stream.peer_id] <= STREAMS_PER_PEER:
                self._open[stream] = before.get(stream, stream.reception.received)
        for stream in self._open.keys() - before.keys():
            stream.take_level()
        self._loudest = {peer: self._loudest[peer] for peer in self._loudest if peer in voices}
        self._selection.keep(self._open, now)

    def listen(self, now: float) -> bool:
        """Take how loud everybody was since the last time; tell whether others are heard now."""
        levels: dict[Producer, float] = {}
        unmeasured: set[Producer] = set()
        for stream, received_before in self._open.items():
            received = self._open[stream] = stream.reception.received
            level = stream.take_level()
            if level is not None:
                levels[stream] = level
                self._note(stream.peer_id, level)
            elif received != received_before:
                unmeasured.add(stream)
        before = self._selection.chosen
        self._selection.listen(levels, now, unmeasured)
        return self._selection.chosen != before

    def _note(self, peer_id: PeerId, level_db: float) -> None:
        self._loudest[peer_id] = max(level_db, self._loudest.get(peer_id, level_db))

    def heard_by(self, peer_id: PeerId) -> list[Producer]:
        """Return the voices that this peer hears, which are never its own."""
        others = [stream for stream in self._selection.chosen if stream.peer_id != peer_id]
        return others[: self._heard]

    def take_levels(self) -> dict[PeerId, float]:
        """Return the loudest level in dBov of everybody who was heard of since the last call."""
        levels, self._loudest = self._loudest, {}
        return levels
