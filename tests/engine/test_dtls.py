"""The private names of aiortc and pylibsrtp that the engine stands on, and SRTP in place."""

from __future__ import annotations

import inspect
from unittest import mock

import pylibsrtp
import pytest
from aiortc import RTCCertificate, RTCDtlsTransport
from aiortc.rtcdtlstransport import SRTP_PROFILES
from pylibsrtp import Policy, Session, _binding

from proconf_tui.engine.dtls import MAX_DATAGRAM, PacketBuffer, Srtp
from proconf_tui.engine.rtp import HEADER


@pytest.mark.parametrize(
    "name",
    ["srtp_protect", "srtp_protect_rtcp", "srtp_unprotect", "srtp_unprotect_rtcp"],
)
def test_the_binding_has_what_works_in_place(name: str) -> None:
    assert callable(getattr(_binding.lib, name))
    assert callable(_binding.ffi.from_buffer)
    assert callable(_binding.ffi.new)


async def test_the_transport_has_what_is_set_and_read() -> None:
    transport = RTCDtlsTransport(mock.Mock(), [RTCCertificate.generateCertificate()])
    for name in ("_role", "_srtp_profiles", "_rx_srtp", "_tx_srtp", "_task"):
        assert hasattr(transport, name)
    assert list(inspect.signature(transport._set_role).parameters) == ["role"]
    assert transport._srtp_profiles is SRTP_PROFILES
    source = inspect.getsource(RTCDtlsTransport)
    assert "self.transport._recv()" in source
    assert "self.transport._send(data)" in source


def _pair() -> tuple[Srtp, Srtp]:
    def session(direction: int) -> Session:
        profile = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
        return Session(Policy(key=bytes(28), ssrc_type=direction, srtp_profile=profile))

    inward, outward = Policy.SSRC_ANY_INBOUND, Policy.SSRC_ANY_OUTBOUND
    return Srtp(session(inward), session(outward)), Srtp(session(inward), session(outward))


def test_packets_are_encrypted_and_decrypted_in_place() -> None:
    ann, bob = _pair()
    buffer = PacketBuffer()
    plain = HEADER.pack(0x80, 111, 1, 2, 3) + b"hello"
    buffer.data[: len(plain)] = plain
    length = ann.protect_rtp(buffer, len(plain))
    assert length == len(plain) + 16
    assert b"hello" not in buffer.data[:length]
    assert bob.unprotect_rtp(buffer, length) == len(plain)
    assert buffer.data[: len(plain)] == plain


def test_control_packets_likewise() -> None:
    ann, bob = _pair()
    buffer = PacketBuffer()
    plain = b"\x80\xc9\0\1\0\0\0\7"
    buffer.data[: len(plain)] = plain
    length = ann.protect_rtcp(buffer, len(plain))
    assert length > len(plain)
    assert bob.unprotect_rtcp(buffer, length) == len(plain)
    assert buffer.data[: len(plain)] == plain


def test_forged_packets_are_refused() -> None:
    ann, bob = _pair()
    buffer = PacketBuffer()
    plain = HEADER.pack(0x80, 111, 1, 2, 3) + b"hello"
    buffer.data[: len(plain)] = plain
    length = ann.protect_rtp(buffer, len(plain))
    buffer.data[14] ^= 1
    assert bob.unprotect_rtp(buffer, length) == -1
    assert bob.unprotect_rtp(buffer, 3) == -1
    assert bob.unprotect_rtcp(buffer, 9) == -1


def test_the_longest_datagram_fits_with_its_trailer() -> None:
    ann, _ = _pair()
    buffer = PacketBuffer()
    buffer.data[:12] = HEADER.pack(0x80, 111, 1, 2, 3)
    assert MAX_DATAGRAM < ann.protect_rtp(buffer, MAX_DATAGRAM) <= len(buffer.data)


def test_the_library_is_the_one_that_was_measured() -> None:
    assert pylibsrtp.__version__.startswith("1.")
