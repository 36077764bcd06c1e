"""The little of Janus's websocket API that one VideoRoom full of load clients needs.

Source: the documentation of Janus's "RESTful, WebSockets…" interface and of its VideoRoom plugin.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any, Final, Self

from websockets.asyncio.client import ClientConnection, connect

_GIVE_UP_S: Final = 15.0
_KEEP_ALIVE_S: Final = 20.0
_MAX_MESSAGE: Final = 1 << 22

Message = dict[str, Any]
Jsep = dict[str, str]


class JanusClient:
    """One session with a Janus server."""

    def __init__(self, socket: ClientConnection, secret: str) -> None:
        self._socket = socket
        self._secret = secret
        self._session_id = 0
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._acked: set[str] = set()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._read()), loop.create_task(self._keep_alive())]

    @classmethod
    async def open(cls, url: str, secret: str) -> Self:
        """Connect and begin a session."""
        socket = await connect(url, subprotocols=["janus-protocol"], max_size=_MAX_MESSAGE)  # type: ignore[list-item]
        client = cls(socket, secret)
        created = await client._ask({"janus": "create"})
        client._session_id = created["data"]["id"]
        return client

    async def attach(self) -> int:
        """Return a new handle on the VideoRoom plugin."""
        attached = await self._ask({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        return int(attached["data"]["id"])

    async def say(
        self, handle: int, body: Message, jsep: Jsep | None = None, *, is_event_awaited: bool = True
    ) -> tuple[Message, str]:
        """Return what the plugin answers, and the session description with it, if any.

        Raises:
            RuntimeError: Janus refuses.
        """
        message: Message = {"janus": "message", "handle_id": handle, "body": body}
        if jsep is not None:
            message["jsep"] = jsep
        answer = await self._ask(message, is_event_awaited=is_event_awaited)
        data = answer.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise RuntimeError(f"Janus refuses: {data['error']}")
        return data, answer.get("jsep", {}).get("sdp", "")

    async def _ask(self, message: Message, *, is_event_awaited: bool = False) -> Message:
        transaction = str(next(self._numbers))
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answers[transaction] = answer
        if not is_event_awaited:
            self._acked.add(transaction)
        message |= {"transaction": transaction, "apisecret": self._secret}
        if self._session_id:
            message["session_id"] = self._session_id
        await self._socket.send(json.dumps(message))
        async with asyncio.timeout(_GIVE_UP_S):
            told = await answer
        if told["janus"] == "error":
            raise RuntimeError(f"Janus refuses: {told['error']['reason']}")
        return told

    async def _read(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            transaction = message.get("transaction", "")
            is_early = message["janus"] == "ack" and transaction not in self._acked
            if transaction in self._answers and not is_early:
                self._answers.pop(transaction).set_result(message)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_ALIVE_S)
            await self._ask({"janus": "keepalive"})

    async def aclose(self) -> None:
        """Leave without a word: the server ends next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()
