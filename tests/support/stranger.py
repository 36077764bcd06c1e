"""Somebody with a socket who is in no meeting, and keeps what is sent to them."""

from __future__ import annotations

import asyncio
from typing import Self


class Stranger(asyncio.DatagramProtocol):
    """A UDP socket on 127.0.0.1 that sends to one port there."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, port: int) -> Self:
        """Return one that talks to that port of 127.0.0.1."""
        loop = asyncio.get_running_loop()
        _, made = await loop.create_datagram_endpoint(cls, remote_addr=("127.0.0.1", port))
        return made

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.received.append(data)

    def send(self, datagram: bytes) -> None:
        """Send a datagram."""
        assert self._transport is not None
        self._transport.sendto(datagram)

    def close(self) -> None:
        """Give the socket back."""
        assert self._transport is not None
        self._transport.close()
