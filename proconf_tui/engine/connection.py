"""The server's end of one peer connection: ICE credentials, DTLS, SRTP keys, an address.

What travels on it is its `Media`'s business; this file only says "up", "down", and moves
packets through the shared buffers. It never closes by itself: whoever made it does.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import struct
import time
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from proconf_tui.engine.dtls import Certificate, DtlsServer, Fingerprint, Srtp
from proconf_tui.engine.forwarding.inflow import FEEDBACK, Inflow
from proconf_tui.engine.ice_lite import Address, Addresses, Checks, new_credentials
from proconf_tui.engine.outlet import Outlet
from proconf_tui.engine.sdp import Description
from proconf_tui.engine.sdp_text import LocalTransport
from proconf_tui.engine.udp import UdpPort
from proconf_tui.errors import InvalidMessage

MAX_RTCP_SENDERS: Final = 256
MIN_RTCP_LENGTH: Final = 8

_log = logging.getLogger(__name__)


class Media(Protocol):
    """What uses a connection; called on the event loop, nothing here may raise."""

    def on_up(self) -> None:
        """Media can flow."""
        ...

    def on_down(self) -> None:
        """The client has closed its end."""
        ...

    def on_moved(self) -> None:
        """What is sent goes another way from now on."""
        ...

    def on_rtp(self, length: int, now: float) -> None:
        """A still encrypted RTP packet lies in the first ``length`` inbound bytes."""
        ...

    def on_rtcp(self, packet: bytes, now: float) -> None:
        """A decrypted compound RTCP packet has come."""
        ...


class _Identity(NamedTuple):
    """What stays as it is as long as a client's end of a connection lives."""

    session_id: str
    fingerprints: tuple[tuple[str, str], ...]


class Connection:
    """One ICE-lite, DTLS-passive transport.

    ``was_up``: media could flow once. ``is_gone``: the client closed its end, and this
    transport is of no use any more. ``described_at`` is when the client said what it is, or None.
    """

    def __init__(
        self, port: UdpPort, certificate: Certificate, addresses: Sequence[Address], media: Media
    ) -> None:
        self.credentials = new_credentials()
        self.checks = Checks()
        self.heard_at = time.monotonic()
        self.was_up = self.is_gone = False
        self.described_at: float | None = None
        self.packets_in = self.bytes_in = 0
        self.outlet = Outlet(port.outbound)
        self._port = port
        self._media = media
        self._certificate = certificate
        self._session_id = secrets.randbits(40)
        self._version = 0
        self._advertised = tuple(addresses)
        self._addresses = Addresses()
        self._srtp: Srtp | None = None
        self._dtls = DtlsServer(certificate, self.outlet.send, self._on_dtls_closed)
        self._remote_ufrag = ""
        self._remote_identity = _Identity("", ())
        self._fingerprints: list[Fingerprint] = []
        self._is_remote_known = asyncio.Event()
        self._handshake: asyncio.Task[None] | None = None
        self._rtcp_senders: set[int] = set()
        self._feedback = Inflow(FEEDBACK)
        port.register(self)

    @property
    def is_up(self) -> bool:
        """Whether media can flow."""
        return self._srtp is not None

    def local(self) -> LocalTransport:
        """Return what our descriptions say about this end."""
        return LocalTransport(
            session_id=self._session_id,
            ufrag=self.credentials.ufrag,
            password=self.credentials.password,
            fingerprint=self._certificate.fingerprint.value,
            addresses=self._advertised,
        )

    def next_version(self) -> int:
        """Return the version for the next description (RFC 8866 section 5.2)."""
        self._version += 1
        return self._version

    def is_replaced_by(self, remote: Description) -> bool:
        """Whether ``remote`` is of another connection of the client than the one that is up here.

        One of the same session only looks for another way: browsers keep their keys when ICE
        restarts, and would not shake hands anew.
        """
        is_other = bool(self._remote_ufrag) and remote.ufrag != self._remote_ufrag
        return is_other and not (self.is_up and _identity(remote) == self._remote_identity)

    def follow_restart(self, remote: Description) -> None:
        """Take part in a restart of ICE, if that is what ``remote`` is (RFC 8445 section 9).

        Media go the old way until they come the new one. `is_replaced_by` must be false.
        """
        if self._remote_ufrag and remote.ufrag != self._remote_ufrag:
            self._remote_ufrag = remote.ufrag
            self._port.rename(self, new_credentials())

    def set_remote(self, remote: Description) -> None:
        """Take the client's certificate; repeated descriptions must be of the same session.

        Raises:
            InvalidMessage: the client restarts ICE where only the server may: a restart that
                `follow_restart` has followed is none.
        """
        if self._remote_ufrag and remote.ufrag != self._remote_ufrag:
            raise InvalidMessage("ICE cannot restart on this connection; make a new one.")
        if not self._remote_ufrag:
            self._remote_ufrag = remote.ufrag
            self.described_at = time.monotonic()
            self._remote_identity = _identity(remote)
            self._fingerprints = [Fingerprint(*pair) for pair in remote.fingerprints]
            self._is_remote_known.set()

    def on_checked(self, address: Address, now: float, *, is_nominated: bool) -> None:
        """See :class:`~proconf_tui.engine.udp.Endpoint`."""
        self.heard_at = now
        before = self._addresses.chosen
        dropped = self._addresses.add(address, is_nominated=is_nominated, now=now)
        if dropped is not None:
            self._port.release(self, dropped)
        chosen = self._addresses.chosen
        if chosen is not None and chosen != before:
            self._send_to(chosen)
        if self._handshake is None:
            self._handshake = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        # STUN and ClientHello may overtake the answer on the websocket: they wait for it.
        await self._is_remote_known.wait()
        self._srtp = await self._dtls.handshake(self._fingerprints)
        if self._srtp is None:
            _log.info("a DTLS handshake failed")
            return
        self.outlet.open(self._srtp)
        self.was_up = True
        self.heard_at = self._addresses.media_at = time.monotonic()
        self._media.on_up()

    def _on_dtls_closed(self) -> None:
        self.is_gone = True
        if self._srtp is not None:
            self._close_media()
            self._media.on_down()

    def _close_media(self) -> None:
        self._srtp = None
        self.outlet.close()

    def on_dtls(self, datagram: bytes) -> None:
        """See :class:`~proconf_tui.engine.udp.Endpoint`."""
        self._dtls.receive(datagram)

    def on_srtp(self, length: int, now: float) -> None:
        """See :class:`~proconf_tui.engine.udp.Endpoint`."""
        if self._srtp is not None:
            self.packets_in += 1
            self.bytes_in += length
            self._media.on_rtp(length, now)

    def decrypt_rtp(self, length: int, now: float) -> int:
        """Decrypt the inbound packet in place; return its new length, -1 for a forged one."""
        if self._srtp is None:
            return -1
        plain = self._srtp.unprotect_rtp(self._port.inbound, length)
        if plain >= 0:
            self._on_proof(now)
        return plain

    def _on_proof(self, now: float) -> None:
        """Take note that what has just come is the client's: nobody else has the keys."""
        source, addresses = self._port.source, self._addresses
        if source != addresses.chosen:
            addresses.move(source)
            self._send_to(source)
        self.heard_at = addresses.media_at = now

    def _send_to(self, address: Address) -> None:
        self.outlet.aim(self._port.socket_to(address), address)
        self._media.on_moved()

    def on_srtcp(self, length: int, now: float) -> None:
        """See :class:`~proconf_tui.engine.udp.Endpoint`."""
        inbound = self._port.inbound
        if self._srtp is None or length < MIN_RTCP_LENGTH:
            return
        (ssrc,) = struct.unpack_from("!I", inbound.data, 4)
        senders = self._rtcp_senders
        # libsrtp keeps a context for every SSRC it ever decrypted: that must have a bound.
        if ssrc not in senders and len(senders) >= MAX_RTCP_SENDERS:
            return
        self.packets_in += 1
        self.bytes_in += length
        plain = self._srtp.unprotect_rtcp(inbound, length)
        if plain >= 0:
            senders.add(ssrc)
            self._on_proof(now)
            if self._feedback.take(length, now):
                self._media.on_rtcp(bytes(inbound.view[:plain]), now)

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send a compound RTCP packet; never raises."""
        self.outlet.send_rtcp(packet)

    async def aclose(self) -> None:
        """Say goodbye to the client and give everything back; idempotent."""
        self._close_media()
        self._port.forget(self, self._addresses.all())
        self._dtls.hang_up()
        if self._handshake is not None:
            self._handshake.cancel()
            await asyncio.gather(self._handshake, return_exceptions=True)
        await self._dtls.aclose()


def _identity(remote: Description) -> _Identity:
    return _Identity(remote.session_id, remote.fingerprints)
