"""The page folds what happened into the same room as the Python clients and the server do."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, get_args

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import PeerId
from proconf_tui.room import commands
from proconf_tui.room.commands import Command
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.state import evolve
from proconf_tui.room.view import is_visible, needs_fresh_view, view
from proconf_tui.room.wire import encode_event, encode_state
from tests.support.node import run_program
from tests.support.room_rules import RoomRules
from tests.support.rooms import HOST, PureRoom, started_room

_PROGRAM = Path(__file__).parent / "programs" / "fold_events.js"
_EVERY: Final = 7
"""Of what those who are in are shown, every so many is folded by the page too."""


class _Story:
    """What a client has, what it is told next, and what it has then."""

    def __init__(self, state: RoomState | None, events: Sequence[Event], after: RoomState) -> None:
        self.told = {
            "state": None if state is None else _json(encode_state(state)),
            "events": [_json(encode_event(event)) for event in events],
            "version": after.version,
        }
        self.after = _json(encode_state(after))


class _ToldMeetings(RoomRules):
    """Keeps what participants were shown of any meeting, and how all of it went."""

    shown: ClassVar[list[_Story]] = []
    whole: ClassVar[list[_Story]] = []
    kinds: ClassVar[set[type[Any]]] = set()
    count: ClassVar[int] = 0

    def happened(self, command: Command, before: RoomState, events: list[Event]) -> None:
        del command
        for event in events:
            after = evolve(before, event)
            self.kinds.add(type(event))
            for viewer in before.participants.keys() & after.participants.keys():
                self._show(event, viewer, before, after)
            before = after

    def _show(self, event: Event, viewer: PeerId, before: RoomState, after: RoomState) -> None:
        if needs_fresh_view(viewer, before, after) or not is_visible(event, viewer, before, after):
            return
        type(self).count += 1
        if self.count % _EVERY == 0:
            self.shown.append(_Story(view(before, viewer), [event], view(after, viewer)))

    def teardown(self) -> None:
        if self.log:
            self.whole.append(_Story(None, self.log, self.state))


def test_any_meeting() -> None:
    run_state_machine_as_test(
        _ToldMeetings,
        settings=settings(
            max_examples=60,
            stateful_step_count=50,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(_ToldMeetings.shown) > 100
    # A room is created and started before anybody could be shown it.
    assert len(_ToldMeetings.kinds) >= len(get_args(Event)) - 2
    _check([*_ToldMeetings.shown, *_ToldMeetings.whole])


def test_much_chat() -> None:
    """So much that each conversation forgets, among people who come and go."""
    dice = random.Random("much chat")
    rooms = [_chatty_room(dice) for _ in range(3)]
    assert all(len(room.state.chat) < _lines_said(room) for room in rooms)
    _check([_Story(None, room.log, room.state) for room in rooms])


def _chatty_room(dice: random.Random) -> PureRoom:
    people = [HOST, *(PeerId(f"guest-{number}") for number in range(4))]
    room = started_room(*people[1:])
    for number in range(1500):
        who, to = dice.choice(people), dice.choice([None, *people])
        text = dice.choice(["short", "\U0001f44d", "x"]) * dice.choice([1, 40, 700])
        with contextlib.suppress(ProconfError):
            room.do(commands.SendChat(actor=who, text=text, to=to))
        if who != HOST and dice.random() < 0.02:
            room.do(commands.Leave(actor=who))
            again = PeerId(f"guest-{number}-again")
            people[people.index(who)] = again
            room.enter(again)
    return room


def _lines_said(room: PureRoom) -> int:
    return sum(type(event).__name__ == "ChatSaid" for event in room.log)


def _check(stories: Sequence[_Story]) -> None:
    folded = run_program(_PROGRAM, [story.told for story in stories])
    for story, state in zip(stories, folded, strict=True):
        assert _comparable(state) == _comparable(story.after)


def _comparable(state: dict[str, Any]) -> dict[str, Any]:
    """Return the state with what has no order in one."""
    return state | {name: sorted(state[name]) for name in ("blocked", "refusedTokens")}


def _json(raw: Any) -> Any:
    return json.loads(bytes(raw))
