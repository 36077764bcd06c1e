"""The HTTP API: rooms for who holds a server token, guests' tokens, and who gets nothing."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from proconf_tui.errors import Blocked, InvalidToken
from proconf_tui.protocol import messages
from proconf_tui.sdk.service import invite_token
from proconf_tui.server import limits, services
from tests.support.signalling import ROOM, RunningServer, running_server

GUEST_TOKEN = f"/api/v1/rooms/{ROOM}/guest-token"


async def test_health_is_plain(server: RunningServer) -> None:
    answer = await server.http("GET", "/healthz", headers={})
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_a_room_is_made_shown_and_ended(server: RunningServer) -> None:
    made = await server.create_room(
        metadata={"topic": "x"}, maxPeers=5, roomLocked=True, passcode="1234"
    )
    assert made["roomId"] == ROOM
    assert (made["isStarted"], made["isLocked"], made["hasPasscode"]) == (False, True, True)
    assert (made["metadata"], made["maxPeers"], made["waiting"]) == ({"topic": "x"}, 5, 0)
    assert "1234" not in str(made)
    host = await (await server.join("host", role="host")).until_in()
    await server.join("ann")
    shown = (await server.http("GET", f"/api/v1/rooms/{ROOM}")).json()
    assert shown["isStarted"]
    assert [peer["name"] for peer in shown["peers"]] == ["Host"]
    assert shown["waiting"] == 1
    assert (await server.http("GET", "/api/v1/rooms")).json() == {"rooms": [shown]}
    assert (await server.http("DELETE", f"/api/v1/rooms/{ROOM}")).status_code == 204
    assert (await host.end()).reason == "CLOSED"
    gone = await server.http("GET", f"/api/v1/rooms/{ROOM}")
    assert (gone.status_code, gone.json()["code"]) == (404, "ROOM_NOT_FOUND")


async def test_the_server_names_a_room_without_a_name(server: RunningServer) -> None:
    made = (await server.http("POST", "/api/v1/rooms")).json()
    parts = made["roomId"].split("-")
    assert [len(part) for part in parts] == [3, 4, 3]
    assert "".join(parts).isalpha()


async def test_a_name_is_given_once(server: RunningServer) -> None:
    await server.create_room()
    again = await server.http("POST", "/api/v1/rooms", json={"roomId": ROOM})
    assert again.status_code == 409
    assert "exists" in again.json()["message"]


async def test_of_two_who_make_a_room_at_once_one_does(server: RunningServer) -> None:
    wanted = {"roomId": ROOM, "passcode": "1234"}
    both = await asyncio.gather(
        *(server.http("POST", "/api/v1/rooms", json=wanted) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in both) == [201, 409]


async def test_a_room_that_is_over_is_not_shown_while_its_history_is_kept() -> None:
    async with running_server(history_kept_s=3600.0) as server:
        host = await server.host()
        await server.http("DELETE", f"/api/v1/rooms/{ROOM}")
        await host.end()
        assert (await server.http("GET", "/api/v1/rooms")).json() == {"rooms": []}
        assert (await server.http("GET", f"/api/v1/rooms/{ROOM}")).status_code == 404
        again = await server.create_room()
        assert (again["isStarted"], again["peers"]) == (False, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 400),
        (b"[]", 400),
        (b'{"roomId": "../etc"}', 400),
        (b'{"maxPeers": 0}', 400),
        (b'{"maxPeers": 1001}', 400),
        (b'{"maxPeers": 1' + b"0" * 30 + b"}", 400),
        (b'{"expiresS": -1}', 400),
        (b'{"expiresS": 0}', 400),
        (b'{"expiresS": 1e300}', 400),
        (b'{"passcode": "\\ud800"}', 400),
        (b'{"passcode": ""}', 400),
        (b'{"roomId": "\xff"}', 400),
        (b'{"colour": "red"}', 400),
        (b'{"metadata": {"x": "' + b"y" * 9000 + b'"}}', 413),
        (b" " * 70_000, 413),
    ],
)
async def test_what_is_no_room_is_refused(server: RunningServer, body: bytes, status: int) -> None:
    answer = await server.http("POST", "/api/v1/rooms", content=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}


@pytest.mark.parametrize(
    "changes",
    [{"exp": int(time.time()) - 100}, {"aud": "proconf-room"}, {"iss": "other"}, {"jti": None}],
)
async def test_a_wrong_server_token_opens_nothing(
    server: RunningServer, changes: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {server.server_token(**changes)}"}
    answer = await server.http("POST", "/api/v1/rooms", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "BAD_TOKEN")


async def test_without_a_token_nothing_is_shown(server: RunningServer) -> None:
    for method, path in (
        ("GET", "/api/v1/rooms"),
        ("POST", "/api/v1/rooms"),
        ("GET", f"/api/v1/rooms/{ROOM}"),
        ("DELETE", f"/api/v1/rooms/{ROOM}"),
    ):
        for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}):
            assert (await server.http(method, path, headers=headers)).status_code == 401


async def test_a_guest_gets_a_token_and_joins(server: RunningServer) -> None:
    host = await server.host()
    answer = await server.http("POST", GUEST_TOKEN, json={"name": "Ann"}, headers={})
    assert (answer.status_code, answer.json()["roomId"]) == (200, ROOM)
    guest = await (await (await server.client()).join(answer.json()["token"])).until_in()
    await host.until(lambda: guest.peer_id in host.room.participants)
    member = host.room.participants[guest.peer_id]
    assert (member.name, member.role) == ("Ann", "guest")


async def test_a_guest_needs_a_room_that_has_started(server: RunningServer) -> None:
    answer = await server.http("POST", GUEST_TOKEN, headers={})
    assert (answer.status_code, answer.json()["code"]) == (404, "ROOM_NOT_FOUND")
    await server.create_room()
    answer = await server.http("POST", GUEST_TOKEN, headers={})
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_STARTED")
    answer = await server.http("POST", GUEST_TOKEN, json={"willWait": True}, headers={})
    assert answer.status_code == 200


async def test_a_guest_needs_the_passcode(server: RunningServer) -> None:
    await server.host(passcode="open sesame")
    for wrong in ({}, {"passcode": ""}, {"passcode": "open"}, {"passcode": "open sesame "}):
        answer = await server.http("POST", GUEST_TOKEN, json=wrong, headers={})
        assert (answer.status_code, answer.json()["code"]) == (403, "BAD_PASSCODE")
    right = {"passcode": "open sesame"}
    assert (await server.http("POST", GUEST_TOKEN, json=right, headers={})).status_code == 200


async def test_an_invite_opens_its_own_room_only_and_needs_no_passcode(
    server: RunningServer,
) -> None:
    await server.host(passcode="open sesame")
    key = server.credentials
    for room, status in ((ROOM, 200), ("another", 401)):
        invite = invite_token(key.api_key, key.api_secret, room, 60)
        answer = await server.http("POST", GUEST_TOKEN, json={"invite": invite}, headers={})
        assert answer.status_code == status
    for wrong in (server.token(), "x.y.z", ""):
        answer = await server.http("POST", GUEST_TOKEN, json={"invite": wrong}, headers={})
        assert (answer.status_code, answer.json()["code"]) == (401, "BAD_TOKEN")
    cut = invite_token(key.api_key, key.api_secret, ROOM, 60)[:-9]
    answer = await server.http("POST", GUEST_TOKEN, json={"invite": cut}, headers={})
    assert "copy the whole" in answer.json()["message"]


async def test_an_invite_is_no_access_token(server: RunningServer) -> None:
    await server.host()
    key = server.credentials
    with pytest.raises(InvalidToken):
        await (await server.client()).join(invite_token(key.api_key, key.api_secret, ROOM, 60))


async def test_a_blocked_guest_is_known_by_the_device(server: RunningServer) -> None:
    host = await server.host()

    async def token(device: str) -> str:
        answer = await server.http("POST", GUEST_TOKEN, json={"device": device}, headers={})
        return str(answer.json()["token"])

    guest = await (await (await server.client()).join(await token("mine"))).until_in()
    await host.ask(messages.Kick(guest.peer_id, block=True))
    with pytest.raises(Blocked):
        await (await server.client()).join(await token("mine"))
    await (await (await server.client()).join(await token("another"))).until_in()


async def test_guessing_passcodes_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LOCAL_JOINS", limits.Rate(2, 1e6, "2 joins"))
    statuses = []
    async with running_server() as server:
        await server.host(passcode="1234")
        for guess in ("1", "12", "1234"):
            answer = await server.http("POST", GUEST_TOKEN, json={"passcode": guess}, headers={})
            statuses.append(answer.status_code)
    assert statuses == [403, 403, 429]


async def test_a_server_by_invitation_gives_guests_nothing() -> None:
    async with running_server(can_guests_join=False) as server:
        await server.host()
        answer = await server.http("POST", GUEST_TOKEN, headers={})
        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")


async def test_a_foreign_page_may_ask_for_nothing(server: RunningServer) -> None:
    await server.host()
    headers = {"Origin": "http://evil.example"}
    assert (await server.http("POST", GUEST_TOKEN, headers=headers)).status_code == 403


async def test_an_invite_opened_in_a_browser_says_what_to_do(server: RunningServer) -> None:
    answer = await server.http("GET", f"/j/{ROOM}", headers={})
    assert f"proconf-tui join '{server.url}/j/{ROOM}'" in answer.text
