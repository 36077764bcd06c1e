"""Who is told what after a command: the filtered events, a fresh view, why one waits, or the end.

`letters_for` is pure; what may be seen at all is decided in `proconf_tui.room.view`. Every peer
gets its letters in the order in which things happened, and one who is removed gets no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from proconf_tui.errors import Denied, Kicked
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import (
    Awaiting,
    Closed,
    Notification,
    Resumed,
    RoomEvents,
    Welcome,
)
from proconf_tui.room import events
from proconf_tui.room.model import RoomState
from proconf_tui.room.step import Step
from proconf_tui.room.view import (
    AWAITING_MESSAGES,
    awaiting_reason,
    is_visible,
    needs_fresh_view,
    view,
)
from proconf_tui.room.wire import encode_state
from proconf_tui.server.history import History
from proconf_tui.server.peer import Peer

ClosedReason = Literal["CLOSED", "KICKED", "DENIED", "EXPIRED", "FULL", "LOST"]

_SENTENCES: Final[dict[ClosedReason, str]] = {
    "CLOSED": "The meeting is over.",
    "EXPIRED": "The meeting's time is over.",
    "KICKED": Kicked.default_message,
    "DENIED": Denied.default_message,
    "LOST": "Your connection was lost for too long; join again.",
}

_BLOCKED: Final = "A moderator removed you from the meeting and blocked you from coming back."


def deliver(steps: Sequence[Step], peers: Mapping[PeerId, Peer], history: History) -> None:
    """Put into every peer's outbox what it is to be told of ``steps``, and close the ended ones.

    ``history`` has these steps too; who has just come back is told what they missed from it.
    """
    for peer_id, peer in peers.items() if steps else ():
        if _is_back(peer_id, steps):
            letters = catch_up(peer_id, peer.seen_version, steps[-1].after, history)
        else:
            letters = letters_for(peer_id, steps)
        for letter in letters:
            if not isinstance(letter, Closed):
                peer.notify(letter)
            elif peer.outbox is not None:
                peer.outbox.close(letter)


def letters_for(viewer: PeerId, steps: Sequence[Step]) -> Iterator[Notification]:
    """Yield what ``viewer`` is told of ``steps``, of which there is at least one."""
    before, after = steps[0].before, steps[-1].after
    visible = [step.raw for step in steps if _is_shown(step, viewer)]
    # Who comes in has nothing that these events would follow on: the view has it all.
    if visible and viewer in before.participants:
        yield RoomEvents(after.version, visible)
    end = next((reason for step in steps if (reason := _end(step, viewer))), None)
    if end is not None:
        yield Closed(end, _BLOCKED if _is_blocked(viewer, before, after) else _SENTENCES[end])
    elif viewer in after.participants:
        if _is_sight_changed(viewer, steps):
            yield Welcome(encode_state(view(after, viewer)))
    elif viewer in after.lobby:
        yield from _awaiting(viewer, steps)


def catch_up(
    viewer: PeerId, seen_version: int, state: RoomState, history: History
) -> Iterator[Notification]:
    """Yield what brings ``viewer``, who is back and had seen ``seen_version``, up to ``state``.

    That is exactly what they missed, if it is still known and they see as much as before;
    otherwise the room as it is now.
    """
    if viewer in state.lobby:
        reason = awaiting_reason(state)
        yield Awaiting(reason, AWAITING_MESSAGES[reason])
        return
    missed = history.since(seen_version) if seen_version else []
    if missed and not _is_sight_changed(viewer, missed):
        shown = [step.raw for step in missed if _is_shown(step, viewer)]
        yield Resumed(state.version, shown)
    else:
        now = encode_state(view(state, viewer))
        yield Welcome(now, is_resumed=True, has_gap=missed is None)


def farewell(state: RoomState) -> Closed | None:
    """Return the last word to one who is gone by their own request; None if they merely left."""
    return Closed(state.closed, _SENTENCES[state.closed]) if state.closed else None


def _is_blocked(viewer: PeerId, before: RoomState, after: RoomState) -> bool:
    seat = before.participants.get(viewer) or before.lobby.get(viewer)
    return seat is not None and seat.identity in after.blocked


def _is_shown(step: Step, viewer: PeerId) -> bool:
    return is_visible(step.event, viewer, step.before, step.after)


def _is_sight_changed(viewer: PeerId, steps: Sequence[Step]) -> bool:
    return any(needs_fresh_view(viewer, step.before, step.after) for step in steps)


def _awaiting(viewer: PeerId, steps: Sequence[Step]) -> Iterator[Notification]:
    before, after = steps[0].before, steps[-1].after
    reason = awaiting_reason(after)
    if viewer not in before.lobby or reason != awaiting_reason(before):
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
