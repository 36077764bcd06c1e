"""What moderators can do, and what not even they can."""

from __future__ import annotations

import pytest

from proconf_tui.errors import PeerNotFound, PermissionDenied
from proconf_tui.protocol.ids import PeerId
from proconf_tui.room import commands, events
from proconf_tui.room.permissions import BY_ROLE, Permissions, Sources
from tests.support.rooms import (
    ANA,
    BEN,
    COHOST,
    HOST,
    PureRoom,
    changes_to,
    identity_of,
    locked_room,
    names,
    started_room,
)


def _with_cohost(*guests: PeerId) -> PureRoom:
    room = started_room(*guests)
    room.enter(COHOST, "coHost")
    return room


# --- kick ---------------------------------------------------------------------------------------


def test_a_moderator_kicks_a_participant() -> None:
    room = started_room(ANA)
    assert room.do(commands.Kick(actor=HOST, peer_id=ANA)) == [
        events.PeerLeft(ANA, "KICKED", by=HOST)
    ]
    assert names(room.enter(ANA)) == ["PeerJoined"]


def test_kicking_with_a_block_removes_every_device_of_that_identity() -> None:
    room = started_room(ANA, BEN)
    phone = PeerId("ana-phone")
    room.enter(phone, identity=identity_of(ANA))
    room.do(commands.UpdateControls(actor=HOST, room_locked=True))
    tablet = PeerId("ana-tablet")
    room.enter(tablet, identity=identity_of(ANA))
    happened = room.do(commands.Kick(actor=HOST, peer_id=ANA, block=True))
    assert happened[0] == events.IdentityBlocked(identity_of(ANA), by=HOST)
    assert set(room.state.participants) == {HOST, BEN}
    assert not room.state.lobby


def test_kicking_somebody_in_the_lobby_denies_and_may_block_them() -> None:
    room = locked_room(ANA)
    happened = room.do(commands.Kick(actor=HOST, peer_id=ANA, block=True))
    assert happened == [
        events.IdentityBlocked(identity_of(ANA), by=HOST),
        events.LobbyLeft(ANA, "DENIED", by=HOST),
    ]


def test_nobody_kicks_themselves() -> None:
    with pytest.raises(PermissionDenied, match="leave instead"):
        started_room().do(commands.Kick(actor=HOST, peer_id=HOST))


def test_nobody_blocks_themselves_through_a_second_device() -> None:
    room = started_room()
    phone = PeerId("host-phone")
    room.enter(phone, identity=identity_of(HOST))
    with pytest.raises(PermissionDenied, match="yourself"):
        room.do(commands.Kick(actor=HOST, peer_id=phone, block=True))
    assert phone in room.state.participants


def test_kicking_somebody_who_is_not_here_is_refused() -> None:
    with pytest.raises(PeerNotFound):
        started_room().do(commands.Kick(actor=HOST, peer_id=ANA))


def test_the_server_may_kick_a_host() -> None:
    room = started_room()
    assert names(room.do(commands.Kick(actor=None, peer_id=HOST))) == ["PeerLeft"]


# --- hosts and coHosts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        commands.Kick(actor=COHOST, peer_id=HOST),
        commands.UpdateRole(actor=COHOST, peer_id=HOST, role="guest"),
        commands.UpdatePermissions(actor=COHOST, peer_id=HOST, changes=changes_to(BY_ROLE["bot"])),
    ],
    ids=["kick", "demote", "restrict"],
)
def test_a_cohost_cannot_act_against_a_host(
    command: commands.Kick | commands.UpdateRole | commands.UpdatePermissions,
) -> None:
    with pytest.raises(PermissionDenied, match="another host"):
        _with_cohost().do(command)


def test_a_cohost_makes_nobody_host() -> None:
    room = _with_cohost(ANA)
    for peer_id in (ANA, COHOST):
        with pytest.raises(PermissionDenied, match="Only a host"):
            room.do(commands.UpdateRole(actor=COHOST, peer_id=peer_id, role="host"))


def test_a_cohost_makes_a_cohost_and_a_host_makes_a_host() -> None:
    room = _with_cohost(ANA, BEN)
    room.do(commands.UpdateRole(actor=COHOST, peer_id=ANA, role="coHost"))
    room.do(commands.UpdateRole(actor=HOST, peer_id=BEN, role="host"))
    assert room.member(ANA).permissions.admin
    assert room.member(BEN).role == "host"


# --- roles and permissions ----------------------------------------------------------------------


def test_a_new_role_brings_its_rights_and_says_the_old_one() -> None:
    room = started_room(ANA)
    assert room.do(commands.UpdateRole(actor=HOST, peer_id=ANA, role="listener")) == [
        events.RoleUpdated(ANA, "listener", "guest", BY_ROLE["listener"], by=HOST)
    ]
    assert room.member(ANA).permissions == BY_ROLE["listener"]


def test_the_role_somebody_has_only_restores_its_rights() -> None:
    room = started_room(ANA)
    again = commands.UpdateRole(actor=HOST, peer_id=ANA, role="guest")
    assert room.do(again) == []
    muted = Permissions(can_send_data=False)
    room.do(commands.UpdatePermissions(actor=HOST, peer_id=ANA, changes=changes_to(muted)))
    assert room.do(again) == [events.PermissionsUpdated(ANA, BY_ROLE["guest"], by=HOST)]


def test_streams_that_new_permissions_forbid_are_closed() -> None:
    room = started_room(ANA)
    room.produce(ANA, "audio", "video")
    happened = room.do(commands.UpdateRole(actor=HOST, peer_id=ANA, role="speaker"))
    assert happened[1:] == [events.StreamClosed(ANA, "video", "PERMISSIONS", by=HOST)]
    only_screen = Permissions(can_produce_sources=Sources(cam=False, mic=False))
    happened = room.do(
        commands.UpdatePermissions(actor=HOST, peer_id=ANA, changes=changes_to(only_screen))
    )
    assert happened[1:] == [events.StreamClosed(ANA, "audio", "PERMISSIONS", by=HOST)]


def test_setting_the_permissions_somebody_has_does_nothing() -> None:
    room = started_room(ANA)
    same = commands.UpdatePermissions(actor=HOST, peer_id=ANA, changes=changes_to(BY_ROLE["guest"]))
    assert room.do(same) == []


# --- controls -----------------------------------------------------------------------------------


def test_controls_change_one_by_one_and_only_if_they_do() -> None:
    room = started_room()
    lock = commands.UpdateControls(actor=HOST, room_locked=True)
    assert names(room.do(lock)) == ["ControlsUpdated"]
    assert room.do(lock) == []
    room.do(commands.UpdateControls(actor=HOST, allow_produce_sources={"cam": False}))
    controls = room.state.controls
    assert controls.room_locked
    assert controls.allow_produce_sources == Sources(cam=False)


def test_turning_publishing_off_closes_what_guests_publish_and_spares_moderators() -> None:
    room = started_room(ANA)
    room.produce(ANA, "audio", "screen")
    room.produce(HOST, "audio")
    happened = room.do(commands.UpdateControls(actor=HOST, allow_produce=False))
    assert happened[1:] == [
        events.StreamClosed(ANA, "audio", "CONTROLS", by=HOST),
        events.StreamClosed(ANA, "screen", "CONTROLS", by=HOST),
    ]
    assert room.labels(HOST) == {"audio"}


def test_the_server_may_change_controls() -> None:
    room = started_room()
    room.do(commands.UpdateControls(actor=None, room_locked=True))
    assert room.state.controls.room_locked


# --- closing streams ----------------------------------------------------------------------------


def test_muting_everyone_spares_moderators_and_other_streams() -> None:
    room = _with_cohost(ANA, BEN)
    for peer_id in (HOST, COHOST, ANA):
        room.produce(peer_id, "audio", "video")
    assert room.do(commands.MuteEveryone(actor=HOST)) == [
        events.StreamClosed(ANA, "audio", "MODERATOR", by=HOST)
    ]
    room.produce(ANA, "audio")
    assert room.labels(ANA) == {"audio", "video"}


def test_muting_everyone_may_take_the_microphone_away() -> None:
    room = started_room(ANA)
    room.produce(ANA, "audio")
    room.do(commands.MuteEveryone(actor=HOST, allow_unmute=False))
    assert room.labels(ANA) == set()
    with pytest.raises(PermissionDenied, match="microphone"):
        room.produce(ANA, "audio")


def test_closing_streams_of_everybody_reaches_moderators_but_not_the_one_who_asks() -> None:
    room = _with_cohost(ANA)
    for peer_id in (HOST, COHOST, ANA):
        room.produce(peer_id, "video", "audio")
    room.do(commands.CloseStreams(actor=HOST, labels=frozenset({"video", "screen"})))
    assert room.labels(HOST) == {"audio", "video"}
    assert room.labels(COHOST) == room.labels(ANA) == {"audio"}


def test_closing_streams_of_named_peers_only() -> None:
    room = started_room(ANA, BEN)
    for peer_id in (ANA, BEN):
        room.produce(peer_id, "video")
    close = commands.CloseStreams(actor=HOST, labels=frozenset({"video"}), peer_ids=(BEN, BEN))
    assert room.do(close) == [events.StreamClosed(BEN, "video", "MODERATOR", by=HOST)]
    assert room.labels(ANA) == {"video"}


def test_closing_streams_of_somebody_who_is_not_here_is_refused() -> None:
    with pytest.raises(PeerNotFound):
        started_room().do(
            commands.CloseStreams(actor=HOST, labels=frozenset({"video"}), peer_ids=(ANA,))
        )


# --- the end ------------------------------------------------------------------------------------


def test_ending_the_meeting_leaves_nobody_in_it() -> None:
    room = locked_room(ANA)
    closed = room.do(commands.CloseRoom(actor=HOST))
    assert closed == [events.RoomClosed("CLOSED", by=HOST, closed_at=room.now)]
    assert room.state.closed == "CLOSED"
    assert not room.state.participants
    assert not room.state.lobby


def test_the_server_ends_an_expired_meeting() -> None:
    room = started_room()
    room.do(commands.CloseRoom(actor=None, reason="EXPIRED"))
    assert room.state.closed == "EXPIRED"
