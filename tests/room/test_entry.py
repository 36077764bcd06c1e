"""Who comes in, who waits, who is refused, and how one goes."""

from __future__ import annotations

import pytest

from proconf_tui.errors import (
    Blocked,
    ConfigError,
    LimitExceeded,
    MeetingNotStarted,
    PeerNotFound,
    PermissionDenied,
    RoomFull,
    RoomNotFound,
)
from proconf_tui.protocol.ids import Identity, PeerId, RoomId
from proconf_tui.protocol.limits import LOBBY_PEERS, MAX_PEERS
from proconf_tui.room import commands, events
from proconf_tui.room.decide import decide
from proconf_tui.room.permissions import BY_ROLE
from tests.support.rooms import (
    ANA,
    BEN,
    COHOST,
    EVE,
    HOST,
    ROOM,
    PureRoom,
    identity_of,
    locked_room,
    names,
    started_room,
)

# --- the room itself ----------------------------------------------------------------------------


def test_a_room_that_is_open_cannot_be_created_again() -> None:
    room = PureRoom()
    with pytest.raises(ConfigError, match="exists already"):
        room.do(commands.CreateRoom(actor=None, room_id=ROOM))


def test_a_closed_room_can_be_opened_again_and_goes_on_counting_versions() -> None:
    room = started_room(ANA)
    room.do(commands.CloseRoom(actor=HOST))
    version = room.state.version
    room.do(commands.CreateRoom(actor=None, room_id=ROOM))
    assert room.state.version == version + 1
    assert room.state.closed is None
    assert not room.state.is_started


@pytest.mark.parametrize("name", ["", "..", "a b", "a/b", "x" * 65, "\x1b[2J", "ä"])
def test_a_room_needs_a_name_that_fits_into_an_address(name: str) -> None:
    with pytest.raises(ConfigError, match="64"):
        decide(None, commands.CreateRoom(actor=None, room_id=RoomId(name)), 0.0)


@pytest.mark.parametrize("max_peers", [-1, 0, MAX_PEERS + 1, 10**30])
def test_a_room_with_no_seat_or_with_too_many_is_refused(max_peers: int) -> None:
    with pytest.raises(ConfigError, match="max_peers"):
        PureRoom(max_peers=max_peers)


def test_a_room_may_have_as_many_seats_as_there_are() -> None:
    assert PureRoom(max_peers=MAX_PEERS).state.max_peers == MAX_PEERS


def test_the_metadata_of_a_new_room_is_limited() -> None:
    with pytest.raises(LimitExceeded, match="8 KiB"):
        PureRoom(metadata={"notes": "x" * 8192})


def test_a_room_that_is_not_there_answers_nothing() -> None:
    with pytest.raises(RoomNotFound):
        decide(None, commands.Leave(actor=ANA), 0.0)


def test_a_closed_room_answers_nothing() -> None:
    room = started_room(ANA)
    room.do(commands.CloseRoom(actor=HOST))
    with pytest.raises(RoomNotFound, match="over"):
        room.do(commands.SendChat(actor=ANA, text="anyone?"))


# --- starting -----------------------------------------------------------------------------------


def test_the_first_moderator_starts_the_meeting() -> None:
    room = PureRoom(is_locked=True)
    assert names(room.enter(HOST, "host")) == ["PeerJoined", "RoomStarted"]
    assert names(room.enter(COHOST, "coHost")) == ["PeerJoined"]


def test_a_guest_who_is_early_is_told_that_the_meeting_has_not_started() -> None:
    with pytest.raises(MeetingNotStarted):
        PureRoom().enter(ANA)


def test_a_guest_who_will_wait_comes_in_when_the_meeting_starts() -> None:
    room = PureRoom()
    assert names(room.enter(ANA, will_wait=True)) == ["PeerKnocked"]
    assert names(room.enter(HOST, "host")) == ["PeerJoined", "RoomStarted", "PeerJoined"]
    assert set(room.state.participants) == {HOST, ANA}


def test_a_guest_who_will_wait_stays_in_the_lobby_of_a_locked_meeting() -> None:
    room = PureRoom(is_locked=True)
    room.enter(ANA, will_wait=True)
    room.enter(HOST, "host")
    assert set(room.state.lobby) == {ANA}


def test_nobody_is_admitted_before_the_meeting_starts_not_even_by_the_server() -> None:
    room = PureRoom()
    room.enter(ANA, will_wait=True)
    with pytest.raises(MeetingNotStarted):
        room.do(commands.Admit(actor=None, peer_id=ANA))


# --- entering -----------------------------------------------------------------------------------


def test_a_guest_walks_into_an_open_meeting() -> None:
    room = started_room()
    assert names(room.enter(ANA, metadata={"team": "blue"})) == ["PeerJoined"]
    assert room.member(ANA).metadata == {"team": "blue"}
    assert room.member(ANA).joined_at == room.now


def test_a_guest_knocks_at_a_locked_meeting_and_keeps_what_they_brought_when_admitted() -> None:
    room = locked_room()
    assert names(room.enter(ANA, "speaker", metadata={"team": "blue"})) == ["PeerKnocked"]
    room.do(commands.Disconnect(actor=ANA))
    room.do(commands.Admit(actor=HOST, peer_id=ANA))
    ana = room.member(ANA)
    assert (ana.role, ana.permissions) == ("speaker", BY_ROLE["speaker"])
    assert ana.metadata == {"team": "blue"}
    assert not ana.is_connected


def test_a_full_meeting_refuses_guests_and_takes_moderators() -> None:
    room = started_room(ANA, max_peers=2)
    with pytest.raises(RoomFull):
        room.enter(BEN)
    assert names(room.enter(COHOST, "coHost")) == ["PeerJoined"]


def test_a_token_may_set_a_tighter_limit() -> None:
    room = started_room(ANA, max_peers=9)
    with pytest.raises(RoomFull):
        room.enter(BEN, max_peers=2)


def test_a_lobby_holds_only_so_many() -> None:
    room = locked_room(*(PeerId(f"p{number}") for number in range(LOBBY_PEERS)))
    with pytest.raises(RoomFull, match=str(LOBBY_PEERS)):
        room.enter(ANA)


def test_an_expired_meeting_lets_nobody_in() -> None:
    room = PureRoom(expires_at=1010.0)
    room.now = 1010.0
    with pytest.raises(RoomNotFound, match="expired"):
        room.enter(HOST, "host")


def test_a_blocked_identity_stays_out_even_with_a_moderators_token() -> None:
    room = started_room(ANA)
    room.do(commands.Kick(actor=HOST, peer_id=ANA, block=True))
    with pytest.raises(Blocked):
        room.enter(PeerId("ana-again"), "coHost", identity=identity_of(ANA))


def test_nobody_enters_twice_with_one_id() -> None:
    with pytest.raises(PermissionDenied, match="already"):
        started_room(ANA).enter(ANA)
    with pytest.raises(PermissionDenied, match="already"):
        locked_room(ANA).enter(ANA)


def test_the_metadata_somebody_brings_is_limited() -> None:
    with pytest.raises(LimitExceeded, match="4 KiB"):
        started_room().enter(ANA, metadata={"x": "y" * 4096})


def test_a_name_from_a_token_is_cleaned() -> None:
    room = started_room()
    room.enter(ANA, name="\x1b]0;owned\x07 Ana  \u202e")
    room.enter(BEN, name="\u200b")
    assert room.member(ANA).name == "Ana"
    assert room.member(BEN).name == "Guest"


# --- the lobby ----------------------------------------------------------------------------------


def test_a_moderator_denies_one_who_waits() -> None:
    room = locked_room(ANA)
    assert room.do(commands.Deny(actor=HOST, peer_id=ANA)) == [
        events.LobbyLeft(ANA, "DENIED", by=HOST)
    ]
    assert not room.state.lobby


def test_admitting_or_denying_one_who_does_not_wait_is_refused() -> None:
    room = locked_room()
    with pytest.raises(PeerNotFound, match="waiting"):
        room.do(commands.Admit(actor=HOST, peer_id=ANA))
    with pytest.raises(PeerNotFound, match="waiting"):
        room.do(commands.Deny(actor=HOST, peer_id=HOST))


def test_admitting_all_takes_the_longest_waiting_first_as_far_as_there_is_room() -> None:
    room = locked_room(BEN, ANA, EVE, max_peers=3)
    room.do(commands.AdmitAll(actor=HOST))
    assert set(room.state.participants) == {HOST, BEN, ANA}
    with pytest.raises(RoomFull, match="3"):
        room.do(commands.AdmitAll(actor=HOST))
    with pytest.raises(RoomFull, match="3"):
        room.do(commands.Admit(actor=HOST, peer_id=EVE))


def test_admitting_all_of_nobody_does_nothing() -> None:
    assert locked_room().do(commands.AdmitAll(actor=HOST)) == []


def test_unlocking_lets_in_who_waits_and_a_free_seat_the_next() -> None:
    room = locked_room(ANA, BEN, EVE, max_peers=3)
    room.do(commands.UpdateControls(actor=HOST, room_locked=False))
    assert set(room.state.lobby) == {EVE}
    room.do(commands.Leave(actor=ANA))
    assert set(room.state.participants) == {HOST, BEN, EVE}


def test_who_waits_can_do_nothing_but_go() -> None:
    room = locked_room(ANA)
    with pytest.raises(PermissionDenied, match="lobby"):
        room.do(commands.SendChat(actor=ANA, text="let me in"))
    with pytest.raises(PermissionDenied, match="lobby"):
        room.do(commands.Admit(actor=ANA, peer_id=ANA))
    assert room.do(commands.Leave(actor=ANA)) == [events.LobbyLeft(ANA, "LEFT")]


# --- going and coming back ----------------------------------------------------------------------


def test_leaving_frees_everything_that_was_theirs() -> None:
    room = started_room(ANA)
    room.produce(ANA, "audio")
    assert room.do(commands.Leave(actor=ANA)) == [events.PeerLeft(ANA, "LEFT")]
    assert ANA not in room.state.participants
    with pytest.raises(PeerNotFound):
        room.do(commands.Leave(actor=ANA))


def test_a_broken_connection_keeps_seat_role_hand_and_streams() -> None:
    room = started_room(ANA)
    room.produce(ANA, "audio")
    room.do(commands.PauseStream(actor=ANA, label="audio"))
    room.do(commands.RaiseHand(actor=ANA))
    before = room.member(ANA)
    assert names(room.do(commands.Disconnect(actor=ANA))) == ["PeerDisconnected"]
    assert not room.member(ANA).is_connected
    assert room.do(commands.Disconnect(actor=ANA)) == []
    assert names(room.do(commands.Reconnect(actor=ANA))) == ["PeerReconnected"]
    assert room.member(ANA) == before
    assert room.do(commands.Reconnect(actor=ANA)) == []


def test_one_who_waits_keeps_the_place_in_the_lobby_through_a_broken_connection() -> None:
    room = locked_room(ANA, BEN)
    room.do(commands.Disconnect(actor=ANA))
    assert not room.state.lobby[ANA].is_connected
    room.do(commands.Reconnect(actor=ANA))
    assert room.state.lobby[ANA].is_connected
    assert list(room.state.lobby) == [ANA, BEN]


def test_a_seat_given_up_cannot_be_taken_again() -> None:
    room = started_room(ANA)
    room.do(commands.Leave(actor=ANA, reason="LOST"))
    with pytest.raises(PeerNotFound):
        room.do(commands.Reconnect(actor=ANA))


def test_unblocking_lets_an_identity_come_again() -> None:
    room = started_room(ANA)
    room.do(commands.Kick(actor=HOST, peer_id=ANA, block=True))
    unblock = commands.Unblock(actor=HOST, identity=identity_of(ANA))
    assert names(room.do(unblock)) == ["IdentityUnblocked"]
    assert room.do(unblock) == []
    assert names(room.enter(ANA)) == ["PeerJoined"]


def test_the_same_identity_may_come_with_two_devices() -> None:
    room = started_room(ANA)
    phone = PeerId("ana-phone")
    room.enter(phone, identity=Identity(identity_of(ANA)))
    assert {ANA, phone} <= room.state.participants.keys()
