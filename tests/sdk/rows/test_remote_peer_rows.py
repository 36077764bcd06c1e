"""The rows of a remote peer: who somebody else is, their streams, and what is done to them."""

from __future__ import annotations

from typing import Any

import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import ConfigError, PeerNotFound, PermissionDenied
from proconf_tui.sdk import RemotePeer
from tests.support.enforcement import QUIET, break_connection
from tests.support.meeting import Meeting, Person, until


def _peer(viewer: Person, viewed: Person) -> RemotePeer:
    return viewer.room.get_remote_peer_by_id(viewed.peer_id)


async def test_peer_id_name_role_and_metadata(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    ben = await meeting.join("Ben", metadata={"team": "blue"}, **QUIET)
    peer = _peer(hana, ben)
    assert (peer.peer_id, peer.name, peer.role) == (ben.peer_id, "Ben", "guest")
    assert peer.metadata == {"team": "blue"}
    assert peer.permissions.can_produce
    await ben.room.close()
    await until(lambda: not hana.room.remote_peers)
    assert peer.name == "Ben"


async def test_is_connected(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    peer = _peer(hana, ben)
    seen: list[bool] = []
    hana.room.on("connection-quality", lambda _: seen.append(peer.is_connected))
    break_connection(ben)
    await until(lambda: seen == [False, True])


async def test_labels(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: set(_peer(hana, ben).labels) == {"audio", "video"})
    await ben.room.local_peer.disable_video()
    await until(lambda: _peer(hana, ben).labels == ["audio"])


async def test_get_track(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.sees(ben) and hana.hears(ben))
    video, audio = _peer(hana, ben).get_track("video"), _peer(hana, ben).get_track("audio")
    assert video.frame is not None
    assert (video.frame.width, video.frame.height) == (160, 120)
    assert (video.kind, audio.kind, audio.frame) == ("video", "audio", None)
    assert audio.level_dbfs > -40
    assert audio.statistics is not None
    assert audio.statistics.packets > 0
    assert audio.statistics.delay_ms > 0
    assert (video.statistics, audio.video_offset_ms) == (None, None)
    with pytest.raises(PeerNotFound, match="no screen"):
        _peer(hana, ben).get_track("screen")
    assert _peer(hana, ben).find_track("screen") is None


async def test_update_role(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await _peer(hana, ben).update_role("coHost")
    await ben.until_told(told.RoomRoleUpdated, new_role="coHost")
    await until(lambda: ben.room.is_moderator)
    with pytest.raises(PermissionDenied, match="host"):
        await _peer(ben, hana).update_role("guest")
    with pytest.raises(ConfigError, match="no role"):
        await _peer(hana, ben).update_role("king")


async def test_update_permissions(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    await _peer(hana, ben).update_permissions(
        can_send_data=False, can_produce_sources={"mic": False}
    )
    await hana.until_told(told.StreamClosed, label="audio", reason="PERMISSIONS")
    await until(hana.hears)
    with pytest.raises(PermissionDenied):
        await ben.room.local_peer.send_data("psst")
    assert ben.room.local_peer.permissions.can_produce_sources.cam
    with pytest.raises(PermissionDenied):
        await _peer(ben, hana).update_permissions(admin=False)
    with pytest.raises(ConfigError, match="no permission"):
        await _peer(hana, ben).update_permissions(can_fly=True)


async def test_update_permissions_can_consume(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben", tracks=[])
    await until(lambda: ben.hears(hana))
    await _peer(hana, ben).update_permissions(can_consume=False)
    await until(ben.hears)


async def test_update_permissions_can_recv_data(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    eve = await meeting.join("Eve", **QUIET)
    await _peer(hana, ben).update_permissions(can_recv_data=False)
    for label in ("data", "chat"):
        await hana.room.local_peer.send_data("a secret", label=label)
        await eve.until_told(told.ReceiveData, label=label)
    await hana.room.local_peer.raise_hand()
    await ben.until_told(told.HandRaised)
    assert (ben.told(told.ReceiveData), ben.room.chat) == ([], ())
    with pytest.raises(PermissionDenied):
        await hana.room.local_peer.send_data("a secret", label="chat", to=ben.peer_id)


async def test_set_volume(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    assert _peer(hana, ben).volume == 1.0
    _peer(hana, ben).set_volume(0.0)
    assert _peer(hana, ben).volume == 0.0
    await until(hana.hears)
    _peer(hana, ben).set_volume(1.0)
    await until(lambda: hana.hears(ben))
    _peer(hana, ben).set_volume(2)
    assert isinstance(_peer(hana, ben).volume, float)
    wrongs: list[Any] = [-1.0, 4.1, float("nan"), float("inf"), "1", None]
    for wrong in wrongs:
        with pytest.raises(ConfigError, match="0 to 4"):
            _peer(hana, ben).set_volume(wrong)
