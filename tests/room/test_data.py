"""Metadata, hands and chat."""

from __future__ import annotations

import pytest

from proconf_tui.errors import LimitExceeded, PeerNotFound, PermissionDenied
from proconf_tui.room import commands, events
from proconf_tui.room.permissions import Permissions
from tests.support.rooms import ANA, BEN, HOST, changes_to, names, started_room

# --- metadata -----------------------------------------------------------------------------------


def test_moderators_and_the_server_change_the_rooms_metadata() -> None:
    room = started_room()
    change = commands.UpdateRoomMetadata(actor=HOST, metadata={"topic": "plan"})
    assert names(room.do(change)) == ["RoomMetadataUpdated"]
    assert room.do(change) == []
    room.do(commands.UpdateRoomMetadata(actor=None, metadata={}))
    assert room.state.metadata == {}


def test_a_guest_changes_the_rooms_metadata_only_with_the_permission() -> None:
    room = started_room(ANA)
    change = commands.UpdateRoomMetadata(actor=ANA, metadata={"topic": "mine"})
    with pytest.raises(PermissionDenied, match="metadata"):
        room.do(change)
    allowed = Permissions(can_update_metadata=True)
    room.do(commands.UpdatePermissions(actor=HOST, peer_id=ANA, changes=changes_to(allowed)))
    assert names(room.do(change)) == ["RoomMetadataUpdated"]


def test_room_metadata_is_limited() -> None:
    with pytest.raises(LimitExceeded, match="8 KiB"):
        started_room().do(commands.UpdateRoomMetadata(actor=HOST, metadata={"x": "y" * 8192}))


def test_everybody_changes_their_own_metadata_within_the_limit() -> None:
    room = started_room(ANA)
    change = commands.UpdatePeerMetadata(actor=ANA, metadata={"mood": "calm"})
    assert room.do(change) == [events.PeerMetadataUpdated(ANA, {"mood": "calm"})]
    assert room.do(change) == []
    with pytest.raises(LimitExceeded, match="4 KiB"):
        room.do(commands.UpdatePeerMetadata(actor=ANA, metadata={"x": "y" * 4096}))


# --- hands --------------------------------------------------------------------------------------


def test_a_raised_hand_keeps_its_place_in_the_queue() -> None:
    room = started_room(ANA)
    room.do(commands.RaiseHand(actor=ANA))
    raised_at = room.member(ANA).hand_raised_at
    assert raised_at == room.now
    assert room.do(commands.RaiseHand(actor=ANA)) == []
    assert room.member(ANA).hand_raised_at == raised_at


def test_a_hand_is_lowered_by_its_owner_or_a_moderator() -> None:
    room = started_room(ANA, BEN)
    room.do(commands.RaiseHand(actor=ANA))
    with pytest.raises(PermissionDenied):
        room.do(commands.LowerHand(actor=BEN, peer_id=ANA))
    assert room.do(commands.LowerHand(actor=HOST, peer_id=ANA)) == [
        events.HandLowered(ANA, by=HOST)
    ]
    assert room.do(commands.LowerHand(actor=ANA)) == []
    room.do(commands.RaiseHand(actor=ANA))
    assert room.do(commands.LowerHand(actor=ANA, peer_id=ANA)) == [events.HandLowered(ANA, by=ANA)]


# --- chat ---------------------------------------------------------------------------------------


def test_chat_to_everybody_carries_who_when_and_the_version() -> None:
    room = started_room(ANA)
    room.do(commands.SendChat(actor=ANA, text="hello"))
    (line,) = room.state.chat
    assert (line.from_peer_id, line.from_name, line.text, line.to) == (ANA, "Ana", "hello", None)
    assert line.said_at == room.now
    assert line.version == room.state.version


def test_chat_to_one_needs_that_one_to_be_here_and_able_to_receive() -> None:
    room = started_room(ANA)
    with pytest.raises(PeerNotFound):
        room.do(commands.SendChat(actor=ANA, text="psst", to=BEN))
    room.enter(BEN, permissions=Permissions(can_recv_data=False))
    with pytest.raises(PermissionDenied, match="cannot receive"):
        room.do(commands.SendChat(actor=ANA, text="psst", to=BEN))
    room.do(commands.SendChat(actor=ANA, text="psst", to=HOST))
    assert room.state.chat[-1].to == HOST


def test_chat_needs_the_right_of_the_role_and_of_the_room() -> None:
    room = started_room(ANA)
    room.enter(BEN, "bot")
    with pytest.raises(PermissionDenied, match=r"role \(bot\)"):
        room.do(commands.SendChat(actor=BEN, text="beep"))
    room.do(commands.UpdateControls(actor=HOST, allow_send_data=False))
    with pytest.raises(PermissionDenied, match="everybody"):
        room.do(commands.SendChat(actor=ANA, text="hello?"))
    assert names(room.do(commands.SendChat(actor=HOST, text="quiet, please"))) == ["ChatSaid"]


def test_a_chat_line_is_neither_blank_nor_endless() -> None:
    room = started_room(ANA)
    with pytest.raises(LimitExceeded, match="visible"):
        room.do(commands.SendChat(actor=ANA, text=" \n "))
    with pytest.raises(LimitExceeded, match="4000"):
        room.do(commands.SendChat(actor=ANA, text="x" * 4001))
    assert room.do(commands.SendChat(actor=ANA, text="x" * 4000))
