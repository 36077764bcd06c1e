"""The rows of the server's side: access tokens, rooms over HTTP, the key on disk."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from typing import Any

import jwt
import pytest

from proconf_tui import AccessToken, RoomService
from proconf_tui.config.credentials import credentials_path
from proconf_tui.control import events as told
from proconf_tui.errors import ConfigError, InvalidToken, RoomFull, RoomNotFound
from proconf_tui.protocol import claims as layout
from tests.support.enforcement import QUIET, disobey, until_nothing_comes
from tests.support.meeting import Meeting, until


def _service(meeting: Meeting) -> RoomService:
    key = meeting.server.credentials
    return RoomService(meeting.server.url, key.api_key, key.api_secret)


def _token(meeting: Meeting, **claims: Any) -> str:
    key = meeting.server.credentials
    return AccessToken(key.api_key, key.api_secret, "myRoom", **claims).to_jwt()


# --- AccessToken ----------------------------------------------------------------------------------


def test_access_token_claims() -> None:
    token = AccessToken(
        "key",
        "s" * 32,
        "myRoom",
        identity="ben@example.org",
        name="Ben",
        role="speaker",
        permissions={"can_send_data": False},
        metadata={"seat": 3},
        ttl_s=60,
    ).to_jwt()
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    claims = jwt.decode(token, "s" * 32, ["HS256"], audience=layout.ROOM_AUDIENCE)
    expected = {
        "iss": "key",
        "aud": layout.ROOM_AUDIENCE,
        "sub": "ben@example.org",
        "room": "myRoom",
        "role": "speaker",
        "permissions": {"canSendData": False},
        "name": "Ben",
        "metadata": {"seat": 3},
    }
    assert {name: claims[name] for name in expected} == expected
    assert claims["exp"] - claims["nbf"] == 60
    assert claims["jti"]


def test_access_token_is_a_guests_and_good_for_ten_minutes() -> None:
    token = AccessToken("key", "s" * 32, "myRoom").to_jwt()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["role"], claims["exp"] - claims["nbf"]) == ("guest", 600)
    assert claims["sub"]
    for wrong in ({"role": "king"}, {"permissions": {"can_fly": True}}):
        with pytest.raises(ConfigError):
            AccessToken("key", "s" * 32, "myRoom", **wrong).to_jwt()


async def test_access_token_says_who_one_is(meeting: Meeting) -> None:
    await meeting.host(**QUIET)
    ben = meeting.person("Ben")
    token = _token(meeting, name="Ben B.", metadata={"seat": 3}, permissions={"can_produce": False})
    room = await ben.manager.join_room("myRoom", token, has_media=False)
    me = room.local_peer
    assert (me.name, me.metadata, me.permissions.can_produce) == ("Ben B.", {"seat": 3}, False)


async def test_access_token_with_max_peers(meeting: Meeting) -> None:
    await meeting.host(**QUIET)
    ben = meeting.person("Ben")
    with pytest.raises(RoomFull):
        await ben.manager.join_room("myRoom", _token(meeting, max_peers=1))
    await ben.manager.join_room("myRoom", _token(meeting, max_peers=2), has_media=False)


# --- RoomService ----------------------------------------------------------------------------------


async def test_create_room(meeting: Meeting) -> None:
    service = _service(meeting)
    made = await service.create_room(
        "planning", room_locked=True, metadata={"a": 1}, max_peers=5, expires_s=3600
    )
    assert (made["roomId"], made["isLocked"], made["isStarted"]) == ("planning", True, False)
    assert (made["metadata"], made["maxPeers"]) == ({"a": 1}, 5)
    assert made["expiresAt"] is not None
    assert made["expiresAt"] - made["createdAt"] == pytest.approx(3600, abs=1)
    unnamed = await service.create_room()
    assert len(unnamed["roomId"].split("-")) == 3
    with pytest.raises(ConfigError, match="exists already"):
        await service.create_room("planning")


async def test_list_rooms(meeting: Meeting) -> None:
    service = _service(meeting)
    assert await service.list_rooms() == []
    await service.create_room("first")
    await service.create_room("second")
    assert [room["roomId"] for room in await service.list_rooms()] == ["first", "second"]


async def test_get_room(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    room = await _service(meeting).get_room("myRoom")
    assert room["isStarted"]
    (peer,) = room["peers"]
    assert (peer["peerId"], peer["name"], peer["role"]) == (hana.peer_id, "Hana", "host")
    with pytest.raises(RoomNotFound):
        await _service(meeting).get_room("nowhere")


async def test_end_room(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    await _service(meeting).end_room("myRoom")
    await hana.until_told(told.RoomClosed, reason="CLOSED")
    with pytest.raises(RoomNotFound):
        await _service(meeting).end_room("myRoom")


async def test_service_update_metadata(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    assert await _service(meeting).update_metadata("myRoom", {"a": 1}) == {"a": 1}
    await hana.until_told(told.MetadataUpdated, metadata={"a": 1})


async def test_service_admit_peer_and_deny_peer(meeting: Meeting) -> None:
    hana = await meeting.host(locked=True, **QUIET)
    service = _service(meeting)
    for decide, state in ((service.admit_peer, "connected"), (service.deny_peer, "closed")):
        ben, joining = await meeting.knock("Ben", **QUIET)
        await until(lambda: hana.room.lobby_peer_ids)
        await decide("myRoom", hana.room.lobby_peer_ids[0])
        await asyncio.gather(joining, return_exceptions=True)
        assert ben.room.state == state


async def test_service_kick_and_unblock(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await _service(meeting).kick("myRoom", ben.peer_id, block=True)
    await ben.until_told(told.RoomClosed, reason="KICKED")
    await until(lambda: hana.room.blocked)
    (identity,) = hana.room.blocked
    await _service(meeting).unblock("myRoom", identity)
    await until(lambda: not hana.room.blocked)
    await ben.join(**QUIET)


async def test_service_mute(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    disobey(ben)
    closed = await _service(meeting).mute("myRoom", [ben.peer_id], labels=["audio", "video"])
    assert {stream["label"] for stream in closed} == {"audio", "video"}
    await ben.until_told(told.StreamClosed, label="audio", reason="MODERATOR")
    await until_nothing_comes(hana, ben)


async def test_service_update_controls(meeting: Meeting) -> None:
    hana = await meeting.host(**QUIET)
    controls = await _service(meeting).update_controls("myRoom", room_locked=True)
    assert controls["roomLocked"]
    await until(lambda: hana.room.config.room_locked)


async def test_service_send_data(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    reached = await _service(meeting).send_data("myRoom", "hello", to=[ben.peer_id], label="bell")
    assert reached == [ben.peer_id]
    await ben.until_told(told.ReceiveData, from_="server", payload="hello", label="bell")
    assert hana.told(told.ReceiveData) == []


# --- HTTP -----------------------------------------------------------------------------------------

_ROUTES = [
    ("POST", "/api/v1/rooms", 201),
    ("GET", "/api/v1/rooms", 200),
    ("GET", "/api/v1/rooms/myRoom", 200),
    ("DELETE", "/api/v1/rooms/myRoom", 204),
]


@pytest.mark.parametrize(("method", "path", "status"), _ROUTES)
async def test_http_route(meeting: Meeting, method: str, path: str, status: int) -> None:
    await meeting.server.create_room("myRoom")
    answer = await meeting.server.http(method, path)
    assert answer.status_code == status
    if status == 201:
        assert len(answer.json()["roomId"]) == len("abc-defg-hij")
    refused = await meeting.server.http(method, path, headers={"Authorization": "Bearer x"})
    assert refused.status_code == 401
    assert refused.json().keys() == {"code", "message"}
    assert refused.json()["code"] == "BAD_TOKEN"


async def test_http_error_has_its_code_and_status(meeting: Meeting) -> None:
    missing = await meeting.server.http("GET", "/api/v1/rooms/nowhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "ROOM_NOT_FOUND")
    key = meeting.server.credentials
    with pytest.raises(InvalidToken):
        await RoomService(meeting.server.url, key.api_key, "x" * 40).list_rooms()


# --- the key --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("meeting")
async def test_the_key_is_made_on_the_first_start_and_kept_private() -> None:
    assert stat.S_IMODE(credentials_path().stat().st_mode) == 0o600


def test_token_create_prints_a_token() -> None:
    command = [sys.executable, "-m", "proconf_tui", "token", "create", "--room", "myRoom"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    claims = jwt.decode(printed.stdout.strip(), options={"verify_signature": False})
    assert (claims["room"], claims["role"]) == ("myRoom", "guest")
