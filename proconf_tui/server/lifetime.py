"""When a room ends by itself: pure, from its state and how long nobody has been in it."""

from __future__ import annotations

from proconf_tui.room.model import CloseReason, RoomState
from proconf_tui.server.config import ServerConfig


def is_empty(state: RoomState) -> bool:
    """Return whether nobody is in and nobody waits."""
    return not state.participants and not state.lobby


def ends_at(
    state: RoomState, empty_since: float, config: ServerConfig
) -> tuple[float, CloseReason] | None:
    """Return when (epoch seconds) and why the room will end if nothing happens, or None.

    ``empty_since`` counts only for an empty room. A room made ahead of its meeting is kept until
    it expires, or for a day; one that everybody has left goes after a minute.
    """
    ends: list[tuple[float, CloseReason]] = []
    if state.expires_at is not None:
        ends.append((state.expires_at, "EXPIRED"))
    if is_empty(state) and state.is_started:
        ends.append((empty_since + config.empty_room_s, "CLOSED"))
    elif is_empty(state) and state.expires_at is None:
        ends.append((empty_since + config.unstarted_room_s, "EXPIRED"))
    return min(ends, default=None)
