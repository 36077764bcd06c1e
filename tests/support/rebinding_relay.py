"""A translator of addresses between a client and an engine that forgets: every port changes.

What home routers do when they restart, or when a mapping has run out (RFC 4787 section 4.3). It
also keeps what it overhears, for tests that misuse it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

Address = tuple[str, int]
_Take = Callable[[bytes, Address], None]


class RebindingRelay:
    """Carries datagrams between clients and ``target``; ``overheard`` are those to the target."""

    def __init__(self, target: Address) -> None:
        self.overheard: list[bytes] = []
        self._target = target
        self._inside: asyncio.DatagramTransport | None = None
        self._outside: dict[Address, asyncio.DatagramTransport] = {}
        self._opening: dict[Address, asyncio.Task[None]] = {}

    async def open(self) -> None:
        """Begin to listen on 127.0.0.1."""
        self._inside = await _endpoint(self._take)

    def rewrite(self, sdp: str) -> str:
        """Return a description of the target that leads through the relay."""
        assert self._inside is not None
        port = self._inside.get_extra_info("sockname")[1]
        return sdp.replace(f" {self._target[1]} typ host", f" {port} typ host")

    def rebind(self) -> None:
        """Forget every mapping: what clients send next goes out from new ports."""
        for transport in self._outside.values():
            transport.close()
        self._outside.clear()

    def outside(self) -> list[int]:
        """Return the ports from which the target is reached now."""
        return [each.get_extra_info("sockname")[1] for each in self._outside.values()]

    def close(self) -> None:
        """Close everything."""
        for task in self._opening.values():
            task.cancel()
        self.rebind()
        if self._inside is not None:
            self._inside.close()

    def _take(self, datagram: bytes, client: Address) -> None:
        self.overheard.append(datagram)
        outside = self._outside.get(client)
        if outside is not None:
            outside.sendto(datagram, self._target)
        elif client not in self._opening:
            # What comes meanwhile is lost; STUN repeats it.
            self._opening[client] = asyncio.get_running_loop().create_task(self._map(client))

    async def _map(self, client: Address) -> None:
        def back(datagram: bytes, _: Address) -> None:
            if self._inside is not None:
                self._inside.sendto(datagram, client)

        self._outside[client] = await _endpoint(back)
        del self._opening[client]


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, take: _Take) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._take(data, addr)


async def _endpoint(take: _Take) -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Receiver(take), local_addr=("127.0.0.1", 0)
    )
    return transport
