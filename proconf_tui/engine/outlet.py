"""The way out of one connection: what lies in the shared buffer is encrypted there and sent.

This is the end of the hot path, walked once for each packet and subscriber, so it makes as few
calls as it can. It knows neither ICE nor what it sends. UDP may lose anything: what the system
does not take is lost, and nothing here raises.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from proconf_tui.engine.dtls import MAX_DATAGRAM, PacketBuffer, Srtp
from proconf_tui.engine.ice_lite import Address

SendTo = Callable[[bytes | memoryview, Address], int]


class Outlet:
    """Keys, socket and address of one connection; ``packets`` and ``bytes`` count what went out."""

    __slots__ = ("_address", "_buffer", "_data", "_sendto", "_srtp", "_view", "bytes", "packets")

    def __init__(self, buffer: PacketBuffer) -> None:
        self.packets = self.bytes = 0
        self._buffer = buffer
        self._data, self._view = buffer.data, buffer.view
        self._srtp: Srtp | None = None
        self._sendto: SendTo = _nowhere
        self._address: Address = ("", 0)

    def aim(self, sock: socket.socket, address: Address) -> None:
        """Send to ``address`` from now on."""
        self._sendto, self._address = sock.sendto, address

    def open(self, srtp: Srtp) -> None:
        """Encrypt with these keys from now on."""
        self._srtp = srtp

    def close(self) -> None:
        """Send no more media."""
        self._srtp = None

    def send_rtp(self, length: int) -> None:
        """Encrypt and send the RTP packet in the first ``length`` bytes of the buffer."""
        if self._srtp is None:
            return
        length = self._srtp.protect_rtp(self._buffer, length)
        if length > 0:
            try:
                self._sendto(self._view[:length], self._address)
            except OSError:
                return
            self.packets += 1
            self.bytes += length

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send a compound RTCP packet."""
        length = len(packet)
        if self._srtp is not None and length <= MAX_DATAGRAM:
            self._data[:length] = packet
            length = self._srtp.protect_rtcp(self._buffer, length)
            if length > 0:
                self.send(self._view[:length])

    def send(self, datagram: bytes | memoryview) -> None:
        """Send a datagram as it is."""
        try:
            self._sendto(datagram, self._address)
        except OSError:
            return
        self.packets += 1
        self.bytes += len(datagram)

    def send_to(self, sock: socket.socket, datagram: bytes, address: Address) -> None:
        """Send a datagram as it is to another address."""
        try:
            sock.sendto(datagram, address)
        except OSError:
            return
        self.packets += 1
        self.bytes += len(datagram)


def _nowhere(datagram: bytes | memoryview, address: Address) -> int:
    raise OSError("no address is known yet")
