"""What the engine must be told when a room changes: a pure function of before and after.

The engine knows no rights. Everything it may forward follows from the room's state: who is in
(never who waits), what they produce, what is paused, who may receive.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from proconf_tui.engine.base import Watched
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.room.model import Participant, RoomState


@dataclasses.dataclass(frozen=True, slots=True)
class PeerMedia:
    """What one peer has in the engine; ``watched`` None is the pictures of all."""

    is_connected: bool
    can_receive: bool
    forwarded: frozenset[Label]
    watched: Watched | None = None


MediaPlan = Mapping[PeerId, PeerMedia]


@dataclasses.dataclass(frozen=True, slots=True)
class AddPeer:
    peer_id: PeerId
    watched: Watched | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class RemovePeer:
    peer_id: PeerId


@dataclasses.dataclass(frozen=True, slots=True)
class SetReceiving:
    peer_id: PeerId
    is_on: bool


@dataclasses.dataclass(frozen=True, slots=True)
class SetForwarding:
    peer_id: PeerId
    label: Label
    is_on: bool


@dataclasses.dataclass(frozen=True, slots=True)
class SetWatching:
    peer_id: PeerId
    watched: Watched | None


EngineCall = AddPeer | RemovePeer | SetReceiving | SetForwarding | SetWatching

_ALL: Final[Mapping[PeerId, None]] = {}
_NOTHING = PeerMedia(is_connected=False, can_receive=True, forwarded=frozenset())


def plan(
    state: RoomState | None,
    with_media: Collection[PeerId],
    watched: Mapping[PeerId, Iterable[tuple[PeerId, Label]] | None] = _ALL,
) -> MediaPlan:
    """Return what the engine should hold for a room.

    ``with_media`` names who has connections, ``watched`` the pictures each of them looks at;
    without a word of it, or with None, these are all.
    """
    if state is None or state.closed:
        return {}
    return {
        peer_id: _of(member, state, watched.get(peer_id))
        for peer_id, member in state.participants.items()
        if peer_id in with_media
    }


def _of(
    member: Participant, state: RoomState, watched: Iterable[tuple[PeerId, Label]] | None
) -> PeerMedia:
    rights = state.rights_of(member.peer_id)
    live = (label for label, stream in member.streams.items() if not stream.is_paused)
    return PeerMedia(
        is_connected=member.is_connected,
        can_receive=rights is not None and rights.may_consume(),
        forwarded=frozenset(live) if member.is_connected else frozenset(),
        watched=None if watched is None else tuple(watched),
    )


def engine_calls(before: MediaPlan, after: MediaPlan) -> Iterator[EngineCall]:
    """Yield the calls that bring the engine from one plan to the other, in order.

    A peer that comes back to its seat is added again: it starts with a fresh subscribing
    connection, since it may have missed offers while it was away.
    """
    for peer_id in before:
        if peer_id not in after:
            yield RemovePeer(peer_id)
    for peer_id, new in after.items():
        yield from _calls_for(peer_id, before.get(peer_id, _NOTHING), new)


def _calls_for(peer_id: PeerId, old: PeerMedia, new: PeerMedia) -> Iterator[EngineCall]:
    is_fresh = new.is_connected and not old.is_connected
    if is_fresh:
        yield AddPeer(peer_id, new.watched)
    if is_fresh or new.can_receive != old.can_receive:
        yield SetReceiving(peer_id, new.can_receive)
    if new.is_connected and not is_fresh and new.watched != old.watched:
        yield SetWatching(peer_id, new.watched)
    for label in sorted(old.forwarded - new.forwarded):
        yield SetForwarding(peer_id, label, is_on=False)
    for label in sorted(new.forwarded - old.forwarded):
        yield SetForwarding(peer_id, label, is_on=True)
