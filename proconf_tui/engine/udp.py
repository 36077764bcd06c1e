"""The one UDP port: which datagram belongs to which connection, and nothing about its inside.

The first byte tells STUN, DTLS and SRTP apart (RFC 7983). STUN finds its connection by the
ufrag it names, everything else by an address that proved itself through STUN, so garbage
from strangers never gets past this file. Datagrams are read in batches, with one look at the
clock for each.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Final, Protocol

from proconf_tui.engine.dtls import MAX_DATAGRAM, PacketBuffer
from proconf_tui.engine.ice_lite import Address, Checks, Credentials, parse_request
from proconf_tui.engine.outlet import Outlet
from proconf_tui.engine.sockets import bind

BATCH: Final = 48
OWNER_SILENCE_S: Final = 5.0


class Endpoint(Protocol):
    """What a connection lets the socket do with it; nothing here may raise."""

    credentials: Credentials
    checks: Checks
    heard_at: float
    outlet: Outlet

    def on_checked(self, address: Address, now: float, *, is_nominated: bool) -> None:
        """An authenticated connectivity check came from ``address``, which is now ours."""
        ...

    def on_dtls(self, datagram: bytes) -> None:
        """A datagram of the DTLS range came from a proven address."""
        ...

    def on_srtp(self, length: int, now: float) -> None:
        """An SRTP packet lies in the first ``length`` bytes of the inbound buffer."""
        ...

    def on_srtcp(self, length: int, now: float) -> None:
        """An SRTCP packet lies in the first ``length`` bytes of the inbound buffer."""
        ...


class UdpPort:
    """The sockets of one port, their two buffers, and the tables that lead to a connection.

    ``inbound`` holds the datagram being handled, media from ``source``, ``outbound`` the one
    being sent; they are used by everybody in turn, on the event loop only. ``refused`` counts
    what strangers sent.
    """

    def __init__(self, host: str, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._sockets = bind(host, port)
        self.host, self.port = self._sockets[0].getsockname()[:2]
        self.inbound = PacketBuffer()
        self.outbound = PacketBuffer()
        self.source: Address = ("", 0)
        self.packets_in = self.bytes_in = self.refused = 0
        self._packets_out = self._bytes_out = 0
        self._by_ufrag: dict[str, Endpoint] = {}
        self._by_address: dict[Address, Endpoint] = {}
        for sock in self._sockets:
            self._loop.add_reader(sock.fileno(), self._on_readable, sock.recvfrom_into)

    def close(self) -> None:
        """Give the sockets back."""
        for sock in self._sockets:
            self._loop.remove_reader(sock.fileno())
            sock.close()

    def register(self, endpoint: Endpoint) -> None:
        """Let checks that name the endpoint's ufrag reach it."""
        self._by_ufrag[endpoint.credentials.ufrag] = endpoint

    def rename(self, endpoint: Endpoint, credentials: Credentials) -> None:
        """Let checks reach the endpoint by its new credentials only."""
        self._by_ufrag.pop(endpoint.credentials.ufrag, None)
        endpoint.credentials = credentials
        self.register(endpoint)

    def forget(self, endpoint: Endpoint, addresses: tuple[Address, ...]) -> None:
        """Let nothing reach the endpoint any more."""
        if self._by_ufrag.pop(endpoint.credentials.ufrag, None) is not None:
            self._packets_out += endpoint.outlet.packets
            self._bytes_out += endpoint.outlet.bytes
        for address in addresses:
            self.release(endpoint, address)

    def release(self, endpoint: Endpoint, address: Address) -> None:
        """Take an address from the endpoint."""
        if self._by_address.get(address) is endpoint:
            del self._by_address[address]

    def sent(self) -> tuple[int, int]:
        """Return how many datagrams and bytes have gone out."""
        outlets = [endpoint.outlet for endpoint in self._by_ufrag.values()]
        packets = self._packets_out + sum(outlet.packets for outlet in outlets)
        return packets, self._bytes_out + sum(outlet.bytes for outlet in outlets)

    def socket_to(self, address: Address) -> socket.socket:
        """Return the socket of the family of ``address``."""
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        return next(sock for sock in self._sockets if sock.family == family)

    def _on_readable(self, receive: Callable[..., tuple[int, Address]]) -> None:
        data, dispatch = self.inbound.data, self._dispatch
        now = time.monotonic()
        for _ in range(BATCH):
            try:
                length, address = receive(data, MAX_DATAGRAM)
            except BlockingIOError:
                break
            except OSError:
                continue  # an ICMP error about something sent earlier
            self.packets_in += 1
            self.bytes_in += length
            dispatch(length, address, now)

    def _dispatch(self, length: int, address: Address, now: float) -> None:
        data = self.inbound.data
        first = data[0] if length > 1 else -1
        if first <= 3:
            self._on_stun(length, address, now)
            return
        endpoint = self._by_address.get(address)
        if endpoint is None:
            self.refused += 1
        elif 128 <= first <= 191:
            self.source = address
            if 192 <= data[1] <= 223:  # RTCP and not RTP (RFC 5761 section 4)
                endpoint.on_srtcp(length, now)
            else:
                endpoint.on_srtp(length, now)
        elif 20 <= first <= 63:
            endpoint.on_dtls(bytes(self.inbound.view[:length]))

    def _on_stun(self, length: int, address: Address, now: float) -> None:
        request = parse_request(bytes(self.inbound.view[:length]))
        endpoint = self._by_ufrag.get(request.local_ufrag) if request is not None else None
        if request is None or endpoint is None:
            self.refused += 1
            return
        password = endpoint.credentials.password
        if not (
            request.is_authentic(password)
            and endpoint.checks.is_original(request, address)
            and self._claim(address, endpoint, now)
        ):
            self.refused += 1
            return
        endpoint.outlet.send_to(
            self.socket_to(address), request.response(address, password), address
        )
        endpoint.on_checked(address, now, is_nominated=request.is_nominating)

    def _claim(self, address: Address, endpoint: Endpoint, now: float) -> bool:
        """Give ``address`` to the endpoint, unless another one is alive there.

        Otherwise a client could take away another's packets by checks with a forged sender.
        """
        owner = self._by_address.get(address, endpoint)
        if owner is not endpoint and now - owner.heard_at < OWNER_SILENCE_S:
            return False
        self._by_address[address] = endpoint
        return True
