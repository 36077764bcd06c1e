"""One transport of a load client: a raw UDP socket, ICE, DTLS and SRTP, as cheap as can be.

Towards an ICE-lite server it checks and nominates the one pair there is; as the lite end itself
(``is_lite``) it only answers checks. What arrives is counted; it is decrypted only if somebody
listens. Sources: RFC 8445 (ICE), RFC 8489 (STUN), RFC 5761 and 7983 (telling protocols apart).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pylibsrtp
from aioice import stun

from bench.lib.load_dtls import DtlsClient, own_fingerprint
from bench.lib.load_sdp import LocalEnd, RemoteEnd

_BUFFER_BYTES: Final = 1 << 21
_MAX_DATAGRAM: Final = 2048
_PRIORITY: Final = (110 << 24) + (65535 << 8) + 255  # peer-reflexive, RFC 8445 section 5.1.2.1
_CHECK_AGAIN_S: Final = 0.1
_GIVE_UP_S: Final = 10.0


@dataclass(slots=True)
class Counter:
    """What one client sent and got; ``sent`` and ``received`` are SRTP packets of media.

    ``unsent`` are those the own socket did not take; ``late_s`` how long stamped packets took.
    """

    sent: int = 0
    unsent: int = 0
    received: int = 0
    received_bytes: int = 0
    received_rtcp: int = 0
    keyframes_asked: int = 0
    nacks: int = 0
    late_s: list[float] = field(default_factory=list)


class LoadTransport:
    """The client's end of one peer connection; made inside a running loop.

    While it connects, the event loop reads its socket; afterwards only ``poll`` does, unless
    ``is_prompt`` was set before. ``on_rtcp`` and ``on_rtp`` get decrypted packets.
    """

    def __init__(self, host: str, counter: Counter, *, is_lite: bool = False) -> None:
        self.is_prompt = False
        self.on_rtcp: Callable[[bytes], None] | None = None
        self.on_rtp: Callable[[bytes], None] | None = None
        self.remote: RemoteEnd | None = None
        self._counter = counter
        self._socket = _bound_socket(host)
        self._buffer = bytearray(_MAX_DATAGRAM)
        self._dtls = DtlsClient(self._send)
        self._has_path = asyncio.Event()
        self._receiving: pylibsrtp.Session | None = None
        self._sending: pylibsrtp.Session | None = None
        self.local: Final = LocalEnd(
            ufrag=secrets.token_hex(4),
            password=secrets.token_hex(16),
            fingerprint=own_fingerprint(),
            host=host,
            port=self._socket.getsockname()[1],
            is_lite=is_lite,
        )

    async def connect(self, remote: RemoteEnd) -> None:
        """Find the way to the other end and agree on keys.

        Raises:
            ConnectionError: no answer from there, or another certificate than promised.
        """
        self.remote = remote
        self._socket.connect(remote.addresses[0])
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket, self.poll)
        try:
            async with asyncio.timeout(_GIVE_UP_S):
                await self._find_path()
                keys = await self._dtls.handshake(remote.fingerprint)
        except TimeoutError as error:
            raise ConnectionError(f"no answer from {remote.addresses[0]}") from error
        self._receiving, self._sending = keys
        if not self.is_prompt:
            loop.remove_reader(self._socket)

    async def _find_path(self) -> None:
        while not self._has_path.is_set():
            self.check()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_path.wait(), _CHECK_AGAIN_S)

    def check(self) -> None:
        """Send a connectivity check; each 5 s this is what keeps consent (RFC 7675)."""
        if self.remote is None or self.local.is_lite:
            return
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self.remote.ufrag}:{self.local.ufrag}"
        request.attributes["PRIORITY"] = _PRIORITY
        request.attributes["ICE-CONTROLLING"] = secrets.randbits(64)
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self.remote.password.encode())
        self._send(bytes(request))

    def poll(self) -> None:
        """Read everything that has arrived, once it is known where from: who asks asks again."""
        if self.remote is None:
            return
        buffer, counter = self._buffer, self._counter
        receive = self._socket.recv_into
        try:
            while True:
                length = receive(buffer)
                if buffer[0] < 128:
                    self._on_other(bytes(buffer[:length]))
                elif 192 <= buffer[1] <= 223:
                    self._on_srtcp(bytes(buffer[:length]))
                else:
                    counter.received += 1
                    counter.received_bytes += length
                    if self.on_rtp is not None:
                        self._on_srtp(bytes(buffer[:length]))
        except BlockingIOError:
            return
        except ConnectionRefusedError:  # the server has gone: what is missing is counted
            return

    def _on_other(self, datagram: bytes) -> None:
        if 20 <= datagram[0] < 64:
            self._dtls.receive(datagram)
        elif datagram[0] < 4:
            self._on_stun(stun.parse_message(datagram))

    def _on_stun(self, message: stun.Message) -> None:
        if message.message_class is stun.Class.REQUEST:
            response = stun.Message(
                message_method=stun.Method.BINDING,
                message_class=stun.Class.RESPONSE,
                transaction_id=message.transaction_id,
            )
            response.attributes["XOR-MAPPED-ADDRESS"] = self._socket.getpeername()
            response.add_message_integrity(self.local.password.encode())
            self._send(bytes(response))
        has_path = message.message_class is not stun.Class.ERROR
        if has_path and (not self.local.is_lite or "USE-CANDIDATE" in message.attributes):
            self._has_path.set()

    def _on_srtcp(self, packet: bytes) -> None:
        self._counter.received_rtcp += 1
        if self.on_rtcp is not None and self._receiving is not None:
            self.on_rtcp(self._receiving.unprotect_rtcp(packet))

    def _on_srtp(self, packet: bytes) -> None:
        if self.on_rtp is not None and self._receiving is not None:
            self.on_rtp(self._receiving.unprotect(packet))

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send a packet of media, which counts."""
        if self._sending is not None:
            is_sent = self._send(self._sending.protect(packet))
            self._counter.sent += is_sent
            self._counter.unsent += not is_sent

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send a compound RTCP packet."""
        if self._sending is not None:
            self._send(self._sending.protect_rtcp(packet))

    def _send(self, datagram: bytes) -> bool:
        try:
            self._socket.send(datagram)
        except (BlockingIOError, ConnectionRefusedError):
            return False
        return True

    async def aclose(self) -> None:
        """Say goodbye and give the socket back."""
        asyncio.get_running_loop().remove_reader(self._socket)
        await self._dtls.aclose()
        self._socket.close()


def _bound_socket(host: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.setblocking(False)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    bound.bind((host, 0))
    return bound
