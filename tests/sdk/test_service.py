"""RoomService: each of its methods against a real server with people in the room."""

from __future__ import annotations

import pytest

from proconf_tui.errors import (
    Blocked,
    ConfigError,
    InvalidMessage,
    InvalidToken,
    LimitExceeded,
    PeerNotFound,
    ProconfError,
    RoomNotFound,
    ServerUnreachable,
)
from proconf_tui.sdk import RoomService
from tests.support.meeting import ROOM, Meeting, until


def service_of(meeting: Meeting) -> RoomService:
    key = meeting.server.credentials
    return RoomService(meeting.server.url, key.api_key, key.api_secret)


async def test_create_room(meeting: Meeting) -> None:
    service = service_of(meeting)
    made = await service.create_room(
        ROOM, room_locked=True, metadata={"a": 1}, max_peers=5, expires_s=60, passcode="1234"
    )
    assert (made["roomId"], made["isLocked"], made["hasPasscode"]) == (ROOM, True, True)
    assert (made["metadata"], made["maxPeers"]) == ({"a": 1}, 5)
    assert made["expiresAt"] == pytest.approx(made["createdAt"] + 60, abs=5)
    unnamed = await service.create_room()
    assert len(unnamed["roomId"]) == len("abc-defg-hij")


async def test_create_room_refuses_what_makes_no_sense(meeting: Meeting) -> None:
    service = service_of(meeting)
    for room_id in ("../x", "", "a b"):
        with pytest.raises(ConfigError, match="room's name"):
            await service.create_room(room_id)
    for expires_s in (0, -1, float("nan")):
        with pytest.raises(ConfigError):
            await service.create_room(expires_s=expires_s)
    with pytest.raises(LimitExceeded):
        await service.create_room(metadata={"x": "y" * 9000})
    await service.create_room(ROOM)
    with pytest.raises(ConfigError, match="exists already"):
        await service.create_room(ROOM)


async def test_list_rooms_get_room_and_end_room(meeting: Meeting) -> None:
    service = service_of(meeting)
    host = await meeting.host(locked=True)
    waiting, joining = await meeting.knock("Ann")
    room = await service.get_room(ROOM)
    assert await service.list_rooms() == [room]
    assert [peer["peerId"] for peer in room["peers"]] == [host.peer_id]
    assert room["lobby"][0]["name"] == "Ann"
    assert room["controls"]["roomLocked"]
    await service.end_room(ROOM)
    await until(lambda: host.room.state == "closed")
    with pytest.raises(ProconfError):
        await joining
    assert await service.list_rooms() == []
    for room_id in (ROOM, "", "..", "a/b"):
        with pytest.raises(RoomNotFound):
            await service.get_room(room_id)
    del waiting


async def test_admit_peer_and_deny_peer(meeting: Meeting) -> None:
    service = service_of(meeting)
    await meeting.host(locked=True)
    _, joining = await meeting.knock("Ann")
    await service.admit_peer(ROOM, (await service.get_room(ROOM))["lobby"][0]["peerId"])
    assert (await joining).state == "connected"
    _, denied = await meeting.knock("Bob")
    await service.deny_peer(ROOM, (await service.get_room(ROOM))["lobby"][0]["peerId"])
    with pytest.raises(ProconfError) as refused:
        await denied
    assert refused.value.code == "DENIED"
    with pytest.raises(PeerNotFound):
        await service.admit_peer(ROOM, "p-nobody")


async def test_kick_and_unblock(meeting: Meeting) -> None:
    service = service_of(meeting)
    await meeting.host()
    ann = await meeting.join("Ann")
    await service.kick(ROOM, ann.peer_id, block=True)
    await until(lambda: ann.room.state == "closed")
    (identity,) = (await service.get_room(ROOM))["blocked"]
    with pytest.raises(Blocked):
        await meeting.join("Ann")
    await service.unblock(ROOM, identity)
    again = await meeting.join("Ann")
    assert again.room.state == "connected"
    with pytest.raises(PeerNotFound):
        await service.kick(ROOM, "p-nobody")


async def test_mute(meeting: Meeting) -> None:
    service = service_of(meeting)
    host = await meeting.host()
    ann, bob = await meeting.join("Ann"), await meeting.join("Bob")
    await until(lambda: all("audio" in peer.labels for peer in host.room.remote_peers.values()))
    assert await service.mute(ROOM, [ann.peer_id], labels=["video", "audio"]) == [
        {"peerId": ann.peer_id, "label": "audio"},
        {"peerId": ann.peer_id, "label": "video"},
    ]
    assert await service.mute(ROOM, allow_unmute=False) == [
        {"peerId": bob.peer_id, "label": "audio"}
    ]
    room = await service.get_room(ROOM)
    assert {peer["peerId"]: set(peer["streams"]) for peer in room["peers"]} == {
        host.peer_id: {"audio", "video"},
        ann.peer_id: set(),
        bob.peer_id: {"video"},
    }
    assert not room["controls"]["allowProduceSources"]["mic"]
    with pytest.raises(InvalidMessage):
        await service.mute(ROOM, labels=["lamp"])
    with pytest.raises(InvalidMessage):
        await service.mute(ROOM, labels=[])


async def test_update_controls(meeting: Meeting) -> None:
    service = service_of(meeting)
    host = await meeting.host()
    controls = await service.update_controls(
        ROOM, room_locked=True, allow_produce_sources={"screen": False}, allow_consume=False
    )
    assert controls == {
        "roomLocked": True,
        "allowProduce": True,
        "allowProduceSources": {"cam": True, "mic": True, "screen": False},
        "allowConsume": False,
        "allowSendData": True,
    }
    await until(lambda: host.room.config.room_locked)


async def test_update_metadata(meeting: Meeting) -> None:
    service = service_of(meeting)
    host = await meeting.host()
    assert await service.update_metadata(ROOM, {"topic": "tea"}) == {"topic": "tea"}
    await until(lambda: host.room.get_metadata() == {"topic": "tea"})
    with pytest.raises(LimitExceeded):
        await service.update_metadata(ROOM, {"x": "y" * 9000})


async def test_send_data(meeting: Meeting) -> None:
    service = service_of(meeting)
    host = await meeting.host()
    ann = await meeting.join("Ann")
    got: list[object] = []
    ann.room.on("receive-data", got.append)
    assert await service.send_data(ROOM, "to all") == [host.peer_id, ann.peer_id]
    assert await service.send_data(ROOM, "to one", to=[ann.peer_id], label="poll") == [ann.peer_id]
    await until(lambda: len(got) == 2)
    assert got == [
        {"from": "server", "payload": "to all", "label": "data"},
        {"from": "server", "payload": "to one", "label": "poll"},
    ]
    with pytest.raises(LimitExceeded, match="1 KiB"):
        await service.send_data(ROOM, "x" * 1025)
    with pytest.raises(InvalidMessage, match="Chat"):
        await service.send_data(ROOM, "hello", label="chat")
    with pytest.raises(PeerNotFound):
        await service.send_data(ROOM, "x", to=["p-nobody"])


async def test_a_wrong_key_a_wrong_secret_and_no_server(meeting: Meeting) -> None:
    server, key = meeting.server, meeting.server.credentials
    for api_key, secret in (("other", key.api_secret), (key.api_key, "x" * 40)):
        with pytest.raises(InvalidToken):
            await RoomService(server.url, api_key, secret).list_rooms()
    with pytest.raises(ConfigError):
        await RoomService(server.url, key.api_key, "short").list_rooms()
    with pytest.raises(ServerUnreachable):
        await RoomService("http://127.0.0.1:1", key.api_key, key.api_secret).list_rooms()
