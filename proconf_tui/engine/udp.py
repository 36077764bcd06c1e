"""The one UDP socket: which datagram belongs to which connection, and nothing about its inside.

The first byte tells STUN, DTLS and SRTP apart (RFC 7983). STUN finds its connection by the
ufrag it names, everything else by an address that proved itself through STUN, so garbage
from strangers never gets past this file.
"""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Final, Protocol

from proconf_tui.engine.dtls import MAX_DATAGRAM, PacketBuffer
from proconf_tui.engine.ice_lite import Address, Credentials, parse_request
from proconf_tui.engine.rtp import is_rtcp
from proconf_tui.errors import ConfigError

BATCH: Final = 48
SOCKET_BUFFER: Final = 4 << 20
OWNER_SILENCE_S: Final = 5.0


class Endpoint(Protocol):
    """What a connection lets the socket do with it; nothing here may raise."""

    credentials: Credentials
    heard_at: float

    def on_checked(self, address: Address, *, is_nominated: bool) -> None:
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
    """The socket, its two buffers and the tables that lead from a datagram to a connection.

    ``inbound`` holds the datagram being handled, ``outbound`` the one being sent; both are
    used by everybody in turn, on the event loop only.
    """

    def __init__(self, host: str, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = _bind(host, port)
        self.host, self.port = self._socket.getsockname()
        self.inbound = PacketBuffer()
        self.outbound = PacketBuffer()
        self.packets_in = self.bytes_in = self.packets_out = self.bytes_out = 0
        self._by_ufrag: dict[str, Endpoint] = {}
        self._by_address: dict[Address, Endpoint] = {}
        self._loop.add_reader(self._socket.fileno(), self._on_readable)

    def close(self) -> None:
        """Give the socket back."""
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def register(self, endpoint: Endpoint) -> None:
        """Let checks that name the endpoint's ufrag reach it."""
        self._by_ufrag[endpoint.credentials.ufrag] = endpoint

    def forget(self, endpoint: Endpoint, addresses: tuple[Address, ...]) -> None:
        """Let nothing reach the endpoint any more."""
        self._by_ufrag.pop(endpoint.credentials.ufrag, None)
        for address in addresses:
            self.release(endpoint, address)

    def release(self, endpoint: Endpoint, address: Address) -> None:
        """Take an address from the endpoint."""
        if self._by_address.get(address) is endpoint:
            del self._by_address[address]

    def send(self, datagram: bytes | memoryview, address: Address) -> bool:
        """Send a datagram; False when the system does not take it, which UDP may do anyway."""
        try:
            self.bytes_out += self._socket.sendto(datagram, address)
        except OSError:
            return False
        self.packets_out += 1
        return True

    def _on_readable(self) -> None:
        receive, data = self._socket.recvfrom_into, self.inbound.data
        for _ in range(BATCH):
            try:
                length, address = receive(data, MAX_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error about something sent earlier
            self.packets_in += 1
            self.bytes_in += length
            if length > 1:
                self._dispatch(data[0], length, address)

    def _dispatch(self, first: int, length: int, address: Address) -> None:
        if 128 <= first <= 191:
            endpoint = self._by_address.get(address)
            if endpoint is None:
                return
            now = time.monotonic()
            if is_rtcp(self.inbound.data[1]):
                endpoint.on_srtcp(length, now)
            else:
                endpoint.on_srtp(length, now)
        elif first <= 3:
            self._on_stun(bytes(self.inbound.view[:length]), address)
        elif 20 <= first <= 63:
            endpoint = self._by_address.get(address)
            if endpoint is not None:
                endpoint.on_dtls(bytes(self.inbound.view[:length]))

    def _on_stun(self, datagram: bytes, address: Address) -> None:
        request = parse_request(datagram)
        endpoint = self._by_ufrag.get(request.local_ufrag) if request is not None else None
        if request is None or endpoint is None:
            return
        password = endpoint.credentials.password
        if not request.is_authentic(password) or not self._claim(address, endpoint):
            return
        self.send(request.response(address, password), address)
        endpoint.on_checked(address, is_nominated=request.is_nominating)

    def _claim(self, address: Address, endpoint: Endpoint) -> bool:
        """Give ``address`` to the endpoint, unless another one is alive there.

        Otherwise a client could take away another's packets by checks with a forged sender.
        """
        owner = self._by_address.get(address, endpoint)
        if owner is not endpoint and time.monotonic() - owner.heard_at < OWNER_SILENCE_S:
            return False
        self._by_address[address] = endpoint
        return True


def _bind(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise ConfigError(
            f"UDP port {port} on {host} cannot be used ({error.strerror}); "
            "end the program that holds it, or choose another with --port."
        ) from error
    return sock
