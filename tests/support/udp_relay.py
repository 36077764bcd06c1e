"""A UDP relay between clients and an engine: a network with losses, delay and a limit, by a seed.

What it does to datagrams is said by two `Line`s; here are the sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import cast

from tests.support.line import Line, Path, Postman

Address = tuple[str, int]


class UdpRelay:
    """Listens for clients at ``listen`` and passes everything on to ``target``, and back.

    ``up`` leads to the target and ``down`` back; all clients share both. While ``is_cut`` nothing
    passes.
    """

    def __init__(
        self,
        target: Address,
        *,
        seed: int = 0,
        up: Line | None = None,
        down: Line | None = None,
        listen: Address = ("127.0.0.1", 0),
    ) -> None:
        self.port = 0
        self.is_cut = False
        self.up = Path(up or Line(), 2 * seed)
        self.down = Path(down or Line(), 2 * seed + 1)
        self._target = target
        self._listen = listen
        self._postman: Postman | None = None
        self._socket: asyncio.DatagramTransport | None = None
        self._upstream: dict[Address, asyncio.DatagramTransport | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def lost(self) -> int:
        """How many datagrams were lost by chance, both ways."""
        return self.up.lost + self.down.lost

    async def open(self) -> None:
        """Begin to listen; ``port`` tells where."""
        loop = asyncio.get_running_loop()
        self._postman = Postman()
        self._socket, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(self._from_client), local_addr=self._listen
        )
        self.port = self._socket.get_extra_info("sockname")[1]

    def rewrite(self, sdp: str) -> str:
        """Return a description of the target that leads through the relay."""
        return sdp.replace(f" {self._target[1]} typ host", f" {self.port} typ host")

    def _from_client(self, datagram: bytes, client: Address) -> None:
        if client not in self._upstream:
            self._upstream[client] = None
            task = asyncio.get_running_loop().create_task(self._connect(client))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        transport = self._upstream[client]
        # What comes before the other leg stands is lost; STUN repeats it.
        if transport is not None:
            self._post(datagram, self.up, transport.sendto)

    async def _connect(self, client: Address) -> None:
        def back(datagram: bytes, _: Address) -> None:
            if self._socket is not None:
                self._post(datagram, self.down, partial(self._socket.sendto, addr=client))

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(back), remote_addr=self._target
        )
        self._upstream[client] = transport

    def _post(self, datagram: bytes, path: Path, deliver: Callable[[bytes], None]) -> None:
        if self._postman is not None and not self.is_cut:
            self._postman.post(datagram, path, deliver)

    async def aclose(self) -> None:
        """Stop; what is under way is thrown away."""
        await asyncio.gather(*self._tasks)
        if self._postman is not None:
            self._postman.close()
            self._postman = None
        for transport in (self._socket, *self._upstream.values()):
            if transport is not None:
                transport.close()
        self._socket = None


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: Callable[[bytes, Address], None]) -> None:
        self._on_datagram = on_datagram

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        self._on_datagram(data, cast(Address, addr[:2]))
