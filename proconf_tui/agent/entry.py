"""The ways into a meeting: a command, and what of the sdk's manager carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from proconf_tui.control.commands import JoinMeeting, JoinRoom, Seat, StartMeeting
from proconf_tui.sdk import LocalTrack, ProconfManager, Room

Entry = StartMeeting | JoinMeeting | JoinRoom
OnRoom = Callable[[Room], None]
"""Called with the room before it connects."""

Tracks = Callable[[], Sequence[LocalTrack]]
"""Asked for what to publish, once one is in."""

_Way = Callable[[ProconfManager, Any, Tracks, OnRoom], Awaitable[Room]]


def enter(
    manager: ProconfManager, asked: Entry, tracks: Tracks, on_room: OnRoom
) -> Awaitable[Room]:
    """Go where ``asked`` says, publish ``tracks`` and return the room once one is in.

    Raises:
        ProconfError: one is not let in.
    """
    return _WAYS[type(asked)](manager, asked, tracks, on_room)


def token_of(asked: Entry) -> str | None:
    """Return the token that the manager itself is to be made with."""
    return asked.token if isinstance(asked, JoinMeeting) else None


def _start_meeting(
    manager: ProconfManager, asked: StartMeeting, tracks: Tracks, on_room: OnRoom
) -> Awaitable[Room]:
    return manager.start_meeting(
        asked.room_name,
        asked.participant_name,
        tracks,
        locked=asked.locked,
        passcode=asked.passcode,
        max_peers=asked.max_peers,
        metadata=asked.metadata,
        resume=_resume(asked.seat),
        on_room=on_room,
    )


def _join_meeting(
    manager: ProconfManager, asked: JoinMeeting, tracks: Tracks, on_room: OnRoom
) -> Awaitable[Room]:
    return manager.join_meeting(
        asked.room_name,
        asked.participant_name,
        tracks,
        wait=asked.wait,
        passcode=asked.passcode,
        metadata=asked.metadata,
        resume=_resume(asked.seat),
        on_room=on_room,
    )


def _join_room(
    manager: ProconfManager, asked: JoinRoom, tracks: Tracks, on_room: OnRoom
) -> Awaitable[Room]:
    return manager.join_room(
        asked.room_id,
        asked.access_token,
        tracks=tracks,
        metadata=asked.metadata,
        on_room=on_room,
    )


def _resume(seat: Seat | None) -> tuple[str, str] | None:
    return (seat.peer_id, seat.resume_key) if seat else None


_WAYS: Final[dict[type[Entry], _Way]] = {
    StartMeeting: _start_meeting,
    JoinMeeting: _join_meeting,
    JoinRoom: _join_room,
}
