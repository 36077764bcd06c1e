"""The websocket shell: what it does when the other side is silent, rude or gone."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from proconf_tui.errors import ConnectionLost, Denied, InvalidMessage, ServerUnreachable
from proconf_tui.protocol.limits import PENDING_REQUESTS
from proconf_tui.protocol.messages import Join, Notice, Notification, Ping, RaiseHand, SendChat
from proconf_tui.sdk import signalling as signalling_module
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.signalling import Signalling, open_signalling
from tests.support.meeting import until

BUFFER_BYTES: Final = 4096

Script = Callable[[ServerConnection], Awaitable[None]]


def _frame(**fields: Any) -> str:
    return msgspec.json.encode(fields).decode()


def _joined(heartbeat_s: float = 5.0) -> str:
    result = {"roomId": "r", "peerId": "p-1", "resumeKey": "k", "heartbeatS": heartbeat_s}
    return _frame(id=1, result=result)


@contextlib.asynccontextmanager
async def _connected(script: Script) -> AsyncIterator[Signalling]:
    """Yield a connection to a server that does as ``script`` says."""
    async with serve(script, "127.0.0.1", 0) as server:
        host, port = next(iter(server.sockets)).getsockname()
        signalling = await open_signalling(ServerAddress.parse(f"http://{host}:{port}"))
        try:
            yield signalling
        finally:
            await signalling.aclose()


async def test_a_refusal_is_raised_as_what_it_is() -> None:
    async def script(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(_frame(id=1, error={"code": "DENIED", "message": "No."}))

    async with _connected(script) as signalling:
        with pytest.raises(Denied, match=r"^No\.$"):
            await signalling.join(Join("token"))


async def test_nobody_is_sent_on_to_another_server() -> None:
    async with serve(_until_closed, "127.0.0.1", 0) as other:
        elsewhere = "ws://{}:{}".format(*next(iter(other.sockets)).getsockname())

        def send_on(websocket: ServerConnection, _: Request) -> Response:
            response = websocket.respond(302, "")
            response.headers["Location"] = elsewhere
            return response

        async with serve(_until_closed, "127.0.0.1", 0, process_request=send_on) as server:
            host, port = next(iter(server.sockets)).getsockname()
            with pytest.raises(ServerUnreachable, match=f"{host}:{port} is no meeting server"):
                await open_signalling(ServerAddress.parse(f"http://{host}:{port}"))


async def _until_closed(websocket: ServerConnection) -> None:
    await websocket.wait_closed()


async def test_nothing_is_told_before_one_listens() -> None:
    async def script(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(_joined())
        await websocket.send(_frame(method="notice", params={"code": "A", "message": "b"}))
        await websocket.wait_closed()

    heard: asyncio.Queue[Notification] = asyncio.Queue()
    async with _connected(script) as signalling:
        assert (await signalling.join(Join("token"))).peer_id == "p-1"
        signalling.start(heard.put_nowait, lambda: None)
        assert await heard.get() == Notice("A", "b")


@pytest.mark.parametrize("frame", ["nonsense", _frame(method="unknown", params={}), None])
async def test_a_server_that_talks_nonsense_or_goes_is_lost(frame: str | None) -> None:
    async def script(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(_joined())
        await websocket.recv()
        if frame is not None:
            await websocket.send(frame)
            await websocket.wait_closed()

    lost = asyncio.Event()
    async with _connected(script) as signalling:
        await signalling.join(Join("token"))
        signalling.start(lambda _: None, lost.set)
        with pytest.raises(ConnectionLost):
            await signalling.request(RaiseHand())
        await lost.wait()
        with pytest.raises(ConnectionLost):
            await signalling.request(RaiseHand())


async def test_a_view_that_cannot_be_followed_is_left() -> None:
    async def script(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(_joined())
        await websocket.send(_frame(method="notice", params={"code": "A", "message": "b"}))
        await websocket.wait_closed()

    def refuse(_: Notification) -> None:
        raise InvalidMessage

    lost = asyncio.Event()
    async with _connected(script) as signalling:
        await signalling.join(Join("token"))
        signalling.start(refuse, lost.set)
        await lost.wait()


async def _silent_but_for_the_join(websocket: ServerConnection, pinged: asyncio.Event) -> None:
    await websocket.recv()
    await websocket.send(_joined(heartbeat_s=0.05))
    async for frame in websocket:
        if f'"{Ping.method}"' in str(frame):
            pinged.set()


def _die_only_after(
    pinged: asyncio.Event, signalling: Signalling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have no machine that stands still for a moment skip what comes before the end."""
    is_dead = signalling._session.is_dead
    monkeypatch.setattr(
        signalling._session, "is_dead", lambda now: pinged.is_set() and is_dead(now)
    )


async def test_a_silent_server_is_pinged_and_then_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    pinged, lost = asyncio.Event(), asyncio.Event()
    async with _connected(lambda each: _silent_but_for_the_join(each, pinged)) as signalling:
        await signalling.join(Join("token"))
        _die_only_after(pinged, signalling, monkeypatch)
        signalling.start(lambda _: None, lost.set)
        await lost.wait()
    assert pinged.is_set()


# --- a network that takes nothing any more --------------------------------------------------------


@contextlib.asynccontextmanager
async def _stalled(
    heartbeat_s: float,
) -> AsyncIterator[tuple[Signalling, asyncio.Future[list[object]]]]:
    """Yield a connection whose server reads nothing, and what fills its buffers for good."""

    async def script(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(_joined(heartbeat_s))
        websocket.transport.pause_reading()
        await over.wait()

    over = asyncio.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    async with serve(script, sock=listening, close_timeout=0.1) as server:
        host, port = next(iter(server.sockets)).getsockname()
        signalling = await open_signalling(ServerAddress.parse(f"http://{host}:{port}"))
        sending = signalling._websocket.transport.get_extra_info("socket")
        sending.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
        signalling._websocket.transport.set_write_buffer_limits(high=BUFFER_BYTES)
        await signalling.join(Join("token"))
        lines = (signalling.request(SendChat("x" * BUFFER_BYTES)) for _ in range(PENDING_REQUESTS))
        yield signalling, asyncio.gather(*lines, return_exceptions=True)
        await signalling.aclose()
        over.set()


async def test_a_network_that_takes_nothing_is_lost_and_nobody_waits_for_ever() -> None:
    lost = asyncio.Event()
    async with _stalled(heartbeat_s=0.2) as (signalling, asking):
        signalling.start(lambda _: None, lost.set)
        await lost.wait()
        answers = await asking
    assert {type(each) for each in answers} == {ConnectionLost}


async def test_it_is_closed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signalling_module, "FAREWELL_S", 0.1)
    async with _stalled(heartbeat_s=1000.0) as (signalling, asking):
        signalling.start(lambda _: None, lambda: None)
        transport = signalling._websocket.transport
        await until(lambda: transport.get_write_buffer_size() > BUFFER_BYTES)
        await signalling.aclose()
        assert {type(each) for each in await asking} == {ConnectionLost}


async def test_as_many_requests_as_can_wait_do_not_stop_the_heart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pinged, lost = asyncio.Event(), asyncio.Event()
    async with _connected(lambda each: _silent_but_for_the_join(each, pinged)) as signalling:
        await signalling.join(Join("token"))
        _die_only_after(pinged, signalling, monkeypatch)
        signalling.start(lambda _: None, lost.set)
        asking = [
            asyncio.create_task(signalling.request(RaiseHand())) for _ in range(PENDING_REQUESTS)
        ]
        await lost.wait()
        answers = await asyncio.gather(*asking, return_exceptions=True)
    assert pinged.is_set()
    assert {type(each) for each in answers} == {ConnectionLost}


async def test_who_has_no_heartbeat_is_lost(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def script(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(_joined())
        await websocket.wait_closed()

    def fail(now: float) -> bool:
        raise ZeroDivisionError

    lost = asyncio.Event()
    async with _connected(script) as signalling:
        await signalling.join(Join("token"))
        monkeypatch.setattr(signalling._session, "is_dead", fail)
        signalling.start(lambda _: None, lost.set)
        await lost.wait()
    assert "heartbeat failed" in caplog.text


async def test_closing_is_no_loss() -> None:
    async def script(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(_joined())
        await websocket.wait_closed()

    lost = asyncio.Event()
    async with _connected(script) as signalling:
        await signalling.join(Join("token"))
        signalling.start(lambda _: None, lost.set)
        asking = asyncio.create_task(signalling.request(RaiseHand()))
        await asyncio.sleep(0)
        await signalling.aclose()
        with pytest.raises(ConnectionLost):
            await asking
    assert not lost.is_set()
