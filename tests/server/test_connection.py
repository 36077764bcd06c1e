"""Bad messages, floods, silence and slowness end one connection and hurt nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import (
    InvalidMessage,
    InvalidToken,
    LimitExceeded,
    PeerNotFound,
    ProconfError,
)
from proconf_tui.protocol import messages
from proconf_tui.protocol.codec import encode_request
from proconf_tui.room import events
from proconf_tui.server import connection, outbox, peer, services
from proconf_tui.server.limits import (
    BYTES,
    CHAT_LINES,
    LOCAL_JOINS,
    MEDIA_ANSWERS,
    MEDIA_OFFERS,
    MESSAGES,
    RAISED_HANDS,
    Rate,
)
from tests.support.signalling import (
    RunningServer,
    SignallingClient,
    room_payload,
    running_server,
    signed,
)


@pytest.fixture
async def pair(server: RunningServer) -> tuple[SignallingClient, SignallingClient]:
    """A host, and a guest who is going to misbehave."""
    host = await server.host()
    return host, await (await server.join("ann")).until_in()


Pair = tuple[SignallingClient, SignallingClient]

BAD_FRAMES = [
    b"\x00\x01binary",
    "no json",
    "[]",
    "{}",
    '{"id": "seven", "method": "ping"}',
    '{"id": 7, "method": "fly"}',
    '{"id": 7, "method": "kick"}',
    '{"id": 7, "method": "kick", "params": {"peerId": "\\u001b[2J"}}',
    '{"id": 7, "method": "produce", "params": {"label": "smell"}}',
    "[" * 5000,
]


@pytest.mark.parametrize("frame", BAD_FRAMES)
async def test_one_bad_message_is_answered_and_forgiven(pair: Pair, frame: str | bytes) -> None:
    _, guest = pair
    await guest.websocket.send(frame)
    await guest.settle()
    assert not guest.is_over


async def test_an_unknown_method_is_refused_by_its_id(pair: Pair) -> None:
    _, guest = pair
    future = asyncio.get_running_loop().create_future()
    guest._replies[77] = future
    await guest.websocket.send(json.dumps({"id": 77, "method": "fly"}))
    reply = await asyncio.wait_for(future, 10)
    assert (reply.code, "'fly'" in reply.message) == (InvalidMessage.code, True)


async def test_three_bad_messages_in_a_row_close_that_connection_only(pair: Pair) -> None:
    host, guest = pair
    for _ in range(2):
        await guest.websocket.send("nonsense")
    await guest.settle()
    for _ in range(3):
        await guest.websocket.send("nonsense")
    assert (await guest.end()).reason == "LOST"
    await host.settle()
    assert not host.is_over


async def test_a_message_beyond_the_limit_closes_that_connection_only(pair: Pair) -> None:
    host, guest = pair
    # The server may hang up before the message is written.
    with contextlib.suppress(ConnectionClosed):
        await guest.websocket.send("x" * 200 * 1024)
    await guest.until(lambda: guest.is_over)
    assert guest.websocket.close_code == 1009
    await host.settle()


async def test_the_first_message_must_be_join(server: RunningServer) -> None:
    client = await server.client()
    with pytest.raises(InvalidMessage, match="join"):
        await client.ask(messages.Ping())
    await client.until(lambda: client.is_over)


async def test_joining_twice_is_refused(server: RunningServer, pair: Pair) -> None:
    _, guest = pair
    with pytest.raises(InvalidMessage):
        await guest.ask(messages.Join(token=server.token("ann")))
    await guest.settle()


async def test_another_version_of_the_protocol_is_refused(server: RunningServer) -> None:
    client = await server.client()
    with pytest.raises(InvalidMessage, match="version"):
        await client.join(server.token(), version=99)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 3600},
        {"room": "otherRoom"},
        {"role": "emperor"},
        {"jti": None},
        {"room": "../etc"},
        {"sub": "\x1b[2J"},
        {"permissions": {"canFly": True}},
        {"aud": "proconf-server"},
    ],
)
async def test_a_wrong_token_is_refused(
    server: RunningServer, pair: Pair, changes: dict[str, Any]
) -> None:
    host, _ = pair
    client = await server.client()
    with pytest.raises(ProconfError) as caught:
        await client.join(server.token("eve", **changes))
    assert caught.value.code == ("ROOM_NOT_FOUND" if "room" in changes else "BAD_TOKEN")
    await client.until(lambda: client.is_over)
    assert len(host.room.participants) <= 2


async def test_a_token_of_another_server_or_algorithm_is_refused(server: RunningServer) -> None:
    await server.host()
    claims = room_payload(server.credentials, "eve", "host")
    forged = [
        jwt.encode(claims, "another secret, just as long as ours is", "HS256"),
        jwt.encode(claims, "", "none"),
        signed(server.credentials, claims)[:-3],
        "",
    ]
    for token in forged:
        with pytest.raises(InvalidToken):
            await (await server.client()).join(token)


async def test_who_does_not_join_in_time_is_closed() -> None:
    async with running_server(join_within_s=0.8) as server:
        client = await server.client()
        await client.until(lambda: client.is_over)


async def test_who_is_silent_for_three_heartbeats_loses_the_connection() -> None:
    async with running_server(heartbeat_s=0.3) as server:
        host = await server.host()
        silent = await (await server.join("ann")).until_in()
        peer_id = silent.peer_id

        async def is_noticed() -> None:
            while host.room.participants[peer_id].is_connected:
                await host.settle()
                await asyncio.sleep(0.1)

        await asyncio.wait_for(is_noticed(), 20)
        await silent.until(lambda: silent.is_over)


def without_refill(rate: Rate, burst: int) -> Rate:
    """Return a rate that a slow machine passes like a fast one."""
    return Rate(burst, 1e6, rate.text)


async def test_a_flood_is_told_once_and_then_closed(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await server.host()
    monkeypatch.setattr(connection, "MESSAGES", without_refill(MESSAGES, 10))
    guest = await (await server.join("ann")).until_in()
    for number in range(12):
        await guest.websocket.send(encode_request(1000 + number, messages.Ping()))
    notice = await guest.next(messages.Notice)
    assert "60 messages a second" in notice.message
    assert (await guest.end()).reason == "LOST"
    assert not any(isinstance(told, messages.Notice) for told in guest.told)
    await host.settle()


async def test_a_flood_of_few_but_large_messages_is_told_once_and_then_closed(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await server.host()
    monkeypatch.setattr(connection, "BYTES", without_refill(BYTES, BYTES.burst))
    guest = await (await server.join("ann")).until_in()
    large = messages.AnswerSubscription("é" * 30_000)
    for _ in range(17):
        with pytest.raises(PeerNotFound):
            await guest.ask(large)
    await guest.websocket.send(encode_request(500, large))
    notice = await guest.next(messages.Notice)
    assert "1 MiB of messages at once and 128 KiB a second" in notice.message
    await guest.ask(messages.Ping())
    await guest.websocket.send(encode_request(501, large))
    assert (await guest.end()).reason == "LOST"
    await host.settle()


async def test_too_many_chat_lines_are_refused_and_then_closed(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await server.host()
    monkeypatch.setattr(connection, "CHAT_LINES", without_refill(CHAT_LINES, 10))
    guest = await (await server.join("ann")).until_in()
    for number in range(10):
        await guest.ask(messages.SendChat(f"line {number}"))
    with pytest.raises(LimitExceeded, match="10 chat lines in 5 seconds"):
        await guest.ask(messages.SendChat("line 10"))
    await guest.settle()
    await guest.websocket.send(encode_request(500, messages.SendChat("line 11")))
    await guest.end()
    await host.settle()
    assert len(host.room.chat) == 10


async def test_too_many_raised_hands_are_refused_on_whatever_connection(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await server.host()
    monkeypatch.setattr(peer, "RAISED_HANDS", without_refill(RAISED_HANDS, 2))
    guest = await (await server.join("ann")).until_in()
    for _ in range(2):
        await guest.ask(messages.RaiseHand())
        await guest.ask(messages.LowerHand())
    again = await (await server.client()).come_back(guest)
    for _ in range(5):
        with pytest.raises(LimitExceeded, match="5 raised hands in 2 seconds"):
            await again.ask(messages.RaiseHand())
        await again.ask(messages.LowerHand())
    await host.settle()
    raised = [event for event in host.events if isinstance(event, events.HandRaised)]
    assert len(raised) == 2


async def test_too_many_offers_of_media_are_refused(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them may change everybody's map of slots."""
    await server.host()
    monkeypatch.setattr(connection, "MEDIA_OFFERS", without_refill(MEDIA_OFFERS, 3))
    guest = await (await server.join("ann", has_media=True)).until_in()
    for _ in range(3):
        await guest.ask(messages.ResetSubscription())
    with pytest.raises(LimitExceeded, match="20 offers of media in 10 seconds"):
        await guest.ask(messages.ResetSubscription())


async def test_too_many_answers_about_media_are_refused(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is read, even one that answers nothing."""
    await server.host()
    monkeypatch.setattr(connection, "MEDIA_ANSWERS", without_refill(MEDIA_ANSWERS, 3))
    guest = await (await server.join("ann", has_media=True)).until_in()
    for _ in range(3):
        with pytest.raises(InvalidMessage, match="v=0"):
            await guest.ask(messages.AnswerSubscription("no answer"))
    with pytest.raises(LimitExceeded, match="60 answers to offers of media in 10 seconds"):
        await guest.ask(messages.AnswerSubscription("no answer"))
    await guest.ask(messages.ResetSubscription())


async def test_joins_from_one_address_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LOCAL_JOINS", without_refill(LOCAL_JOINS, 2))
    async with running_server() as server:
        host = await server.host()
        with pytest.raises(InvalidToken):
            await (await server.client()).join("no token")
        with pytest.raises(LimitExceeded, match="50 joins in 10 seconds"):
            await server.join("ann")
        # Who comes back to a seat is no newcomer.
        again = await server.client()
        await (await again.join("", resume=host.resume_of())).until_in()


async def test_a_slow_client_is_closed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_FRAMES", 32)
    monkeypatch.setattr(connection, "MESSAGES", without_refill(MESSAGES, 1_000_000))
    monkeypatch.setattr(connection, "BYTES", without_refill(BYTES, 1_000_000_000))
    # No heartbeat in this test: only slowness can end a connection.
    async with running_server(heartbeat_s=600.0) as server:
        host = await server.host()
        slow = await _stalled_client(server, "ann")
        other = await (await server.join("ben")).until_in()
        number = 0
        while host.room.participants[slow.peer_id].is_connected:
            number += 1
            text = f"{number} " + "y" * 8000
            await host.ask(messages.UpdateRoomMetadata({"text": text}))
        await host.settle()
        await other.until(lambda: other.room.version == host.room.version)
        assert other.room == host.room
        await slow.vanish()


async def test_a_mistake_of_the_server_leaves_nobody_behind(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await server.host()

    async def fail(*_: object) -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr(EmbeddedEngine, "add_peer", fail)
    guest = await server.join("ann", has_media=True)
    assert (await guest.end()).reason == "LOST"
    await host.until(lambda: len(host.room.participants) == 2)
    await host.until(lambda: not host.room.participants[guest.peer_id].is_connected)


async def test_a_page_of_another_site_gets_no_websocket(server: RunningServer) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await server.client(origin="http://evil.example")
    assert caught.value.response.status_code == 403
    own = await server.client(origin=server.url)
    await own.websocket.close()


async def test_the_host_header_must_be_ours(server: RunningServer) -> None:
    answer = await server.http("GET", "/healthz", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    answer = await server.http("GET", "/healthz", headers={"Host": "localhost:1"})
    assert answer.status_code == 200


async def _stalled_client(server: RunningServer, identity: str) -> SignallingClient:
    """Return a client that is in and never reads again; its socket takes little more."""
    loop = asyncio.get_running_loop()
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await loop.sock_connect(sock, ("127.0.0.1", server.port))
    client = await server.client(sock=sock)
    await (await client.join(server.token(identity))).until_in()
    client.websocket.transport.pause_reading()
    return client
