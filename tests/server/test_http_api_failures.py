"""Every refusal that the HTTP API documents is given, and none that it does not document."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

import httpx
import pytest

from proconf_tui.config.credentials import load_or_create_credentials
from proconf_tui.protocol.claims import INVITE_AUDIENCE
from proconf_tui.protocol.messages import Notice
from proconf_tui.sdk.service import server_token
from proconf_tui.server import limits, services
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.main import Ready, serve
from proconf_tui.server.routes.base import ROOM as AT_ROOM
from proconf_tui.server.routes.base import ROOMS, Operation
from proconf_tui.server.routes.table import OPERATIONS
from tests.support.signalling import (
    ROOM,
    RunningServer,
    room_payload,
    running_server,
    signed,
)

Refuse = Callable[[RunningServer], Awaitable[httpx.Response]]

NOBODY: Final = {"peerId": "p-nobody"}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "admit": NOBODY,
    "deny": NOBODY,
    "kick": NOBODY,
    "unblock": {"identity": "nobody"},
    "mute": {"peerIds": ["p-nobody"]},
    "send_data": {"payload": "x", "to": ["p-nobody"]},
    "update_metadata": {"metadata": {}},
}
"""For each operation that needs one a body that is right in itself."""


def named(operation: Operation) -> str:
    return operation.handler.__name__


async def ask(server: RunningServer, operation: Operation, **options: Any) -> httpx.Response:
    """Ask what is right but for ``options``, of a room that is there if it has been made."""
    if operation.body and "content" not in options:
        options.setdefault("json", BODIES.get(named(operation), {}))
    if operation.is_open:
        options.setdefault("headers", {})
    return await server.http(operation.method, operation.path.format(roomId=ROOM), **options)


# --- what every operation of its kind refuses -----------------------------------------------------


async def common(server: RunningServer, operation: Operation) -> AsyncIterator[httpx.Response]:
    """Yield the refusals that come from the form of an operation; there is no room yet."""
    if not operation.is_open:
        nothing = {"X-Forwarded-For": "192.0.2.1"} if operation.is_open_here else {}
        for headers in (nothing, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}):
            yield await ask(server, operation, headers=headers)
    if operation.body:
        for content in (b"{", b"[]", b"\xff", b'{"nothing": 1}', b'"\xc3("'):
            yield await ask(server, operation, content=content)
        yield await ask(server, operation, content=b" " * 70_000)
    if "{roomId}" in operation.path:
        yield await ask(server, operation)


# --- what single operations refuse ----------------------------------------------------------------


def operation_of(name: str) -> Operation:
    return next(each for each in OPERATIONS if named(each) == name)


async def a_name_that_is_none(server: RunningServer) -> httpx.Response:
    return await ask(server, operation_of("create_room"), json={"roomId": "../etc"})


async def a_name_that_is_taken(server: RunningServer) -> httpx.Response:
    await server.create_room()
    return await ask(server, operation_of("create_room"), json={"roomId": ROOM})


def nobody(name: str) -> Refuse:
    async def refuse(server: RunningServer) -> httpx.Response:
        await server.create_room()
        return await ask(server, operation_of(name))

    return refuse


async def before_the_start(server: RunningServer) -> httpx.Response:
    await server.create_room()
    ann = await server.join("ann", will_wait=True)
    return await ask(server, operation_of("admit"), json={"peerId": ann.peer_id})


async def into_a_full_room(server: RunningServer) -> httpx.Response:
    await server.host(roomLocked=True, maxPeers=2)
    ann = await server.join("ann")
    await (await server.join("other", role="host")).until_in()
    return await ask(server, operation_of("admit"), json={"peerId": ann.peer_id})


async def a_chat_line(server: RunningServer) -> httpx.Response:
    await server.create_room()
    return await ask(server, operation_of("send_data"), json={"payload": "x", "label": "chat"})


async def a_long_payload(server: RunningServer) -> httpx.Response:
    await server.create_room()
    return await ask(server, operation_of("send_data"), json={"payload": "x" * 1025})


async def large_metadata(server: RunningServer) -> httpx.Response:
    await server.create_room()
    content = {"metadata": {"x": "y" * 9000}}
    return await ask(server, operation_of("update_metadata"), json=content)


async def an_expired_invite(server: RunningServer) -> httpx.Response:
    await server.host()
    times = {"aud": INVITE_AUDIENCE, "nbf": 1_000_000_000, "exp": 1_000_000_060}
    invite = signed(server.credentials, room_payload(server.credentials, "x", "guest") | times)
    answer = await ask(server, operation_of("guest_token"), json={"invite": invite})
    assert "invite has expired" in answer.json()["message"]
    return answer


async def no_passcode(server: RunningServer) -> httpx.Response:
    await server.host(passcode="1234")
    return await ask(server, operation_of("guest_token"))


async def a_guest_before_the_start(server: RunningServer) -> httpx.Response:
    await server.create_room()
    return await ask(server, operation_of("guest_token"))


async def a_guest_without_an_invite(_: RunningServer) -> httpx.Response:
    async with running_server(can_guests_join=False) as strict:
        return await ask(strict, operation_of("guest_token"))


async def a_guest_too_often(server: RunningServer) -> httpx.Response:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "LOCAL_JOINS", limits.Rate(0, 1e6, "no joins"))
        async with running_server() as other:
            answer = await ask(other, operation_of("guest_token"))
    assert answer.headers["Retry-After"] == "10"
    return answer


def while_it_ends(name: str) -> Refuse:
    async def refuse(_: RunningServer) -> httpx.Response:
        async with ending_server() as server:
            return await ask(server, operation_of(name))

    return refuse


@contextlib.asynccontextmanager
async def ending_server() -> AsyncIterator[RunningServer]:
    """A server that was told to stop and waits for somebody to leave."""
    config = ServerConfig(port=0, drain_s=60.0, can_guests_join=True)
    ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    stop, stop_now = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(
        serve(config, on_ready=ready.set_result, stop=stop, stop_now=stop_now)
    )
    found = await ready
    server = RunningServer(found.url, found.port, load_or_create_credentials(), [])
    host = await server.host()
    try:
        stop.set()
        await host.next(Notice)
        yield server
    finally:
        stop_now.set()
        await serving
        await host.aclose()


SINGLE: Final[dict[str, tuple[Refuse, ...]]] = {
    "create_room": (a_name_that_is_none, a_name_that_is_taken, while_it_ends("create_room")),
    "admit": (nobody("admit"), before_the_start, into_a_full_room),
    "deny": (nobody("deny"),),
    "kick": (nobody("kick"),),
    "mute": (nobody("mute"),),
    "send_data": (nobody("send_data"), a_chat_line, a_long_payload),
    "update_metadata": (large_metadata,),
    "guest_token": (
        an_expired_invite,
        no_passcode,
        a_guest_before_the_start,
        a_guest_without_an_invite,
        a_guest_too_often,
        while_it_ends("guest_token"),
    ),
    "signalling": (lambda server: ask(server, operation_of("signalling")),),
}


def assert_guarded(headers: Mapping[str, str]) -> None:
    """What is opened in a browser is taken for nothing that could run."""
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
async def test_what_is_documented_is_refused_and_nothing_else(operation: Operation) -> None:
    seen = []
    async with running_server() as server:
        seen += [answer async for answer in common(server, operation)]
    for refuse in SINGLE.get(named(operation), ()):
        async with running_server() as server:
            seen.append(await refuse(server))
    for answer in seen:
        assert set(answer.json()) == {"code", "message"}
        assert answer.json()["message"].endswith(".")
        assert_guarded(answer.headers)
    assert {(answer.status_code, answer.json()["code"]) for answer in seen} == {
        (refusal.status, refusal.code) for refusal in operation.refusals
    }


async def test_a_refused_token_is_told_how_to_authenticate(server: RunningServer) -> None:
    key = server.credentials
    expired = server.server_token(exp=1_000_000_000)
    for token in ("x", expired, server.token(), server_token(key.api_key, "x" * 40)):
        answer = await server.http("GET", ROOMS, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "BAD_TOKEN")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/", "/etc/passwd", "/api/v1", "/api/v1/rooms/", "/api/v2/rooms"])
async def test_what_is_not_there_is_not_there(server: RunningServer, path: str) -> None:
    for headers in ({}, {"Authorization": f"Bearer {server.server_token()}"}):
        answer = await server.http("GET", path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        assert "openapi.json" in answer.json()["message"]
        assert_guarded(answer.headers)


@pytest.mark.parametrize("path", sorted({each.path for each in OPERATIONS}))
async def test_a_wrong_method_is_told_the_right_ones(server: RunningServer, path: str) -> None:
    answer = await server.http("TRACE", path.format(roomId=ROOM))
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert_guarded(answer.headers)
    methods = {each.method for each in OPERATIONS if each.path == path}
    assert set(answer.headers["Allow"].split(", ")) - {"HEAD"} == methods


async def test_what_is_meant_for_another_host_is_refused_like_all_else(
    server: RunningServer,
) -> None:
    for header in ("Host", "Origin"):
        headers = {header: "http://evil.example" if header == "Origin" else "evil.example"}
        answer = await server.http("GET", AT_ROOM.format(roomId=ROOM), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
        assert_guarded(answer.headers)


async def test_a_head_is_a_get_without_a_body(server: RunningServer) -> None:
    answer = await server.http("HEAD", ROOMS)
    assert (answer.status_code, answer.content) == (200, b"")
