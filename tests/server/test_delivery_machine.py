"""Any commands in any order: what the server's letters tell adds up to what one may see.

The room is pure and so is the post; only what leaves the server is folded here. Who is away gets
nothing, may have lost the last letters, and is brought up to date from the server's history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import (
    Awaiting,
    Closed,
    Notification,
    Resumed,
    RoomEvents,
    Welcome,
)
from proconf_tui.room import commands
from proconf_tui.room.commands import Command
from proconf_tui.room.events import Event
from proconf_tui.room.model import Participant, RoomState, Waiting
from proconf_tui.room.state import follow
from proconf_tui.room.step import steps_of
from proconf_tui.room.view import view
from proconf_tui.room.wire import decode_event, decode_state
from proconf_tui.server import history
from proconf_tui.server.delivery import catch_up, letters_for
from proconf_tui.server.history import History
from tests.support.room_rules import RoomRules


class DeliveryMachine(RoomRules):
    """A server's room with its history, and what each client has been sent."""

    ways_back: ClassVar[set[tuple[type[Notification], bool]]] = set()
    """How those who came back were told what they missed, and whether with a gap."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self.pictures: dict[PeerId, list[RoomState]] = {}
        self.closed: set[PeerId] = set()

    def happened(self, command: Command, before: RoomState, events: list[Event]) -> None:
        letters: Iterable[Notification]
        if not events:
            return
        steps = steps_of(before, events)
        self.history.add(steps)
        for peer_id in _connected(before) | _connected(self.state):
            if isinstance(command, commands.Reconnect) and command.actor == peer_id:
                seen = self._seen(peer_id)
                letters = self._back(catch_up(peer_id, seen, self.state, self.history))
            elif isinstance(command, commands.Disconnect) and command.actor == peer_id:
                continue
            else:
                letters = letters_for(peer_id, steps)
            self._take(peer_id, letters)

    def forget_last(self, peer_id: PeerId, count: int) -> None:
        if count and peer_id in self.pictures:
            del self.pictures[peer_id][-count:]

    @invariant()
    def what_was_told_adds_up(self) -> None:
        for peer_id in _connected(self.state) & self.state.participants.keys():
            (*_, picture) = self.pictures[peer_id]
            shown = view(self.state, peer_id)
            assert picture == msgspec.structs.replace(shown, version=picture.version)

    @invariant()
    def who_waits_or_is_out_was_told_nothing_of_the_room(self) -> None:
        assert not self.pictures.keys() & self.state.lobby.keys()

    @invariant()
    def who_was_told_the_end_is_out(self) -> None:
        assert not self.closed & (self.state.participants.keys() | self.state.lobby.keys())

    def _back(self, letters: Iterator[Notification]) -> list[Notification]:
        told = list(letters)
        kinds = {(type(each), getattr(each, "has_gap", False)) for each in told}
        self.ways_back.update(kind for kind in kinds if kind[0] is not Awaiting)
        return told

    def _seen(self, peer_id: PeerId) -> int:
        pictures = self.pictures.get(peer_id)
        return pictures[-1].version if pictures else 0

    def _take(self, peer_id: PeerId, letters: Iterable[Notification]) -> None:
        for letter in letters:
            assert peer_id not in self.closed
            if isinstance(letter, Welcome):
                self.pictures.setdefault(peer_id, []).append(decode_state(letter.state))
            elif isinstance(letter, RoomEvents | Resumed):
                happened = [decode_event(raw) for raw in letter.events]
                pictures = self.pictures[peer_id]
                pictures.append(follow(pictures[-1], happened, letter.version))
            elif isinstance(letter, Closed):
                self.closed.add(peer_id)


def _connected(state: RoomState) -> set[PeerId]:
    seats: list[Participant | Waiting] = [*state.participants.values(), *state.lobby.values()]
    return {seat.peer_id for seat in seats if seat.is_connected}


def test_letters_add_up_to_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    # So short that some are away for longer than the history reaches.
    monkeypatch.setattr(history, "RUN_EVENTS", 4)
    monkeypatch.setattr(history, "MOST_RUNS", 3)
    ways_back = DeliveryMachine.ways_back
    ways_back.clear()
    run_state_machine_as_test(
        DeliveryMachine,
        settings=settings(
            max_examples=300,
            stateful_step_count=60,
            phases=[Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
        ),
    )
    assert ways_back == {(Resumed, False), (Welcome, False), (Welcome, True)}
