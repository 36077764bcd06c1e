"""The client's end of DTLS-SRTP for load clients, on aiortc's private parts.

The only file of the benches that touches private names: ``_srtp_profiles`` so that every server
under measurement does the same cipher's work, ``_rx_srtp`` and ``_tx_srtp`` for the keys, ``_task``
so that the reader ends with the client. Sources: RFC 5763 and 5764 (DTLS-SRTP), RFC 7714 (AES-GCM).
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Final, cast

from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcdtlstransport import SRTP_PROFILES
from aiortc.rtcicetransport import RTCIceTransport
from pylibsrtp import Session

_QUEUE_LIMIT: Final = 64
_CIPHER: Final = b"SRTP_AEAD_AES_128_GCM"
_PROFILES: Final = [profile for profile in SRTP_PROFILES if profile.openssl_profile == _CIPHER]


@functools.cache
def _certificate() -> RTCCertificate:
    return RTCCertificate.generateCertificate()  # type: ignore[no-any-return,unused-ignore]


def own_fingerprint() -> str:
    """Return the SHA-256 digest of the certificate that all load clients share."""
    digests = _certificate().getFingerprints()
    return next(digest.value for digest in digests if digest.algorithm == "sha-256")


class DtlsClient:
    """The active end of one association over datagrams that somebody else carries."""

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._link = _Link(send)
        # The role is "auto": aiortc then makes the controlled end of ICE the active one.
        self._transport = RTCDtlsTransport(cast(RTCIceTransport, self._link), [_certificate()])
        self._transport._srtp_profiles = _PROFILES

    def receive(self, datagram: bytes) -> None:
        """Take a datagram of the DTLS range; one too many is dropped, since DTLS repeats them."""
        if not self._link.queue.full():
            self._link.queue.put_nowait(datagram)

    async def handshake(self, digest: str) -> tuple[Session, Session]:
        """Return the keys to receive and to send with.

        Raises:
            ConnectionError: the handshake failed, or the certificate is not that of ``digest``.
        """
        known = [RTCDtlsFingerprint("sha-256", digest)]
        await self._transport.start(RTCDtlsParameters(fingerprints=known))
        if self._transport.state != "connected":
            raise ConnectionError("a DTLS handshake failed")
        return self._transport._rx_srtp, self._transport._tx_srtp

    async def aclose(self) -> None:
        """Say goodbye and end the reader."""
        reader = self._transport._task
        await self._transport.stop()
        if reader is not None:
            await asyncio.gather(reader, return_exceptions=True)


class _Link:
    """What aiortc believes to be an ICE transport."""

    role = "controlled"
    state = "completed"

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE_LIMIT)
        self._carry = send

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, datagram: bytes) -> None:
        self._carry(datagram)
