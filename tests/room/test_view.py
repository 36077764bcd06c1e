"""What each peer sees; the machine checks that the two ways to see agree."""

from __future__ import annotations

import pytest

from proconf_tui.protocol.ids import PeerId
from proconf_tui.room import commands, events
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.permissions import Permissions
from proconf_tui.room.state import evolve, fold
from proconf_tui.room.view import (
    AWAITING_MESSAGES,
    awaiting_reason,
    is_visible,
    needs_fresh_view,
    view,
)
from tests.support.rooms import (
    ANA,
    BEN,
    COHOST,
    EVE,
    HOST,
    ROOM,
    PureRoom,
    changes_to,
    identity_of,
    locked_room,
    names,
    started_room,
)


def _told(room: PureRoom, viewer: PeerId, happened: list[Event]) -> list[str]:
    """Return the kinds of the last events that ``viewer`` is told of."""
    state = fold(room.log[: len(room.log) - len(happened)])
    told = []
    for event in happened:
        after = evolve(state, event)
        if is_visible(event, viewer, state, after):
            told.append(event)
        state = after
    return names(told)


def _chat(room: PureRoom, viewer: PeerId) -> list[str]:
    return [line.text for line in view(room.state, viewer).chat]


def test_who_waits_sees_nothing_but_the_rooms_name() -> None:
    room = locked_room(ANA)
    assert view(room.state, ANA) == RoomState(room_id=ROOM)
    for command in (
        commands.Produce(actor=HOST, label="audio"),
        commands.SendChat(actor=HOST, text="secret"),
        commands.UpdateControls(actor=HOST, allow_consume=False),
        commands.Disconnect(actor=HOST),
    ):
        happened = room.do(command)
        assert happened
        assert _told(room, ANA, happened) == []


def test_guests_see_neither_lobby_nor_blocks_nor_the_passcode() -> None:
    room = started_room(ANA, BEN)
    room.do(commands.Kick(actor=HOST, peer_id=BEN, block=True))
    room.do(commands.UpdateControls(actor=HOST, room_locked=True))
    knocked = room.enter(EVE)
    assert view(room.state, ANA).lobby == {}
    assert view(room.state, ANA).blocked == frozenset()
    assert view(room.state, ANA).passcode_hash is None
    assert _told(room, ANA, knocked) == []
    lost = room.do(commands.Disconnect(actor=EVE))
    assert _told(room, ANA, lost) == []
    assert _told(room, HOST, lost) == ["PeerDisconnected"]


def test_moderators_see_lobby_and_blocks_but_not_the_passcode() -> None:
    room = started_room(BEN)
    blocked = room.do(commands.Kick(actor=HOST, peer_id=BEN, block=True))
    assert _told(room, HOST, blocked) == ["IdentityBlocked", "PeerLeft"]
    room.do(commands.UpdateControls(actor=HOST, room_locked=True))
    knocked = room.enter(EVE)
    assert _told(room, HOST, knocked) == ["PeerKnocked"]
    assert set(view(room.state, HOST).lobby) == {EVE}
    assert view(room.state, HOST).blocked == {identity_of(BEN)}
    assert view(room.state, HOST).passcode_hash is None


def test_private_lines_are_seen_by_the_two_alone_not_even_by_moderators() -> None:
    room = started_room(ANA, BEN)
    said = room.do(commands.SendChat(actor=ANA, text="psst", to=BEN))
    assert _chat(room, ANA) == _chat(room, BEN) == ["psst"]
    assert _chat(room, HOST) == []
    assert _told(room, BEN, said) == ["ChatSaid"]
    assert _told(room, HOST, said) == []


def test_chat_said_before_somebody_came_is_not_theirs() -> None:
    room = locked_room(ANA)
    room.do(commands.SendChat(actor=HOST, text="about Ana"))
    room.do(commands.Admit(actor=HOST, peer_id=ANA))
    room.do(commands.SendChat(actor=HOST, text="welcome"))
    assert _chat(room, ANA) == ["welcome"]
    assert _chat(room, HOST) == ["about Ana", "welcome"]


def test_chat_said_while_the_connection_was_broken_is_not_lost() -> None:
    room = started_room(ANA)
    room.do(commands.Disconnect(actor=ANA))
    room.do(commands.SendChat(actor=HOST, text="she will read this"))
    room.do(commands.Reconnect(actor=ANA))
    assert _chat(room, ANA) == ["she will read this"]


def test_who_may_not_receive_data_sees_no_chat() -> None:
    room = started_room(ANA)
    deaf = Permissions(can_recv_data=False)
    room.do(commands.UpdatePermissions(actor=HOST, peer_id=ANA, changes=changes_to(deaf)))
    said = room.do(commands.SendChat(actor=HOST, text="hello"))
    assert _chat(room, ANA) == []
    assert _told(room, ANA, said) == []


def test_a_view_is_sent_afresh_to_those_who_come_in_and_whose_sight_changes() -> None:
    room = locked_room(ANA)
    before = room.state
    room.do(commands.Admit(actor=HOST, peer_id=ANA))
    assert needs_fresh_view(ANA, before, room.state)
    assert not needs_fresh_view(HOST, before, room.state)
    before = room.state
    (promoted,) = room.do(commands.UpdateRole(actor=HOST, peer_id=ANA, role="coHost"))
    assert needs_fresh_view(ANA, before, room.state)
    assert is_visible(promoted, ANA, before, room.state)
    before = room.state
    (left,) = room.do(commands.Leave(actor=ANA))
    assert not needs_fresh_view(ANA, before, room.state)
    assert not is_visible(left, ANA, before, room.state)
    assert is_visible(left, HOST, before, room.state)


def test_nobody_sees_a_closed_room() -> None:
    room = started_room(ANA)
    before = room.state
    (closed,) = room.do(commands.CloseRoom(actor=HOST))
    assert isinstance(closed, events.RoomClosed)
    assert not is_visible(closed, ANA, before, room.state)
    assert view(room.state, ANA) == RoomState(room_id=ROOM)


def test_the_reason_to_wait_follows_the_room() -> None:
    room = PureRoom(is_locked=True)
    room.enter(ANA, will_wait=True)
    reasons = [awaiting_reason(room.state)]
    room.enter(COHOST, "coHost")
    reasons.append(awaiting_reason(room.state))
    room.do(commands.Disconnect(actor=COHOST))
    reasons.append(awaiting_reason(room.state))
    assert reasons == [
        "WAITING_FOR_ROOM_TO_START",
        "WAITING_FOR_PERMISSIONS",
        "WAITING_FOR_ADMIN_TO_JOIN",
    ]


@pytest.mark.parametrize("sentence", AWAITING_MESSAGES.values())
def test_every_reason_to_wait_is_a_sentence(sentence: str) -> None:
    assert sentence.endswith(".")
