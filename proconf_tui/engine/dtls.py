"""DTLS and SRTP for the server's end of a connection, on aiortc's and pylibsrtp's private parts.

The only file of the engine that touches private names, and why:

* ``RTCDtlsTransport`` wants an ICE transport and takes anything with ``role``, ``_recv`` and
  ``_send``; ours is a bounded queue, since one UDP socket serves everybody. Its ``_set_role``
  and ``_srtp_profiles`` are how aiortc itself sets the passive role and the preference;
  ``_rx_srtp`` and ``_tx_srtp`` hold the keys after the handshake, ``_task`` its reader.
* ``pylibsrtp.Session`` copies each packet twice; calling ``_binding.lib`` on its ``_srtp``
  handle works in place, which is half of the forwarder's speed.

Sources: RFC 5763 and 5764 (DTLS-SRTP), RFC 7714 (AES-GCM).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcdtlstransport import SRTP_PROFILES
from aiortc.rtcicetransport import RTCIceTransport
from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]  # compiled, untyped

MAX_DATAGRAM: Final = 2048
TRAILER: Final = 256
"""Room after the longest packet for what SRTP appends and for a header made longer."""

_QUEUE_LIMIT: Final = 64

# AES-128-GCM is the cheapest on any processor with AES instructions.
_PROFILES: Final = sorted(
    SRTP_PROFILES, key=lambda profile: b"AEAD_AES_128_GCM" not in profile.openssl_profile
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The digest of a certificate as SDP carries it (RFC 8122)."""

    algorithm: str
    value: str


class PacketBuffer:
    """One reusable buffer that libsrtp encrypts and decrypts in place.

    ``pointer`` and ``length`` are its view and the in-out length for C; ``data`` must never
    be resized, which Python refuses while they live.
    """

    __slots__ = ("data", "length", "pointer", "view")

    def __init__(self) -> None:
        self.data = bytearray(MAX_DATAGRAM + TRAILER)
        self.view = memoryview(self.data)
        self.pointer: Any = ffi.from_buffer(self.data)
        self.length: Any = ffi.new("int *")


class Srtp:
    """The keys of one connection; every method works in place and returns -1 on refusal.

    Otherwise it returns the packet's new length.
    """

    __slots__ = ("_receiving", "_sending", "_sessions")

    def __init__(self, receiving: Session, sending: Session) -> None:
        self._sessions = (receiving, sending)  # the handles live as long as these do
        self._receiving: Any = receiving._srtp[0]
        self._sending: Any = sending._srtp[0]

    def protect_rtp(self, buffer: PacketBuffer, length: int) -> int:
        """Encrypt the RTP packet in the first ``length`` bytes."""
        buffer.length[0] = length
        if lib.srtp_protect(self._sending, buffer.pointer, buffer.length):
            return -1
        return cast(int, buffer.length[0])

    def protect_rtcp(self, buffer: PacketBuffer, length: int) -> int:
        """Encrypt the RTCP packet in the first ``length`` bytes."""
        buffer.length[0] = length
        if lib.srtp_protect_rtcp(self._sending, buffer.pointer, buffer.length):
            return -1
        return cast(int, buffer.length[0])

    def unprotect_rtp(self, buffer: PacketBuffer, length: int) -> int:
        """Check and decrypt the SRTP packet in the first ``length`` bytes."""
        buffer.length[0] = length
        if lib.srtp_unprotect(self._receiving, buffer.pointer, buffer.length):
            return -1
        return cast(int, buffer.length[0])

    def unprotect_rtcp(self, buffer: PacketBuffer, length: int) -> int:
        """Check and decrypt the SRTCP packet in the first ``length`` bytes."""
        buffer.length[0] = length
        if lib.srtp_unprotect_rtcp(self._receiving, buffer.pointer, buffer.length):
            return -1
        return cast(int, buffer.length[0])


class Certificate:
    """The engine's self-signed certificate, made anew at each start."""

    def __init__(self) -> None:
        self.rtc: RTCCertificate = RTCCertificate.generateCertificate()

    @property
    def fingerprint(self) -> Fingerprint:
        """Its SHA-256 digest."""
        value = next(f.value for f in self.rtc.getFingerprints() if f.algorithm == "sha-256")
        return Fingerprint("sha-256", value)


class DtlsServer:
    """The passive end of one DTLS association over datagrams that somebody else carries.

    Datagrams that arrive faster than they are read are dropped, newest first; DTLS repeats
    them.
    """

    def __init__(
        self,
        certificate: Certificate,
        send: Callable[[bytes], None],
        on_closed: Callable[[], None],
    ) -> None:
        self._link = _Link(send)
        self._transport = RTCDtlsTransport(
            cast(RTCIceTransport, self._link),  # duck typed, see the module's docstring
            [certificate.rtc],
        )
        self._transport._set_role("server")
        self._transport._srtp_profiles = _PROFILES
        self._on_closed = on_closed
        self._transport.add_listener("statechange", self._on_state)

    def receive(self, datagram: bytes) -> None:
        """Take a datagram of the DTLS range."""
        self._link.put(datagram)

    def hang_up(self) -> None:
        """Take no more datagrams: a handshake that goes on fails, and a reader ends."""
        self._link.close()

    async def handshake(self, fingerprints: Sequence[Fingerprint]) -> Srtp | None:
        """Wait for the client's handshake; None when it fails or its certificate is another."""
        known = [RTCDtlsFingerprint(f.algorithm, f.value) for f in fingerprints]
        await self._transport.start(RTCDtlsParameters(fingerprints=known))
        if self._transport.state != "connected":
            return None
        return Srtp(self._transport._rx_srtp, self._transport._tx_srtp)

    async def aclose(self) -> None:
        """Say goodbye and end the reader; the keys handed out stay valid."""
        self.hang_up()
        self._transport.remove_all_listeners()
        reader = self._transport._task
        await self._transport.stop()
        if reader is not None:
            await asyncio.gather(reader, return_exceptions=True)

    def _on_state(self) -> None:
        if self._transport.state == "closed":
            self._on_closed()


class _Link:
    """What aiortc believes to be an ICE transport."""

    role = "controlled"
    state = "completed"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE_LIMIT)
        self._is_closed = False
        self._carry = send

    def put(self, datagram: bytes) -> None:
        if not self._queue.full():
            self._queue.put_nowait(datagram)

    def close(self) -> None:
        self._is_closed = True

    async def _recv(self) -> bytes:
        # asyncio.wait_for may lose a cancellation while datagrams come in.
        if self._is_closed:
            raise ConnectionError
        return await self._queue.get()

    async def _send(self, datagram: bytes) -> None:
        self._carry(datagram)
