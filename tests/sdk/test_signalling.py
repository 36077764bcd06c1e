"""The websocket shell: what it does when the other side is silent, rude or gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from proconf_tui.errors import ConnectionLost, Denied, InvalidMessage
from proconf_tui.protocol.messages import Join, Notice, Notification, Ping, RaiseHand
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.signalling import Signalling, open_signalling

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


async def test_a_silent_server_is_pinged_and_then_lost() -> None:
    pings = 0

    async def script(websocket: ServerConnection) -> None:
        nonlocal pings
        await websocket.recv()
        await websocket.send(_joined(heartbeat_s=0.05))
        async for frame in websocket:
            pings += f'"{Ping.method}"' in str(frame)

    lost = asyncio.Event()
    async with _connected(script) as signalling:
        await signalling.join(Join("token"))
        signalling.start(lambda _: None, lost.set)
        await lost.wait()
    assert pings >= 1


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
