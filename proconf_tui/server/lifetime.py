"""When a room ends by itself: pure, from its state and how long nobody has been in it."""

from __future__ import annotations

from typing import NamedTuple

from proconf_tui.room.model import CloseReason, RoomState
from proconf_tui.server.config import ServerConfig


def is_empty(state: RoomState) -> bool:
    """Return whether nobody is in and nobody waits."""
    return not state.participants and not state.lobby


class End(NamedTuple):
    """When a room ends (epoch seconds), why, and whether only because nobody is in it."""

    at: float
    reason: CloseReason
    is_for_emptiness: bool = False


def ends_at(state: RoomState, empty_since: float, config: ServerConfig) -> End | None:
    """Return how the room will end by itself if nothing happens, or None.

    ``empty_since`` counts only for an empty room. A room made ahead of its meeting is kept until
    it expires, or for a day; one that everybody has left goes after a minute.
    """
    ends: list[End] = []
    if state.expires_at is not None:
        ends.append(End(state.expires_at, "EXPIRED"))
    if is_empty(state) and state.is_started:
        ends.append(End(empty_since + config.empty_room_s, "CLOSED", is_for_emptiness=True))
    elif is_empty(state) and state.expires_at is None:
        ends.append(End(empty_since + config.unstarted_room_s, "EXPIRED", is_for_emptiness=True))
    return min(ends, default=None)
