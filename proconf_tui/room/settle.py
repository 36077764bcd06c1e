"""What follows by itself from what was just decided, whoever decided it.

Two rules hold in every room after every command: nobody publishes what they may not publish,
and nobody waits in a started, unlocked room while there is a seat.
"""

from __future__ import annotations

from typing import Final

from proconf_tui.protocol.ids import SOURCE_OF, Label, PeerId
from proconf_tui.room import entry, events
from proconf_tui.room.events import Event, StreamReason
from proconf_tui.room.model import Participant, RoomState
from proconf_tui.room.permissions import Controls, Rights

_EVERYTHING_ALLOWED: Final = Controls()


def settle(state: RoomState, now: float, by: PeerId | None) -> list[Event]:
    """Return what follows in ``state``, which has just changed through ``by``."""
    if state.closed is not None:
        return []
    return [*_forbidden_streams(state, by), *_admissions(state, now, by)]


def _forbidden_streams(state: RoomState, by: PeerId | None) -> list[Event]:
    return [
        events.StreamClosed(member.peer_id, label, _reason(member, label), by=by)
        for member in state.participants.values()
        for label in member.streams
        if not Rights(member.permissions, state.controls).may_produce(SOURCE_OF[label])
    ]


def _reason(member: Participant, label: Label) -> StreamReason:
    in_open_room = Rights(member.permissions, _EVERYTHING_ALLOWED)
    return "CONTROLS" if in_open_room.may_produce(SOURCE_OF[label]) else "PERMISSIONS"


def _admissions(state: RoomState, now: float, by: PeerId | None) -> list[Event]:
    if state.controls.room_locked or not state.is_started:
        return []
    return [entry.admission(state, peer_id, now, by) for peer_id in entry.next_in(state)]
