"""The parent's end of a forwarder in a child process, driven by JSON lines; see `child_lines`.

It brings load clients in: their offers are published, the forwarder's are answered as they come.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from bench.lib.forwarding_load import LoadedServer
from bench.lib.load_client import LoadClient
from bench.lib.load_sdp import LABELS

_MAX_LINE: Final = 1 << 20
_GIVE_UP_S: Final = 20.0
_LOOK_AGAIN_S: Final = 0.05
_ENDED: Final = "A child of the bench has ended; see above."


class ChildForwarder:
    """A child process, and which load client is which peer of its one room."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.pid = process.pid
        self._process = process
        self._clients: dict[str, LoadClient] = {}
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        # At most one for each peer: the next comes only after the answer.
        self._offers: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._read()), loop.create_task(self._answer_offers())]

    @classmethod
    async def start(cls, script: Path, argument: str) -> ChildForwarder:
        """Start ``script`` with its one argument, and wait until it answers.

        Raises:
            RuntimeError: it has ended.
        """
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(script), argument, stdin=pipe, stdout=pipe, limit=_MAX_LINE
        )
        child = cls(process)
        try:
            await child.slots_fed()
        except BaseException:
            await child.aclose()
            raise
        return child

    async def join(self, client: LoadClient) -> None:
        """Let a client publish; whatever is offered to it is answered from now on."""
        peer_id = str(len(self._clients))
        self._clients[peer_id] = client
        await self._ask("add_peer", peer_id=peer_id)
        offer = client.publishing_offer()
        answer = await self._ask("publish", peer_id=peer_id, sdp=offer, labels=LABELS)
        await client.connect_publishing(answer)

    async def until_fed(self, slots: int) -> None:
        """Wait until so many slots are fed, all subscribers' together.

        Raises:
            RuntimeError: that never happened.
        """
        deadline = asyncio.get_running_loop().time() + _GIVE_UP_S
        while (fed := await self.slots_fed()) < slots:
            if asyncio.get_running_loop().time() > deadline:
                raise RuntimeError(f"Only {fed} of {slots} slots were ever fed.")
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def slots_fed(self) -> int:
        """Return how many slots have a stream."""
        return int(await self._ask("slots_fed"))

    async def _ask(self, what: str, **request: object) -> Any:
        if self._tasks[0].done():
            raise RuntimeError(_ENDED)
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "do": what, **request})
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(_GIVE_UP_S):
            return await answer

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            message = json.loads(line)
            if "event" in message:
                self._offers.put_nowait((message["peer_id"], message["sdp"]))
                continue
            answer = self._answers.pop(message["id"])
            if answer.done():  # nobody waits any more
                continue
            if "error" in message:
                answer.set_exception(RuntimeError(message["error"]))
            else:
                answer.set_result(message["result"])
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(RuntimeError(_ENDED))

    async def _answer_offers(self) -> None:
        while True:
            peer_id, offer = await self._offers.get()
            client = self._clients[peer_id]
            answer = client.subscribing_answer(offer)
            await self._ask("answer", peer_id=peer_id, sdp=answer)
            await client.connect_subscribing(offer)

    async def aclose(self) -> None:
        """End the child."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


@contextlib.asynccontextmanager
async def full_child(
    name: str, script: Path, argument: str, clients: Sequence[LoadClient]
) -> AsyncIterator[LoadedServer]:
    """Run a child with all clients in it, each of which gets all that the others send."""
    child = await ChildForwarder.start(script, argument)
    server = LoadedServer(name, child.pid, clients)
    try:
        for client in clients:
            await child.join(client)
        server.sender.start()  # only who is heard may have a slot for audio
        await child.until_fed(2 * len(clients) * (len(clients) - 1))
        await server.sender.stop()
        yield server
        for client in clients:
            await client.aclose()
    finally:
        await child.aclose()
