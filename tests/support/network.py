"""A network that can be cut or lose media, between SDK clients and a server: one for each client.

Linux answers on all of 127.0.0.0/8. The server listens on 127.0.0.1 and names `ADVERTISED` as its
public address; each network listens on an address of its own, on the server's own port number, for
TCP and UDP, and puts its own address for `ADVERTISED` into what the server says. Both have the
same length, so that no frame changes its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
import struct
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final

import pytest

from tests.support.line import Line
from tests.support.meeting import Meeting, Person
from tests.support.signalling import RunningServer, running_server
from tests.support.udp_relay import UdpRelay

SERVER_HOST: Final = "127.0.0.1"
ADVERTISED: Final = "127.0.0.2"
_FIRST, _LAST = 3, 9

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

needs_loopback_network = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs all of 127.0.0.0/8"
)


class Network:
    """The path to the server at ``server_port``, on 127.0.0.``number``; whole until `cut`.

    ``up`` leads to the server and ``down`` back; they are for UDP alone.
    """

    def __init__(
        self,
        server_port: int,
        *,
        number: int = _FIRST,
        seed: int = 0,
        up: Line | None = None,
        down: Line | None = None,
    ) -> None:
        assert _FIRST <= number <= _LAST
        self.host = f"127.0.0.{number}"
        self.port = server_port
        self._relay = UdpRelay(
            (SERVER_HOST, server_port),
            listen=(self.host, server_port),
            seed=seed,
            up=up,
            down=down,
        )
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Where clients reach the server through this network."""
        return f"http://{self.host}:{self.port}"

    async def __aenter__(self) -> Network:
        await self._relay.open()
        self._server = await asyncio.start_server(self._accept, self.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        await self._relay.aclose()

    def cut(self) -> None:
        """Let nothing pass any more and say so to nobody: TCP stalls, datagrams vanish.

        A new TCP connection is accepted, by the system, and gets no answer.
        """
        self._flows.clear()
        self._relay.is_cut = True

    def restore(self) -> None:
        """Let everything pass again, TCP from where it stopped."""
        self._flows.set()
        self._relay.is_cut = False

    def reset(self) -> None:
        """Break the TCP connections there are, with RST to both sides."""
        for writer in self._writers:
            _reset(writer)

    # --- TCP ------------------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with self._kept(writer):
            await self._flows.wait()
            try:
                up_reader, up_writer = await asyncio.open_connection(SERVER_HOST, self.port)
                async with self._kept(up_writer):
                    await self._pass((reader, up_writer), (up_reader, writer))
            except* OSError:
                # One side is gone without a word; so is the other, then.
                pass

    @contextlib.asynccontextmanager
    async def _kept(self, writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        self._writers.add(writer)
        try:
            yield
        finally:
            self._writers.discard(writer)
            if not writer.is_closing():
                _reset(writer)

    async def _pass(self, up: _Streams, down: _Streams) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(*up, bytes))
            group.create_task(self._pump(*down, self._as_seen_here))
        for _, writer in (up, down):
            writer.close()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        rewrite: Callable[[bytes], bytes],
    ) -> None:
        while chunk := await reader.read(65536):
            await self._flows.wait()
            writer.write(rewrite(chunk))
            await writer.drain()
        await self._flows.wait()
        writer.write_eof()

    def _as_seen_here(self, chunk: bytes) -> bytes:
        # Frames with addresses in them are small and come whole.
        return chunk.replace(ADVERTISED.encode(), self.host.encode())


def _reset(writer: asyncio.StreamWriter) -> None:
    # To linger for no time at all is to close with RST (POSIX SO_LINGER; RFC 9293 §3.10.5).
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class CuttableMeeting(Meeting):
    """A meeting whose people have a `Network` each, in the order in which they come."""

    def __init__(self, server: RunningServer, networks: Sequence[Network]) -> None:
        super().__init__(server)
        self._networks = networks

    def person(self, name: str) -> Person:
        """Return somebody who is not in yet, on a network of their own."""
        network = self._networks[len(self.people)]
        made = Person(
            dataclasses.replace(self.server, url=network.url), name, number=len(self.people)
        )
        self.people.append(made)
        return made

    def network_of(self, person: Person) -> Network:
        """Return the network through which ``person`` reaches the server."""
        return self._networks[self.people.index(person)]


@contextlib.asynccontextmanager
async def cuttable_meeting(people: int = 2, **choices: Any) -> AsyncIterator[CuttableMeeting]:
    """A server with nobody on it yet, and networks for so many ``people``.

    ``choices`` are those of the server's configuration.
    """
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            running_server(public_addresses=(ADVERTISED,), **choices)
        )
        networks = [
            await stack.enter_async_context(Network(server.port, number=_FIRST + each))
            for each in range(people)
        ]
        meeting = CuttableMeeting(server, networks)
        try:
            yield meeting
        finally:
            for network in networks:
                network.restore()
            await meeting.aclose()
