"""What moderators do reaches everybody, and the server makes it stick."""

from __future__ import annotations

import asyncio
import time

import pytest

from proconf_tui import AccessToken, ProconfManager
from proconf_tui.control import events as told
from proconf_tui.errors import (
    ConfigError,
    Denied,
    InvalidToken,
    LimitExceeded,
    PeerNotFound,
    PermissionDenied,
)
from tests.support.meeting import Meeting, until

# --- the lobby ------------------------------------------------------------------------------------


async def test_a_guest_knocks_and_is_admitted(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True)
    ben, joining = await meeting.knock("Ben", metadata={"team": "blue"})
    await ben.until_told(told.RoomAwaiting, reason="WAITING_FOR_PERMISSIONS")
    assert ben.room.peer_ids == []
    knocked = await hana.until_told(told.LobbyPeersUpdated)
    (waiting,) = hana.room.lobby_peer_set
    assert knocked.peer_ids == [waiting] == hana.room.lobby_peer_ids
    assert hana.room.get_lobby_peer_metadata(waiting) == {
        "peerId": waiting,
        "metadata": {"team": "blue"},
    }

    await hana.room.admit_peer(waiting)
    room = await joining
    assert (room.state, room.local_peer.peer_id) == ("connected", waiting)
    assert [type(event) for event in ben.events[:3]] == [
        told.RoomConnecting,
        told.RoomAwaiting,
        told.RoomJoined,
    ]
    await hana.until_told(told.NewPeerJoined, peer_id=waiting, name="Ben", role="guest")
    await hana.until_told(told.LobbyPeersUpdated, peer_ids=[])
    await until(lambda: hana.hears(ben) and ben.hears(hana))


async def test_who_is_denied_is_told_so(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True)
    ben, joining = await meeting.knock("Ben")
    await until(lambda: hana.room.lobby_peer_ids)
    await hana.room.deny_peer(hana.room.lobby_peer_ids[0])
    with pytest.raises(Denied, match="did not let you in"):
        await joining
    assert (await ben.until_told(told.RoomJoinedFailed)).status == "DENIED"
    await ben.until_told(told.RoomClosed, reason="DENIED")
    assert ben.room.state == "closed"
    assert hana.room.lobby_peer_ids == []


async def test_who_gives_up_waiting_leaves_the_lobby(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True)
    ben, joining = await meeting.knock("Ben")
    await until(lambda: hana.room.lobby_peer_ids)
    joining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await joining
    await until(lambda: not hana.room.lobby_peer_ids)
    assert ben.room.state == "left"


async def test_all_are_admitted_at_once_and_unlocking_lets_in(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True)
    knocks = [await meeting.knock(name, tracks=[]) for name in ("Ben", "Eve")]
    await until(lambda: len(hana.room.lobby_peer_ids) == 2)
    await hana.room.admit_all()
    await asyncio.gather(*(joining for _, joining in knocks))
    _, late = await meeting.knock("Zoe", tracks=[])
    await hana.room.update_room_controls(room_locked=False)
    await late
    await until(lambda: len(hana.room.remote_peers) == 3)


# --- removing and silencing -----------------------------------------------------------------------


async def test_the_kicked_are_told_why_and_the_blocked_stay_out(meeting: Meeting) -> None:
    hana, ben, eve = await meeting.host(), await meeting.join("Ben"), await meeting.join("Eve")
    await hana.room.kick_peer(ben.peer_id)
    closed = await ben.until_told(told.RoomClosed)
    assert (closed.reason, closed.message) == (
        "KICKED",
        "A moderator removed you from the meeting.",
    )
    assert ben.room.state == "closed"
    await eve.until_told(told.PeerLeft, name="Ben", reason="KICKED")
    await eve.until_told(told.StreamClosed, label="audio", reason="LEFT")
    with pytest.raises(PeerNotFound):
        hana.room.get_remote_peer_by_id(eve.room.local_peer.peer_id + "x")

    await hana.room.kick_peer(eve.peer_id, block=True)
    closed = await eve.until_told(told.RoomClosed, reason="KICKED")
    assert closed.message.startswith("A moderator removed you from the meeting and blocked you")
    again = meeting.person("Eve")
    with pytest.raises(Denied, match="blocked"):
        await again.join()
    assert (await again.until_told(told.RoomJoinedFailed)).status == "BLOCKED"
    assert again.room.state == "failed"


async def test_a_token_is_worth_nothing_after_its_holder_was_kicked(meeting: Meeting) -> None:
    hana = await meeting.host()
    key = meeting.server.credentials
    token = AccessToken(key.api_key, key.api_secret, hana.room.room_id).to_jwt()
    ben = meeting.person("Ben")
    room = await ben.manager.join_room("myRoom", token, on_room=ben.listen)
    await hana.room.kick_peer(room.local_peer.peer_id)
    await ben.until_told(told.RoomClosed, reason="KICKED")
    with pytest.raises(InvalidToken):
        await ben.manager.join_room("myRoom", token)


async def test_an_invite_is_everybodys_and_outlives_a_kick(meeting: Meeting) -> None:
    hana = await meeting.host()
    invite = hana.room.invite_url or ""
    token = invite.partition("#")[2]
    rooms = []
    for name in ("Ben", "Eve"):
        manager = ProconfManager(meeting.server.url, token=token)
        rooms.append(await manager.join_meeting(participant_name=name, has_media=False))
        await hana.room.kick_peer(rooms[-1].local_peer.peer_id)
        await until(lambda: rooms[-1].state == "closed")
        await manager.aclose()
    assert hana.room.invite_url == invite


async def test_muting_everyone_is_enforced_although_they_keep_sending(meeting: Meeting) -> None:
    hana, ben, eve = await meeting.host(), await meeting.join("Ben"), await meeting.join("Eve")
    await until(lambda: hana.hears(ben, eve))
    # Ben's client is one that does not care what it is told.
    ben.room._session.own_streams.closed = lambda label: None  # type: ignore[method-assign]

    await hana.room.mute_everyone()
    closed = await ben.until_told(told.StreamClosed, peer_id=ben.peer_id, label="audio")
    assert closed.reason == "MODERATOR"
    sent_before = ben.tone._sample
    await until(lambda: hana.hears() and eve.hears(hana))
    await until(lambda: ben.tone._sample > sent_before + 24_000)
    assert hana.hears()
    voice = hana.room.mixer.add(ben.peer_id)
    assert voice.played_timestamp(time.monotonic()) is None
    media = eve.room._session.media
    assert media is not None
    assert not media.is_sending("audio")

    await eve.room.local_peer.enable_audio()
    await until(lambda: hana.hears(eve))


async def test_who_may_not_unmute_themselves_cannot(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await hana.room.mute_everyone(allow_unmute=False)
    await ben.until_told(told.RoomControlsUpdated)
    assert not ben.room.config.allow_produce_sources.mic
    with pytest.raises(PermissionDenied, match="microphone"):
        await ben.room.local_peer.enable_audio()
    await hana.room.update_room_controls(allow_produce_sources={"mic": True})
    await ben.room.local_peer.enable_audio()
    await until(lambda: hana.hears(ben))


async def test_closing_ones_camera_and_forbidding_cameras(meeting: Meeting) -> None:
    hana, ben, eve = await meeting.host(), await meeting.join("Ben"), await meeting.join("Eve")
    await until(lambda: hana.sees(ben))
    await hana.room.close_stream_of_label("video", [ben.peer_id])
    await ben.until_told(told.StreamClosed, peer_id=ben.peer_id, label="video", reason="MODERATOR")
    await hana.room.update_room_controls(allow_produce_sources={"cam": False})
    await eve.until_told(told.StreamClosed, peer_id=eve.peer_id, label="video", reason="CONTROLS")
    assert hana.room.get_remote_peer_by_id(eve.peer_id).labels == ["audio"]
    assert "video" in hana.room.local_peer.labels
    with pytest.raises(ConfigError, match="no source"):
        await hana.room.update_room_controls(allow_produce_sources={"nose": False})


# --- roles ----------------------------------------------------------------------------------------


async def test_two_moderators_at_once(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    assert not ben.room.is_moderator
    with pytest.raises(PermissionDenied):
        await ben.room.update_room_controls(room_locked=True)
    await hana.room.get_remote_peer_by_id(ben.peer_id).update_role("coHost")
    changed = await ben.until_told(told.RoomRoleUpdated, peer_id=ben.peer_id)
    assert (changed.prev_role, changed.new_role) == ("guest", "coHost")
    await until(lambda: ben.room.is_moderator)

    await ben.room.update_room_controls(room_locked=True)
    await hana.until_told(told.RoomControlsUpdated, room_locked=True)
    _, eve = await meeting.knock("Eve", tracks=[])
    _, zoe = await meeting.knock("Zoe", tracks=[])
    await until(lambda: len(hana.room.lobby_peer_ids) == len(ben.room.lobby_peer_ids) == 2)
    first, second = hana.room.lobby_peer_ids
    await asyncio.gather(hana.room.admit_peer(first), ben.room.admit_peer(second))
    await asyncio.gather(eve, zoe)
    # Both reach for the same thing: one does it, the other is told that it is done.
    outcomes = await asyncio.gather(
        hana.room.kick_peer(first), ben.room.kick_peer(first), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {PeerNotFound, type(None)}


async def test_permissions_can_be_changed_one_by_one(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    peer = hana.room.get_remote_peer_by_id(ben.peer_id)
    await peer.update_permissions(can_send_data=False)
    await ben.until_told(told.RoomNotification, code="PERMISSIONS_UPDATED")
    assert not ben.room.local_peer.permissions.can_send_data
    with pytest.raises(PermissionDenied):
        await ben.room.local_peer.send_data("psst")
    with pytest.raises(ConfigError, match="no permission"):
        await peer.update_permissions(may_fly=True)
    with pytest.raises(ConfigError, match="no role"):
        await peer.update_role("king")


# --- words and signs ------------------------------------------------------------------------------


async def test_chat_to_all_and_to_one(meeting: Meeting) -> None:
    hana, ben, eve = await meeting.host(), await meeting.join("Ben"), await meeting.join("Eve")
    await ben.room.local_peer.send_data("hello all", label="chat")
    await ben.room.local_peer.send_data("only you", label="chat", to=eve.peer_id)
    await eve.until_told(told.ReceiveData, from_=ben.peer_id, payload="only you", label="chat")
    await hana.until_told(told.ReceiveData, payload="hello all", label="chat")
    assert [line.text for line in eve.room.chat] == ["hello all", "only you"]
    assert [line.text for line in hana.room.chat] == ["hello all"]
    assert [line.text for line in ben.room.chat] == ["hello all", "only you"]
    assert ben.told(told.ReceiveData) == []
    with pytest.raises(LimitExceeded, match="4000"):
        await ben.room.local_peer.send_data("x" * 4001, label="chat")


async def test_data_reaches_whom_it_is_for_and_is_not_kept(meeting: Meeting) -> None:
    hana, ben, eve = await meeting.host(), await meeting.join("Ben"), await meeting.join("Eve")
    await hana.room.local_peer.send_data("ping", to=[ben.peer_id], label="game")
    await hana.room.local_peer.send_data("for all")
    await ben.until_told(told.ReceiveData, from_=hana.peer_id, payload="ping", label="game")
    await eve.until_told(told.ReceiveData, payload="for all", label="data")
    assert [event.payload for event in eve.told(told.ReceiveData)] == ["for all"]
    assert eve.room.chat == ()
    with pytest.raises(LimitExceeded, match="1 KiB"):
        await hana.room.local_peer.send_data("x" * 1025)


async def test_hands_and_metadata(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await ben.room.local_peer.raise_hand()
    await hana.until_told(told.HandRaised, peer_id=ben.peer_id)
    await hana.room.lower_hand_of(ben.peer_id)
    await ben.until_told(told.HandLowered, peer_id=ben.peer_id)

    await ben.room.local_peer.update_metadata({"mood": "good"})
    await hana.until_told(told.PeerMetadataUpdated, metadata={"mood": "good"})
    assert hana.room.get_remote_peer_by_id(ben.peer_id).metadata == {"mood": "good"}
    await hana.room.update_metadata({"topic": "plans"})
    await ben.until_told(told.MetadataUpdated, metadata={"topic": "plans"})
    assert ben.room.get_metadata() == {"topic": "plans"}
    with pytest.raises(LimitExceeded):
        await hana.room.update_metadata({"topic": "x" * 9000})


async def test_ending_the_meeting_ends_it_for_everybody(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    with pytest.raises(PermissionDenied):
        await ben.room.close("CLOSED")
    assert ben.room.state == "connected"
    await hana.room.close("CLOSED")
    assert hana.room.state == "closed"
    await ben.until_told(told.RoomClosed, reason="CLOSED")
    with pytest.raises(ValueError, match="KICKED"):
        await hana.room.close("KICKED")  # type: ignore[arg-type]
