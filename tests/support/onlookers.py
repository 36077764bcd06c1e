"""The pictures that the clients of a pure room have of it, made of nothing but what they are told.

Everything goes over the wire. A client that is away is told nothing, and may have lost what was
told last; when it is back it gets what it missed, or the whole view.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Literal

from proconf_tui.protocol.ids import PeerId
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.state import evolve, fold, follow
from proconf_tui.room.view import is_visible, needs_fresh_view, view
from proconf_tui.room.wire import decode_event, decode_state, encode_event, encode_state


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One event, who was shown it, and the room on both sides of it."""

    before: RoomState
    event: Event
    after: RoomState
    viewers: frozenset[PeerId]


class Client:
    """What one who is in has been shown; ``picture`` is None before the first view."""

    def __init__(self) -> None:
        self.is_connected = True
        self._pictures: list[RoomState] = []

    @property
    def picture(self) -> RoomState | None:
        return self._pictures[-1] if self._pictures else None

    @property
    def version(self) -> int:
        """The last version it has seen."""
        return self.picture.version if self.picture else 0

    def show_view(self, state: RoomState, viewer: PeerId) -> None:
        """Give it the whole view afresh."""
        self._pictures.append(decode_state(encode_state(view(state, viewer))))

    def show(self, events: Sequence[Event], version: int) -> None:
        """Tell it what happened; it never learns of versions at which it was told nothing."""
        assert self.picture is not None
        over_the_wire = [decode_event(encode_event(event)) for event in events]
        if over_the_wire:
            self._pictures.append(follow(self.picture, over_the_wire, version))

    def forget_last(self, count: int) -> None:
        """Lose what was told last."""
        if count:
            del self._pictures[-count:]


class Onlookers:
    """Everybody who is in, with the picture they have; kept up event by event."""

    def __init__(self) -> None:
        self.clients: dict[PeerId, Client] = {}

    def take(self, before: RoomState, events: Sequence[Event]) -> Iterator[Told]:
        """Tell everybody what they may know of ``events``, and yield what was told to whom."""
        for event in events:
            after = evolve(before, event)
            seen_by = [
                peer for peer in _seats(before, after) if _is_shown(event, peer, before, after)
            ]
            yield Told(before, event, after, frozenset(seen_by))
            self._tell(before, event, after)
            before = after

    def forget_last(self, peer_id: PeerId, count: int) -> None:
        """Lose on the way what somebody was told last."""
        if peer_id in self.clients:
            self.clients[peer_id].forget_last(count)

    def come_back(
        self, peer_id: PeerId, log: Sequence[Event], kept_since: int
    ) -> Literal["events", "view"]:
        """Tell somebody who is back what they missed, and return how.

        Events up to ``kept_since`` are lost.
        """
        client = self.clients[peer_id]
        client.is_connected = True
        missed = None if client.version < kept_since else _missed(peer_id, client.version, log)
        if missed is None:
            client.show_view(fold(log), peer_id)
            return "view"
        client.show(missed, len(log))
        return "events"

    def _tell(self, before: RoomState, event: Event, after: RoomState) -> None:
        for peer_id in self.clients.keys() - after.participants.keys():
            del self.clients[peer_id]
        for peer_id, member in after.participants.items():
            client = self.clients.setdefault(peer_id, Client())
            if not member.is_connected:
                client.is_connected = False
            if not client.is_connected:
                continue
            if needs_fresh_view(peer_id, before, after):
                client.show_view(after, peer_id)
            elif _is_shown(event, peer_id, before, after):
                client.show([event], after.version)


def _missed(viewer: PeerId, version: int, log: Sequence[Event]) -> list[Event] | None:
    """Return what ``viewer`` may know of the events since ``version``; None if it takes a view."""
    if version == 0:
        return None
    before, shown = fold(log[:version]), []
    for event in log[version:]:
        after = evolve(before, event)
        if needs_fresh_view(viewer, before, after):
            return None
        if _is_shown(event, viewer, before, after):
            shown.append(event)
        before = after
    return shown


def _is_shown(event: Event, viewer: PeerId, before: RoomState, after: RoomState) -> bool:
    return is_visible(event, viewer, before, after)


def _seats(*states: RoomState) -> frozenset[PeerId]:
    return frozenset(peer for each in states for peer in (*each.participants, *each.lobby))
