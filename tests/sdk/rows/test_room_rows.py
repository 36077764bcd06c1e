"""The rows of the room that only look, come and go: getters, live views, callbacks, `close`."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from proconf_tui import AccessToken, WatchedStream
from proconf_tui.control import events as told
from proconf_tui.control.sound import SendingInfo
from proconf_tui.errors import ConnectionLost, LimitExceeded, PeerNotFound, PermissionDenied
from proconf_tui.protocol.messages import ServerReport
from proconf_tui.sdk.emitter import Json
from proconf_tui.sdk.room import Room
from tests.support.enforcement import QUIET, break_connection
from tests.support.meeting import WAIT_S, Meeting, Person, until


async def _pair(meeting: Meeting, **options: Any) -> tuple[Person, Person]:
    """Return a host and a guest without media who see each other."""
    hana, ben = await meeting.host(**{**QUIET, **options}), await meeting.join("Ben", **QUIET)
    await until(lambda: hana.room.remote_peers and ben.room.remote_peers)
    return hana, ben


# --- life -----------------------------------------------------------------------------------------


async def test_connect(meeting: Meeting) -> None:
    hana = meeting.person("Hana")
    states: list[str] = []

    def watch(room: Room) -> None:
        states.append(room.state)
        room.on_view_changed = lambda: states.append(room.state)

    room = await hana.manager.start_meeting("myRoom", has_media=False, on_room=watch)
    assert list(dict.fromkeys(states)) == ["idle", "connecting", "connected"]
    assert await room.connect() is room
    await room.close()
    with pytest.raises(ConnectionLost, match="join it anew"):
        await room.connect()


async def test_close_left(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    await ben.room.close()
    assert ben.room.state == "left"
    await ben.until_told(told.RoomLeft)
    await hana.until_told(told.PeerLeft, name="Ben", reason="LEFT")
    assert hana.room.state == "connected"


async def test_close_closed_is_for_moderators(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    with pytest.raises(PermissionDenied):
        await ben.room.close("CLOSED")
    assert ben.room.state == "connected"
    await hana.room.close("CLOSED")
    await ben.until_told(told.RoomClosed, reason="CLOSED")
    assert (hana.room.state, ben.room.state) == ("closed", "closed")
    assert (await meeting.server.http("GET", "/api/v1/rooms/myRoom")).status_code == 404


@pytest.mark.parametrize("reason", ["KICKED", "DENIED", "left"])
async def test_close_with_a_reason_that_only_arrives(meeting: Meeting, reason: Any) -> None:
    hana = await meeting.host(**QUIET)
    with pytest.raises(ValueError, match=reason):
        await hana.room.close(reason)
    assert hana.room.state == "connected"


async def test_state(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True, **QUIET)
    ben, joining = await meeting.knock("Ben", **QUIET)
    states: list[str] = [ben.room.state]
    ben.room.on_view_changed = lambda: states.append(ben.room.state)
    await until(lambda: hana.room.lobby_peer_ids)
    await hana.room.admit_all()
    await joining
    break_connection(ben)
    await ben.until_told(told.RoomReconnected)
    await hana.room.kick_peer(ben.peer_id)
    await ben.until_told(told.RoomClosed)
    in_turn = [state for state, _ in itertools.groupby(states)]
    assert in_turn == ["waiting", "connected", "reconnecting", "connected", "closed"]


# --- looking --------------------------------------------------------------------------------------


async def test_remote_peer_exists(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    peer = hana.room.remote_peer_exists(ben.peer_id)
    assert peer is not None
    assert peer.name == "Ben"
    assert hana.room.remote_peer_exists(hana.peer_id) is None
    assert hana.room.remote_peer_exists("nobody") is None


async def test_get_remote_peer_by_id(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    assert ben.room.get_remote_peer_by_id(hana.peer_id).role == "host"
    for nobody in ("nobody", ben.peer_id):
        with pytest.raises(PeerNotFound):
            ben.room.get_remote_peer_by_id(nobody)


async def test_get_lobby_peer_metadata(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    await hana.room.update_room_controls(room_locked=True)
    _, joining = await meeting.knock("Eve", metadata={"team": "blue"}, **QUIET)
    await until(lambda: hana.room.lobby_peer_ids)
    (waiting,) = hana.room.lobby_peer_ids
    expected = {"peerId": waiting, "metadata": {"team": "blue"}}
    assert hana.room.get_lobby_peer_metadata(waiting) == expected
    for room, peer_id in ((hana.room, ben.peer_id), (ben.room, waiting)):
        with pytest.raises(PeerNotFound):
            room.get_lobby_peer_metadata(peer_id)
    joining.cancel()


async def test_get_metadata(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting, metadata={"topic": "plans"})
    for room in (hana.room, ben.room):
        assert room.get_metadata() == room.metadata == {"topic": "plans"}
    ben.room.get_metadata()["topic"] = "mine"
    assert ben.room.metadata == {"topic": "plans"}


async def test_update_metadata(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    await hana.room.update_metadata({"topic": "plans"})
    await ben.until_told(told.MetadataUpdated, metadata={"topic": "plans"})
    with pytest.raises(LimitExceeded, match="8 KiB"):
        await hana.room.update_metadata({"topic": "x" * 8192})
    with pytest.raises(PermissionDenied):
        await ben.room.update_metadata({"topic": "mine"})
    peer = hana.room.get_remote_peer_by_id(ben.peer_id)
    await peer.update_permissions(can_update_metadata=True)
    await ben.room.update_metadata({"topic": "ours"})
    assert ben.room.get_metadata() == {"topic": "ours"}


async def test_room_id_peer_ids_and_remote_peers(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    eve = await meeting.join("Eve", **QUIET)
    await until(lambda: len(hana.room.peer_ids) == 2)
    assert hana.room.room_id == "myRoom"
    assert hana.room.peer_ids == [ben.peer_id, eve.peer_id] == list(hana.room.remote_peers)
    assert [peer.name for peer in hana.room.remote_peers.values()] == ["Ben", "Eve"]
    with pytest.raises(TypeError):
        del hana.room.remote_peers[ben.peer_id]  # type: ignore[attr-defined]
    await ben.room.close()
    await until(lambda: hana.room.peer_ids == [eve.peer_id])


async def test_lobby_peer_set_and_ids(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    await hana.room.update_room_controls(room_locked=True)
    knocks = [await meeting.knock(name, **QUIET) for name in ("Eve", "Zoe")]
    await until(lambda: len(hana.room.lobby_peer_ids) == 2)
    assert hana.room.lobby_peer_set == frozenset(hana.room.lobby_peer_ids)
    assert (ben.room.lobby_peer_set, ben.room.lobby_peer_ids) == (frozenset(), [])
    for _, joining in knocks:
        joining.cancel()
    await until(lambda: not hana.room.lobby_peer_set)


async def test_config(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    assert not ben.room.config.room_locked
    await hana.room.update_room_controls(room_locked=True, allow_send_data=False)
    await until(lambda: ben.room.config.room_locked)
    assert not ben.room.config.allow_send_data


async def test_local_peer(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    me = ben.room.local_peer
    assert (me.name, me.role, me.peer_id in hana.room.peer_ids) == ("Ben", "guest", True)


async def test_active_speakers(meeting: Meeting) -> None:
    hana = await meeting.host(tracks=[])
    ben = await meeting.join("Ben")
    await until(lambda: hana.room.active_speakers == [ben.peer_id])
    assert hana.room.dominant_speaker == ben.peer_id
    await ben.room.local_peer.disable_audio()
    await until(lambda: not hana.room.active_speakers)


async def test_levels(meeting: Meeting) -> None:
    hana = await meeting.host(tracks=[])
    ben = await meeting.join("Ben")
    await until(lambda: hana.room.levels.get(ben.peer_id, -127.0) > -45.0)
    await ben.room.local_peer.disable_audio()
    await until(lambda: not hana.room.levels)


# --- listening ------------------------------------------------------------------------------------


async def test_on_once_and_off(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    heard: list[str] = []

    def always(payload: Json) -> None:
        heard.append("always " + payload["peerId"])

    async def later(_: Json) -> None:
        await asyncio.sleep(0)
        heard.append("async")

    hana.room.on("hand-raised", always)
    hana.room.once("hand-raised", later)
    for _ in range(2):
        await ben.room.local_peer.raise_hand()
        await ben.room.local_peer.lower_hand()
    await until(lambda: heard.count("always " + ben.peer_id) == 2)
    assert heard.count("async") == 1
    hana.room.off("hand-raised", always)
    await ben.room.local_peer.raise_hand()
    await until(lambda: len(hana.told(told.HandRaised)) == 3)
    assert len(heard) == 3


async def test_an_error_in_one_callback_never_hurts_the_others(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    failures: list[Json] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: failures.append(what))
    heard: list[Json] = []

    def broken(_: Json) -> None:
        raise ZeroDivisionError

    hana.room.on("hand-raised", broken)
    hana.room.on("hand-raised", heard.append)
    await ben.room.local_peer.raise_hand()
    await until(lambda: heard and failures)
    assert isinstance(failures[0]["exception"], ZeroDivisionError)


async def test_watch(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben", tracks=[])
    track = ben.room.get_remote_peer_by_id(hana.peer_id).get_track("video")
    await until(lambda: track.frame and track.frame.height == 120)
    ben.room.watch([WatchedStream(hana.peer_id, "video", 40, 24)])
    await until(lambda: track.frame and track.frame.height == 90)
    ben.room.watch([])
    await until(lambda: track.frame is None)
    ben.room.watch(None)
    await until(lambda: track.frame and track.frame.height == 120)


async def test_statistics(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    assert (await hana.room.statistics()).sending is None
    await until(lambda: hana.hears(ben))
    [voice] = (await hana.room.statistics()).voices
    assert voice.peer_id == ben.peer_id
    assert voice.packets > voice.lost
    assert voice.is_decoded
    assert (await ben.room.statistics()).voices == []

    async with asyncio.timeout(WAIT_S):
        sending = await _reported(ben.room)
    assert sending.rtt_ms is not None
    assert 0.0 <= sending.rtt_ms < 1000.0
    assert sending.loss == 0.0
    assert sending.expected_loss_percent == 10


async def _reported(room: Room) -> SendingInfo:
    """Return how one's own voice is sent, once the server has reported on it as on a voice."""
    while True:
        sending = (await room.statistics()).sending
        # A machine that stands still for a moment sends less.
        if sending and sending.rtt_ms is not None and 10.0 < sending.kbps < 60.0:
            return sending
        await asyncio.sleep(0.1)


async def test_server_statistics(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await until(lambda: hana.hears(ben) and ben.hears(hana))
    async with asyncio.timeout(WAIT_S):
        report = await _measured(hana.room)
    assert report.you is not None
    assert report.you.peer_id == hana.peer_id
    assert report.you.is_publishing
    assert report.you.is_subscribing
    assert report.room.peers == 2
    assert report.room.bytes_down > report.you.bytes_down > 0
    assert report.server.packets_down_per_s
    assert report.peers is not None
    assert {peer.peer_id for peer in report.peers} == {hana.peer_id, ben.peer_id}
    with pytest.raises(PermissionDenied):
        await ben.room.server_statistics(with_peers=True)
    own = (await ben.room.server_statistics()).you
    assert own is not None
    assert own.peer_id == ben.peer_id


async def _measured(room: Room) -> ServerReport:
    """Return what the server says once it knows rates."""
    while True:
        report = await room.server_statistics(with_peers=True)
        if report.you is not None and report.you.bps_up and report.you.bps_down:
            return report
        await asyncio.sleep(0.1)


async def test_events(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    stream = ben.room.events()
    await hana.room.local_peer.raise_hand()
    await hana.room.close("CLOSED")
    kinds = [type(event) async for event in stream]
    assert kinds[0] is told.HandRaised
    assert kinds[-1] is told.RoomClosed
    assert [event async for event in ben.room.events()] == []


async def test_the_server_decides_and_not_the_client(meeting: Meeting) -> None:
    hana, ben = await _pair(meeting)
    key = meeting.server.credentials
    with pytest.raises(PermissionDenied, match="moderator"):
        await ben.room.kick_peer(hana.peer_id)
    # A token may say more than its role: then the same call is done.
    token = AccessToken(key.api_key, key.api_secret, "myRoom", permissions={"admin": True})
    eve = meeting.person("Eve")
    await eve.manager.join_room("myRoom", token.to_jwt(), has_media=False)
    await eve.room.kick_peer(ben.peer_id)
    await ben.until_told(told.RoomClosed, reason="KICKED")
