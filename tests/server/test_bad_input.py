"""Each kind of nonsense gets its documented answer (docs/errors.md), and nobody else notices.

What tokens are refused for stands in `test_bad_tokens`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from proconf_tui.protocol import messages
from proconf_tui.protocol.codec import encode_request
from proconf_tui.room import events
from tests.support.bystander import RAW_ID, answer_to, undisturbed
from tests.support.signalling import RunningServer, SignallingClient

Pair = tuple[SignallingClient, SignallingClient]


@pytest.fixture
async def pair(server: RunningServer) -> Pair:
    """A host, who must not notice anything, and a guest."""
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    await host.until(lambda: guest.peer_id in host.room.participants)
    return host, guest


def asked(method: str, **params: Any) -> str:
    return json.dumps({"id": RAW_ID, "method": method, "params": params})


def nested(depth: int) -> dict[str, Any]:
    """Return an object of that many objects inside each other."""
    return {"a": nested(depth - 1)} if depth > 1 else {}


# --- what cannot be paired with a request is told by a notice ------------------------------------


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"\x00\x01\x02", id="binary"),
        pytest.param(b'{"id": 77, "method": "ping"}', id="binary, though JSON"),
        pytest.param("", id="empty"),
        pytest.param("hello", id="no JSON"),
        pytest.param('{"id": 77, "method": "ping"', id="cut off"),
        pytest.param('{"id": 77, "method": "ping"} {}', id="two values"),
        pytest.param("[]", id="array"),
        pytest.param("null", id="null"),
        pytest.param("77", id="number"),
        pytest.param("[" * 50_000, id="deep"),
        pytest.param('{"a":' * 20_000, id="deep objects"),
        pytest.param("{}", id="no id"),
        pytest.param('{"method": "ping"}', id="no id, but a method"),
        pytest.param('{"id": "77", "method": "ping"}', id="id is text"),
        pytest.param('{"id": null, "method": "ping"}', id="id is null"),
        pytest.param('{"id": true, "method": "ping"}', id="id is true"),
        pytest.param('{"id": 7.5, "method": "ping"}', id="id is broken"),
        pytest.param('{"id": -1, "method": "ping"}', id="id is negative"),
        pytest.param('{"id": 9007199254740992, "method": "ping"}', id="id of 54 bits"),
        pytest.param('{"id": 1' + "0" * 400 + ', "method": "ping"}', id="id of 400 digits"),
        pytest.param('{"id": NaN, "method": "ping"}', id="id is NaN"),
        pytest.param(asked("update-peer-metadata", metadata={"n": float("nan")}), id="NaN"),
        pytest.param(asked("update-peer-metadata", metadata={"n": float("-inf")}), id="infinity"),
    ],
)
async def test_what_is_no_request_is_told_by_a_notice(pair: Pair, frame: str | bytes) -> None:
    host, guest = pair
    async with undisturbed(host):
        kind, code, _ = await answer_to(guest, frame)
        assert (kind, code) == ("notice", "INVALID_MESSAGE")
        await guest.settle()


# --- what can be is answered with an error --------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code", "sentence"),
    [
        (asked("fly"), "INVALID_MESSAGE", "no request named 'fly'"),
        (asked("\x1b[2J"), "INVALID_MESSAGE", "no request named"),
        (asked("welcome"), "INVALID_MESSAGE", "no request named 'welcome'"),
        ('{"id": 77}', "INVALID_MESSAGE", "no method"),
        ('{"id": 77, "method": 7}', "INVALID_MESSAGE", "method message is wrong"),
        ('{"id": 77, "method": "kick"}', "INVALID_MESSAGE", "peerId"),
        ('{"id": 77, "method": "kick", "params": []}', "INVALID_MESSAGE", "wrong"),
        ('{"id": 77, "method": "kick", "params": null}', "INVALID_MESSAGE", "wrong"),
        (asked("kick", peerId=7), "INVALID_MESSAGE", "wrong"),
        (asked("kick", peerId="\x1b[2J"), "INVALID_MESSAGE", "no participant's id"),
        (asked("kick", peerId="x" * 65), "INVALID_MESSAGE", "no participant's id"),
        (asked("produce", label="smell"), "INVALID_MESSAGE", "wrong"),
        (asked("update-controls", allowProduceSources={"nose": True}), "INVALID_MESSAGE", "wrong"),
        (asked("join", token="x"), "INVALID_MESSAGE", "joined already"),
        (asked("update-peer-metadata", metadata={"n": 10**30}), "INVALID_MESSAGE", "53 bits"),
        (asked("update-peer-metadata", metadata={"n": 2**53}), "INVALID_MESSAGE", "53 bits"),
        (asked("update-peer-metadata", metadata=nested(20)), "INVALID_MESSAGE", "16 deep"),
        (asked("update-peer-metadata", metadata=[]), "INVALID_MESSAGE", "wrong"),
        (asked("update-peer-metadata", metadata={"n": "x" * 5000}), "LIMIT_EXCEEDED", "4 KiB"),
        (asked("update-peer-metadata", metadata={"n": "x" * 9000}), "LIMIT_EXCEEDED", "8 KiB"),
        (asked("update-room-metadata", metadata={"n": "x" * 9000}), "LIMIT_EXCEEDED", "8 KiB"),
        (asked("send-chat", text="x" * 4001), "LIMIT_EXCEEDED", "4000 characters"),
        (asked("send-chat", text=" \n\u200b"), "LIMIT_EXCEEDED", "visible character"),
        (asked("send-data", payload="x" * 1025), "LIMIT_EXCEEDED", "1 KiB"),
        (asked("send-data", payload="x", label="x" * 65), "LIMIT_EXCEEDED", "64 characters"),
        (asked("publish", sdp="x" * 65_537, labels={}), "LIMIT_EXCEEDED", "64 KiB"),
        (asked("send-chat", text="x", to="p-nobody"), "PEER_NOT_FOUND", "not here"),
        (asked("kick", peerId="p-nobody"), "PERMISSION_DENIED", "moderator"),
        (asked("end-room"), "PERMISSION_DENIED", "moderator"),
        (asked("update-room-metadata", metadata={"n": 1}), "PERMISSION_DENIED", "metadata"),
        (asked("produce", label="audio"), "PERMISSION_DENIED", "without media"),
    ],
)
async def test_a_wrong_request_is_answered_with_its_error(
    pair: Pair, frame: str, code: str, sentence: str
) -> None:
    host, guest = pair
    async with undisturbed(host):
        kind, found, message = await answer_to(guest, frame)
        assert (kind, found) == ("error", code)
        assert sentence in message
        assert message.isprintable()
        await guest.settle()


async def test_half_a_surrogate_pair_is_no_text(pair: Pair) -> None:
    host, guest = pair
    async with undisturbed(host):
        frame = '{"id": 77, "method": "send-chat", "params": {"text": "\\ud800"}}'
        _, code, _ = await answer_to(guest, frame)
        assert code == "INVALID_MESSAGE"


# --- what breaks the websocket itself ends that connection ----------------------------------------


async def test_a_frame_of_200_kib_closes_its_connection_with_1009(pair: Pair) -> None:
    host, guest = pair
    async with undisturbed(host, sees=[events.PeerDisconnected]):
        # The server may hang up before the message is written.
        with contextlib.suppress(ConnectionClosed):
            await guest.websocket.send("x" * 200 * 1024)
        await guest.until(lambda: guest.is_over)
        assert guest.websocket.close_code == 1009


async def test_text_that_is_no_utf8_closes_its_connection_with_1007(pair: Pair) -> None:
    host, guest = pair
    async with undisturbed(host, sees=[events.PeerDisconnected]):
        raw = Frame(Opcode.TEXT, b'{"id": 77, "method": "\xff\xfe"}').serialize(mask=True)
        guest.websocket.transport.write(raw)
        await guest.until(lambda: guest.is_over)
        assert guest.websocket.close_code == 1007


async def test_a_frame_without_a_mask_closes_its_connection_with_1002(pair: Pair) -> None:
    host, guest = pair
    async with undisturbed(host, sees=[events.PeerDisconnected]):
        guest.websocket.transport.write(Frame(Opcode.TEXT, b"{}").serialize(mask=False))
        await guest.until(lambda: guest.is_over)
        assert guest.websocket.close_code == 1002


async def test_three_bad_messages_in_a_row_close_their_connection(pair: Pair) -> None:
    host, guest = pair
    async with undisturbed(host, sees=[events.PeerDisconnected]):
        for _ in range(3):
            await guest.websocket.send(asked("fly"))
        closed = await guest.end()
        assert (closed.reason, closed.message) == ("LOST", "Too many messages made no sense.")


# --- too much, and too little ---------------------------------------------------------------------


async def test_ids_need_no_order_and_may_come_again(pair: Pair) -> None:
    host, guest = pair
    async with undisturbed(host):
        for request_id in (900, 3, 3, 0, 2**53 - 1):
            future: asyncio.Future[Any] = asyncio.Future()
            guest._replies[request_id] = future
            await guest.websocket.send(encode_request(request_id, messages.Ping()))
            assert (await asyncio.wait_for(future, 20)).id == request_id


async def test_a_thousand_requests_at_once_end_their_connection(pair: Pair) -> None:
    host, guest = pair
    async with undisturbed(host, sees=[events.PeerDisconnected]):
        with contextlib.suppress(ConnectionClosed):
            for request_id in range(1000):
                await guest.websocket.send(encode_request(1000 + request_id, messages.Ping()))
        notice = await guest.next(messages.Notice)
        assert notice.code == "LIMIT_EXCEEDED"
        assert "60 messages a second" in (await guest.end()).message


async def test_one_who_reads_nothing_keeps_nobody_waiting(
    server: RunningServer, pair: Pair
) -> None:
    host, guest = pair
    third = await (await server.join("ben")).until_in()
    guest.websocket.transport.pause_reading()
    async with undisturbed(host):
        await host.until(lambda: third.peer_id in host.room.participants)
    await third.until(lambda: third.room.version == host.room.version)
    guest.websocket.transport.resume_reading()
    await guest.until(lambda: guest.room.version == host.room.version)


async def test_many_who_never_join_keep_nobody_waiting(server: RunningServer) -> None:
    host = await server.host()
    async with undisturbed(host):
        silent = [await server.client() for _ in range(20)]
        for client in silent[:10]:
            await client.websocket.send("nonsense")
        for client in silent[:10]:
            assert (await client.end()).reason == "LOST"
