"""Folding events, and how much of the chat is kept."""

from __future__ import annotations

import pytest

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.limits import (
    CHAT_CHARACTERS_KEPT,
    CHAT_LINES_KEPT,
    PRIVATE_LINES_KEPT,
)
from proconf_tui.room import commands, events
from proconf_tui.room.events import Event
from proconf_tui.room.state import evolve, fold, follow
from proconf_tui.room.view import view
from tests.support.rooms import ANA, BEN, HOST, ROOM, PureRoom, started_room


def _say(room: PureRoom, text: str, to: str | None = None) -> None:
    room.do(commands.SendChat(actor=ANA, text=text, to=BEN if to else None))


def _texts(room: PureRoom) -> list[str]:
    return [line.text for line in room.state.chat]


def test_every_event_is_one_version() -> None:
    room = started_room(ANA, BEN)
    assert room.state.version == len(room.log)
    assert fold(room.log) == room.state


def test_a_room_begins_with_its_creation() -> None:
    with pytest.raises(InvalidMessage, match="first event"):
        evolve(None, events.RoomStarted(by=HOST))
    with pytest.raises(InvalidMessage, match="first event"):
        fold([])


@pytest.mark.parametrize(
    "event",
    [
        events.StreamAdded(ANA, "audio"),
        events.StreamClosed(ANA, "audio", "STOPPED"),
        events.HandRaised(ANA, 1.0),
        events.PeerDisconnected(ANA),
    ],
)
def test_an_event_about_somebody_who_is_not_here_is_none_of_this_room(event: Event) -> None:
    with pytest.raises(InvalidMessage, match="not in this room"):
        evolve(started_room().state, event)


def test_a_client_takes_the_version_from_the_server() -> None:
    room = started_room(ANA)
    followed = follow(view(room.state, ANA), [events.HandRaised(HOST, 5.0)], version=99)
    assert followed.version == 99
    assert followed.participants[HOST].hand_raised_at == 5.0


def test_a_room_created_by_events_alone_is_empty() -> None:
    state = fold([events.RoomCreated(room_id=ROOM, created_at=3.0)])
    assert (state.version, state.created_at, state.participants) == (1, 3.0, {})


def test_the_public_chat_keeps_its_last_lines() -> None:
    room = started_room(ANA)
    for number in range(CHAT_LINES_KEPT + 3):
        _say(room, str(number))
    assert len(room.state.chat) == CHAT_LINES_KEPT
    assert _texts(room)[0] == "3"


def test_the_public_chat_keeps_so_many_characters() -> None:
    room = started_room(ANA)
    for _ in range(CHAT_CHARACTERS_KEPT // 4000 + 2):
        _say(room, "x" * 4000)
    assert len(room.state.chat) == CHAT_CHARACTERS_KEPT // 4000


def test_private_lines_do_not_push_public_ones_out() -> None:
    room = started_room(ANA, BEN)
    _say(room, "to all")
    for number in range(PRIVATE_LINES_KEPT + 2):
        _say(room, str(number), to=BEN)
    assert _texts(room)[:2] == ["to all", "2"]
    assert len(room.state.chat) == 1 + PRIVATE_LINES_KEPT


def test_private_lines_go_when_nobody_is_left_to_read_them() -> None:
    room = started_room(ANA, BEN)
    _say(room, "to all")
    _say(room, "psst", to=BEN)
    room.do(commands.Leave(actor=ANA))
    assert _texts(room) == ["to all", "psst"]
    room.do(commands.Leave(actor=BEN))
    assert _texts(room) == ["to all"]
