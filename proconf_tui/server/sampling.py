"""When the engine's counters are read for those who ask: rarely enough to cost nothing.

However many ask however often, they are read twice a second and each room is worked out once for
each reading; while nobody asks, never.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Final

from proconf_tui.engine.base import EngineStats
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.messages import ServerLoad
from proconf_tui.server.statistics import RoomFigures, Sample, Span, room_figures, server_load

SAMPLE_S: Final = 0.5
"""A sample that is younger answers again."""

STALE_S: Final = 10.0
"""A rate over a longer time would say nothing of now."""


class Sampler:
    """Keeps the last two samples; ``read`` returns the counters, ``clock`` seconds."""

    def __init__(
        self, read: Callable[[], EngineStats], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._span: Span | None = None
        self._rooms: dict[RoomId, RoomFigures] = {}

    def room(self, room_id: RoomId, members: Collection[PeerId]) -> RoomFigures:
        """Return the figures of a room in which ``members`` are."""
        span = self._look()
        if room_id not in self._rooms:
            self._rooms[room_id] = room_figures(span, members)
        return self._rooms[room_id]

    def load(self) -> ServerLoad:
        """Return the figures of the whole server."""
        return server_load(self._look())

    def _look(self) -> Span:
        now, span = self._clock(), self._span
        if span is None or now - span.now.at >= SAMPLE_S:
            before = span.now if span is not None and now - span.now.at <= STALE_S else None
            self._span = span = Span(Sample(now, self._read()), before)
            self._rooms.clear()
        return span
