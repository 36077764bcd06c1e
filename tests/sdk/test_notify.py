"""Which of the sdk's events follows from which of the room's."""

from __future__ import annotations

from typing import get_args

import pytest

from proconf_tui.control import events as told
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.room import commands, events
from proconf_tui.room.commands import Command
from proconf_tui.room.permissions import Permissions, Sources
from proconf_tui.room.state import evolve
from proconf_tui.room.view import is_visible, view
from proconf_tui.sdk.notify import Fold, told_of, told_of_gap
from tests.support.rooms import ANA, BEN, EVE, HOST, PureRoom, changes_to


def _room() -> PureRoom:
    """A room where Ana and Ben are in with Hana, its host, who has locked it."""
    room = PureRoom()
    room.enter(HOST, "host")
    room.enter(ANA)
    room.enter(BEN)
    room.do(commands.UpdateControls(actor=HOST, room_locked=True))
    return room


def _heard(room: PureRoom, command: Command, me: PeerId = ANA) -> list[told.Event]:
    """Return what ``me`` is told when ``command`` is done."""
    heard: list[told.Event] = []
    before = room.state
    for event in room.do(command):
        after = evolve(before, event)
        if is_visible(event, me, before, after):
            heard += told_of(event, Fold(view(before, me), view(after, me), me))
        before = after
    return heard


def test_who_comes_and_goes_is_told_under_both_names() -> None:
    room = _room()
    room.do(commands.UpdateControls(actor=HOST, room_locked=False))
    before = room.state
    (event,) = room.enter(EVE)
    after = evolve(before, event)
    assert told_of(event, Fold(before, after, ANA)) == [
        told.NewPeerJoined(EVE, room.state.participants[EVE].name, "guest", {}),
        told.ParticipantConnected(EVE, room.state.participants[EVE].name),
    ]
    room.do(commands.Produce(actor=EVE, label="audio"))
    name = room.state.participants[EVE].name
    assert _heard(room, commands.Leave(actor=EVE)) == [
        told.StreamClosed(EVE, "audio", "LEFT"),
        told.PeerLeft(EVE, name, "guest", "LEFT"),
        told.ParticipantDisconnected(EVE, name),
    ]


def test_only_moderators_hear_of_the_lobby() -> None:
    room = _room()
    before = room.state
    (knock,) = room.enter(EVE)
    after = evolve(before, knock)
    assert told_of(knock, Fold(before, after, HOST)) == [told.LobbyPeersUpdated([EVE])]
    assert told_of(knock, Fold(before, after, ANA)) == []
    assert told.LobbyPeersUpdated([]) in _heard(room, commands.Admit(actor=HOST, peer_id=EVE), HOST)


LABEL: Label = "audio"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (commands.Produce(actor=BEN, label=LABEL), told.StreamAdded(BEN, LABEL)),
        (commands.PauseStream(actor=BEN, label=LABEL), told.StreamPaused(BEN, LABEL)),
        (commands.ResumeStream(actor=BEN, label=LABEL), told.StreamResumed(BEN, LABEL)),
        (
            commands.MuteEveryone(actor=HOST),
            told.StreamClosed(BEN, LABEL, "MODERATOR"),
        ),
        (commands.RaiseHand(actor=BEN), told.HandRaised(BEN)),
        (commands.LowerHand(actor=HOST, peer_id=BEN), told.HandLowered(BEN)),
        (
            commands.UpdateRole(actor=HOST, peer_id=BEN, role="coHost"),
            told.RoomRoleUpdated(BEN, "coHost", "guest"),
        ),
        (
            commands.UpdatePeerMetadata(actor=BEN, metadata={"a": 1}),
            told.PeerMetadataUpdated(BEN, {"a": 1}),
        ),
        (
            commands.UpdateRoomMetadata(actor=HOST, metadata={"b": 2}),
            told.MetadataUpdated({"b": 2}),
        ),
        (
            commands.SendChat(actor=BEN, text="hello"),
            told.ReceiveData(BEN, "hello", "chat"),
        ),
    ],
)
def test_what_somebody_does_is_told_to_another(command: Command, expected: told.Event) -> None:
    room = _room()
    room.do(commands.Produce(actor=BEN, label=LABEL))
    if isinstance(command, commands.ResumeStream):
        room.do(commands.PauseStream(actor=BEN, label=LABEL))
    if isinstance(command, commands.LowerHand):
        room.do(commands.RaiseHand(actor=BEN))
    if isinstance(command, commands.Produce):
        room.do(commands.StopProducing(actor=BEN, label=LABEL))
    assert _heard(room, command) == [expected]


def test_controls_are_told_in_full() -> None:
    room = _room()
    changed = commands.UpdateControls(actor=HOST, allow_produce_sources={"cam": False})
    assert _heard(room, changed) == [
        told.RoomControlsUpdated(
            room_locked=True,
            allow_produce=True,
            allow_produce_sources={"cam": False, "mic": True, "screen": True},
            allow_consume=True,
            allow_send_data=True,
        )
    ]


def test_ones_own_chat_is_no_news_and_ones_own_rights_are() -> None:
    room = _room()
    assert _heard(room, commands.SendChat(actor=ANA, text="hi")) == []
    less = changes_to(Permissions(can_produce_sources=Sources(cam=False)))
    as_before = changes_to(Permissions())
    for me, count in ((ANA, 1), (BEN, 0)):
        changed = commands.UpdatePermissions(actor=HOST, peer_id=ANA, changes=less)
        assert len(_heard(room, changed, me)) == count
        room.do(commands.UpdatePermissions(actor=HOST, peer_id=ANA, changes=as_before))


def test_after_a_gap_the_differences_are_told() -> None:
    room = _room()
    room.do(commands.Produce(actor=BEN, label="audio"))
    room.do(commands.SendChat(actor=BEN, text="before"))
    before = view(room.state, ANA)
    room.do(commands.PauseStream(actor=BEN, label="audio"))
    room.do(commands.Produce(actor=BEN, label="video"))
    room.do(commands.RaiseHand(actor=BEN))
    room.do(commands.SendChat(actor=BEN, text="after"))
    room.do(commands.UpdateControls(actor=HOST, room_locked=False))
    room.enter(EVE)
    room.do(commands.UpdateRole(actor=HOST, peer_id=EVE, role="speaker"))
    name = room.state.participants[EVE].name
    heard = told_of_gap(Fold(before, view(room.state, ANA), ANA))
    assert heard == [
        told.NewPeerJoined(EVE, name, "speaker", {}),
        told.ParticipantConnected(EVE, name),
        told.HandRaised(BEN),
        told.StreamPaused(BEN, "audio"),
        told.StreamAdded(BEN, "video"),
        *[event for event in heard if isinstance(event, told.RoomControlsUpdated)],
        told.ReceiveData(BEN, "after", "chat"),
    ]
    assert told_of_gap(Fold(room.state, room.state, ANA)) == []


def test_one_who_left_meanwhile_is_told_with_their_streams() -> None:
    room = _room()
    room.do(commands.Produce(actor=BEN, label="video"))
    before = view(room.state, ANA)
    name = room.state.participants[BEN].name
    room.do(commands.Leave(actor=BEN))
    assert told_of_gap(Fold(before, view(room.state, ANA), ANA)) == [
        told.StreamClosed(BEN, "video", "LEFT"),
        told.PeerLeft(BEN, name, "guest", "LEFT"),
        told.ParticipantDisconnected(BEN, name),
    ]


def test_every_event_of_a_room_is_told_or_left_out_on_purpose() -> None:
    from proconf_tui.sdk.notify import _HANDLERS

    silent = {
        events.RoomCreated,
        events.RoomStarted,
        events.RoomClosed,  # the server's last message says it
        events.PeerDisconnected,  # sdk/qualities.py says it
        events.PeerReconnected,
        events.IdentityBlocked,
        events.IdentityUnblocked,
    }
    assert set(get_args(events.Event)) == _HANDLERS.keys() | silent
    assert not _HANDLERS.keys() & silent
