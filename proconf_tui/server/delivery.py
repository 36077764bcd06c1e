"""Who is told what after a command: the filtered events, a fresh view, why one waits, or the end.

`letters_for` is pure; what may be seen at all is decided in `proconf_tui.room.view`. Every peer
gets its letters in the order in which things happened, and one who is removed gets no more.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from proconf_tui.errors import Denied, Kicked
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Awaiting, Closed, Notification, RoomEvents, Welcome
from proconf_tui.room import events
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.state import evolve
from proconf_tui.room.view import (
    AWAITING_MESSAGES,
    awaiting_reason,
    is_visible,
    needs_fresh_view,
    view,
)
from proconf_tui.room.wire import encode_event, encode_state
from proconf_tui.server.peer import Peer

ClosedReason = Literal["CLOSED", "KICKED", "DENIED", "EXPIRED", "FULL", "LOST"]

_SENTENCES: Final[dict[ClosedReason, str]] = {
    "CLOSED": "The meeting is over.",
    "EXPIRED": "The meeting's time is over.",
    "KICKED": Kicked.default_message,
    "DENIED": Denied.default_message,
    "LOST": "Your connection was lost for too long; join again.",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One event with the states on both sides of it, and itself as it goes over the wire."""

    before: RoomState
    event: Event
    after: RoomState
    raw: msgspec.Raw


def steps_of(before: RoomState | None, happened: Sequence[Event]) -> list[Step]:
    """Return what leads from ``before`` through each event that ``happened``."""
    steps = []
    for event in happened:
        after = evolve(before, event)
        # Nobody was there to see a room before it was made, so any empty one will do.
        steps.append(Step(before or after, event, after, encode_event(event)))
        before = after
    return steps


def deliver(steps: Sequence[Step], peers: Mapping[PeerId, Peer]) -> None:
    """Put into every peer's outbox what it is to be told of ``steps``, and close the ended ones."""
    if not steps:
        return
    for peer_id, peer in peers.items():
        for letter in letters_for(peer_id, steps):
            if not isinstance(letter, Closed):
                peer.notify(letter)
            elif peer.outbox is not None:
                peer.outbox.close(letter)


def letters_for(viewer: PeerId, steps: Sequence[Step]) -> Iterator[Notification]:
    """Yield what ``viewer`` is told of ``steps``, of which there is at least one."""
    before, after = steps[0].before, steps[-1].after
    visible = [step.raw for step in steps if _is_shown(step, viewer)]
    # Who comes in, or back, has nothing that these events would follow on: the view has it all.
    has_the_past = viewer in before.participants and not _is_back(viewer, steps)
    if visible and has_the_past:
        yield RoomEvents(after.version, visible)
    end = next((reason for step in steps if (reason := _end(step, viewer))), None)
    if end is not None:
        yield Closed(end, _SENTENCES[end])
    elif viewer in after.participants:
        yield from _welcome(viewer, steps)
    elif viewer in after.lobby:
        yield from _awaiting(viewer, steps)


def farewell(state: RoomState) -> Closed | None:
    """Return the last word to one who is gone by their own request; None if they merely left."""
    return Closed(state.closed, _SENTENCES[state.closed]) if state.closed else None


def _is_shown(step: Step, viewer: PeerId) -> bool:
    return is_visible(step.event, viewer, step.before, step.after)


def _welcome(viewer: PeerId, steps: Sequence[Step]) -> Iterator[Notification]:
    is_resumed = _is_back(viewer, steps)
    changes = any(needs_fresh_view(viewer, step.before, step.after) for step in steps)
    if is_resumed or changes:
        state = view(steps[-1].after, viewer)
        yield Welcome(encode_state(state), is_resumed=is_resumed)


def _awaiting(viewer: PeerId, steps: Sequence[Step]) -> Iterator[Notification]:
    before, after = steps[0].before, steps[-1].after
    reason = awaiting_reason(after)
    is_new = viewer not in before.lobby or _is_back(viewer, steps)
    if is_new or reason != awaiting_reason(before):
        yield Awaiting(reason, AWAITING_MESSAGES[reason])


def _is_back(viewer: PeerId, steps: Sequence[Step]) -> bool:
    return any(
        isinstance(step.event, events.PeerReconnected) and step.event.peer_id == viewer
        for step in steps
    )


def _end(step: Step, viewer: PeerId) -> ClosedReason | None:
    """Return why this step ends the viewer's time in the room, if it does and they did not ask."""
    match step.event:
        case events.PeerLeft(peer_id, reason) | events.LobbyLeft(peer_id, reason):
            return reason if peer_id == viewer and reason != "LEFT" else None
        case events.RoomClosed(reason, by):
            seats = step.before.participants.keys() | step.before.lobby.keys()
            return reason if viewer in seats and viewer != by else None
    return None
