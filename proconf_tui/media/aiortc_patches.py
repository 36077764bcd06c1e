"""Every touch of the private parts of aioice and of aiortc but its receiver, and the one way to a
peer connection.

Each patch stands with its reason; tests/media/test_aiortc_patches.py shows that the names still
exist and that each patch does what it says. It knows no rooms and no signalling.
Sources: RFC 6464 (audio levels), RFC 7983 (telling datagrams apart by their first byte),
RFC 8445 (connectivity checks).
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias, cast

import av
from aioice import ice, stun
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    codecs,
    rtp,
)
from aiortc.codecs import vpx
from aiortc.codecs.base import Encoder
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpsender import RTCEncodedFrame
from av.frame import Frame
from av.packet import Packet

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.pcm import FloatSamples, Int16Samples
from proconf_tui.media.voice_encoder import VoiceEncoder

LOOPBACK = "127.0.0.1"
LOOPBACK_IPV6 = "::1"
MIN_VIDEO_BPS = 30_000
MAX_VIDEO_BPS = 1_500_000

# What aioice raises on bytes that only look like STUN, or on a check without PRIORITY.
_BAD_STUN = (struct.error, LookupError, ValueError, TypeError, AttributeError, AssertionError)
# RFC 7983 section 7: a first byte of 0 to 3 is STUN.
_LAST_STUN_BYTE = 3
# Where a sender keeps its encoder, from its first frame until its end.
_ENCODER: Final = "_RTCRtpSender__encoder"

_NextFrame: TypeAlias = Callable[
    [RTCRtpSender, RTCRtpCodecParameters], Awaitable[RTCEncodedFrame | None]
]
_HandleRtcp: TypeAlias = Callable[[RTCRtpSender, rtp.AnyRtcpPacket], Awaitable[None]]


def peer_connection(ice_servers: Sequence[RTCIceServer] | None = None) -> RTCPeerConnection:
    """Return a peer connection with every patch installed.

    No STUN server unless given (aiortc's own default costs 5 s when offline), and one bundle
    (its default policy can put one person's video into another's m-line).
    """
    install()
    return RTCPeerConnection(
        RTCConfiguration(
            iceServers=list(ice_servers or ()), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE
        )
    )


@functools.cache
def install() -> None:
    """Patch aiortc and aioice in this process; once is enough, again does nothing.

    Raises AttributeError when a patched name is gone from the library.
    """
    # aioice leaves 127.0.0.1 and ::1 out, so a host with nothing else would gather nothing.
    _replace(ice, "get_host_addresses", _with_loopback)
    # One empty datagram, or a forged ClientHello before the handshake, ends a plain session.
    _replace(ice.StunProtocol, "datagram_received", _guarded)
    # aiortc sends 500 kbit/s whatever the frame size, and never less than 250.
    _replace(vpx, "MIN_BITRATE", lambda _: MIN_VIDEO_BPS)
    _replace(codecs, "Vp8Encoder", lambda _: SizedVp8Encoder)
    # aiortc sends 96 kbit/s of stereo, and its way from mono to there takes 3 dB away.
    _replace(codecs, "OpusEncoder", lambda _: VoiceEncoder)
    # An executor's thread costs a voice twice what encoding does, and far more on a busy machine.
    _replace(RTCRtpSender, "_next_encoded_frame", _with_voice_in_the_loop)
    # Nothing else tells an encoder what its receiver reports, as it comes.
    _replace(RTCRtpSender, "_handle_rtcp_packet", _with_reports_to_the_encoder)
    # aiortc's loop over single samples takes ten times as long.
    _replace(rtp, "compute_audio_level_dbov", lambda _: audio_level_dbov)


def _replace(owner: object, name: str, make: Callable[[Any], object]) -> None:
    setattr(owner, name, make(getattr(owner, name)))


def _with_loopback(
    original: Callable[[bool, bool], list[str]],
) -> Callable[[bool, bool], list[str]]:
    def get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        addresses = original(use_ipv4, use_ipv6)
        loopback = [LOOPBACK] * use_ipv4 + [LOOPBACK_IPV6] * use_ipv6
        return [one for one in loopback if one not in addresses] + addresses

    return get_host_addresses


def _guarded(original: Callable[..., None]) -> Callable[..., None]:
    def datagram_received(protocol: ice.StunProtocol, data: bytes, addr: tuple[Any, ...]) -> None:
        if not data:
            return
        if data[0] <= _LAST_STUN_BYTE:
            try:
                stun.parse_message(data)
                original(protocol, data, addr)
            except _BAD_STUN:
                return
        elif _is_validated(protocol, (addr[0], addr[1])):
            protocol.receiver.data_received(data, protocol.local_candidate.component)

    return datagram_received


def _is_validated(protocol: ice.StunProtocol, address: tuple[str, int]) -> bool:
    """Tell whether a connectivity check with ``address`` has succeeded (RFC 8445 section 7.2.5)."""
    connection = protocol.receiver
    if any(pair.remote_addr == address for pair in connection._nominated.values()):
        return True
    return any(
        pair.protocol is protocol
        and pair.remote_addr == address
        and pair.state == ice.CandidatePair.State.SUCCEEDED
        for pair in connection._check_list
    )


def audio_level_dbov(frame: av.AudioFrame) -> int:
    """Return the level of a s16 or float frame, -127 to 0, as RFC 6464 sends it (negated)."""
    return round(rms_dbfs(cast("Int16Samples | FloatSamples", frame.to_ndarray())))


def voice_encoder(sender: RTCRtpSender) -> VoiceEncoder | None:
    """Return what encodes a voice for ``sender``; None before its first frame, or for pictures."""
    encoder = getattr(sender, _ENCODER)
    return encoder if isinstance(encoder, VoiceEncoder) else None


def _with_voice_in_the_loop(original: _NextFrame) -> _NextFrame:
    async def _next_encoded_frame(
        sender: RTCRtpSender, codec: RTCRtpCodecParameters
    ) -> RTCEncodedFrame | None:
        if sender.kind != "audio":
            return await original(sender, codec)
        media = await sender.track.recv()
        if not sender._enabled:
            return None
        if getattr(sender, _ENCODER) is None:
            setattr(sender, _ENCODER, codecs.get_encoder(codec))
        return _encoded(getattr(sender, _ENCODER), media)

    return _next_encoded_frame


def _encoded(encoder: Encoder, media: Frame | Packet[Any]) -> RTCEncodedFrame | None:
    level_dbov = None
    if isinstance(media, Packet):
        payloads, timestamp = encoder.pack(media)
    else:
        assert isinstance(media, av.AudioFrame)
        level_dbov = rtp.compute_audio_level_dbov(media)
        payloads, timestamp = encoder.encode(media)
    if not payloads:
        return None
    # No level is None in aiortc too, whatever its annotation says.
    return RTCEncodedFrame(payloads, timestamp, level_dbov)  # type: ignore[arg-type]


def _with_reports_to_the_encoder(original: _HandleRtcp) -> _HandleRtcp:
    async def _handle_rtcp_packet(sender: RTCRtpSender, packet: rtp.AnyRtcpPacket) -> None:
        await original(sender, packet)
        encoder = voice_encoder(sender)
        if encoder is not None:
            _tell(encoder, packet, sender._ssrc)

    return _handle_rtcp_packet


def _tell(encoder: VoiceEncoder, packet: rtp.AnyRtcpPacket, ssrc: int) -> None:
    if isinstance(packet, rtp.RtcpRrPacket | rtp.RtcpSrPacket):
        for report in packet.reports:
            if report.ssrc == ssrc:
                encoder.take_report(report.fraction_lost, report.highest_sequence)
    elif isinstance(packet, rtp.RtcpRtpfbPacket) and packet.fmt == rtp.RTCP_RTPFB_NACK:
        encoder.take_request(packet.lost)


def video_limit_bps(pixels: int) -> int:
    """Return the bitrate beyond which more bits do not show in a frame of ``pixels``.

    A power law through the measured 65 kbit/s at 160x120, 150 at 320x180 and 400 at 640x360.
    """
    return min(MAX_VIDEO_BPS, max(MIN_VIDEO_BPS, int(400_000 * (pixels / (640 * 360)) ** 0.73)))


class SizedVp8Encoder(Encoder):
    """aiortc's VP8 encoder, held to what its frame size can use and to the receiver's estimate."""

    def __init__(self) -> None:
        self._inner = vpx.Vp8Encoder()
        self._estimate_bps = MAX_VIDEO_BPS
        self._limit_bps = MAX_VIDEO_BPS

    @property
    def target_bitrate(self) -> int:
        """Bits per second; set by aiortc from the receiver's REMB."""
        return self._inner.target_bitrate

    @target_bitrate.setter
    def target_bitrate(self, estimate_bps: int) -> None:
        self._estimate_bps = estimate_bps
        self._inner.target_bitrate = min(self._estimate_bps, self._limit_bps)

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Encode one frame; called in an executor's thread."""
        if isinstance(frame, av.VideoFrame):
            self._limit_bps = video_limit_bps(frame.width * frame.height)
            self.target_bitrate = self._estimate_bps
        return self._inner.encode(frame, force_keyframe)

    def pack(self, packet: Packet[Any]) -> tuple[list[bytes], int]:
        """Packetise what is encoded already."""
        return self._inner.pack(packet)
