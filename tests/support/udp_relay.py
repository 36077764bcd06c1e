"""A UDP relay between clients and an engine that loses media packets by a seed, or everything.

By the seed only SRTP is lost, never STUN, DTLS or SRTCP: what is tested is the repair of media.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import cast

Address = tuple[str, int]


class UdpRelay:
    """Listens for clients at ``listen`` and passes everything on to ``target``, and back.

    ``loss_up`` and ``loss_down`` are the shares (0..1) of SRTP packets lost on the way to
    the target and back. While ``is_cut`` nothing passes.
    """

    def __init__(
        self,
        target: Address,
        *,
        seed: int = 0,
        loss_up: float = 0.0,
        loss_down: float = 0.0,
        listen: Address = ("127.0.0.1", 0),
    ) -> None:
        self.port = 0
        self.lost = 0
        self.is_cut = False
        self._target = target
        self._listen = listen
        self._random = random.Random(seed)
        self._loss_up, self._loss_down = loss_up, loss_down
        self._down: asyncio.DatagramTransport | None = None
        self._up: dict[Address, asyncio.DatagramTransport | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._down, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(self._from_client), local_addr=self._listen
        )
        self.port = self._down.get_extra_info("sockname")[1]

    def rewrite(self, sdp: str) -> str:
        """Return a description of the target that leads through the relay."""
        return sdp.replace(f" {self._target[1]} typ host", f" {self.port} typ host")

    def _from_client(self, datagram: bytes, client: Address) -> None:
        if client not in self._up:
            self._up[client] = None
            task = asyncio.get_running_loop().create_task(self._connect(client))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        transport = self._up[client]
        # What comes before the other leg stands is lost; STUN repeats it.
        if transport is not None and not self._is_lost(datagram, self._loss_up):
            transport.sendto(datagram)

    async def _connect(self, client: Address) -> None:
        def back(datagram: bytes, _: Address) -> None:
            if self._down is not None and not self._is_lost(datagram, self._loss_down):
                self._down.sendto(datagram, client)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(back), remote_addr=self._target
        )
        self._up[client] = transport

    def _is_lost(self, datagram: bytes, share: float) -> bool:
        if self.is_cut:
            return True
        is_srtp = 128 <= datagram[0] <= 191 and not 192 <= datagram[1] <= 223
        is_lost = is_srtp and self._random.random() < share
        self.lost += is_lost
        return is_lost

    async def aclose(self) -> None:
        await asyncio.gather(*self._tasks)
        for transport in (self._down, *self._up.values()):
            if transport is not None:
                transport.close()
        self._down = None


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: Callable[[bytes, Address], None]) -> None:
        self._on_datagram = on_datagram

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        self._on_datagram(data, cast(Address, addr[:2]))
