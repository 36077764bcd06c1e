from __future__ import annotations

import socket
import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest
from aioice import Candidate, ice
from aiortc import RTCBundlePolicy, RTCIceServer, RTCPeerConnection, codecs, rtp
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE
from OpenSSL import SSL

from proconf_tui.media import aiortc_patches
from proconf_tui.media.aiortc_patches import (
    SizedVp8Encoder,
    audio_level_dbov,
    install,
    peer_connection,
    video_limit_bps,
)
from proconf_tui.media.camera import open_camera
from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.opus import VOICE_BPS
from proconf_tui.media.pcm import to_int16
from tests.media.conftest import ROOT
from tests.media.loopback import Pair, connected_pair
from tests.support.signals import sine

_VIDEO = codecs.CODECS["video"][0]


def test_every_private_name_still_exists() -> None:
    # A fresh process: in this one the names may be ours already.
    check = """
import inspect
from aioice import ice, stun
from aiortc import codecs, rtp, rtcrtpsender
from aiortc.codecs import opus, vpx
assert list(inspect.signature(ice.get_host_addresses).parameters) == ["use_ipv4", "use_ipv6"]
assert list(inspect.signature(ice.StunProtocol.datagram_received).parameters) == [
    "self", "data", "addr"]
assert "get_host_addresses(" in inspect.getsource(ice.Connection.gather_candidates)
assert "self._nominated" in inspect.getsource(ice.Connection.__init__)
assert "self._check_list" in inspect.getsource(ice.Connection.__init__)
assert ice.CandidatePair.State.SUCCEEDED and stun.parse_message
assert "MIN_BITRATE" in inspect.getsource(vpx.Vp8Encoder.target_bitrate.fset)
assert "return Vp8Encoder()" in inspect.getsource(codecs.get_encoder)
assert "return OpusEncoder()" in inspect.getsource(codecs.get_encoder)
sender = rtcrtpsender.RTCRtpSender
assert list(inspect.signature(sender._next_encoded_frame).parameters) == ["self", "codec"]
assert list(inspect.signature(sender._handle_rtcp_packet).parameters) == ["self", "packet"]
assert "self._next_encoded_frame(codec)" in inspect.getsource(sender._run_rtp)
assert "self.__encoder: " in inspect.getsource(sender.__init__)
assert "self._enabled = " in inspect.getsource(sender.__init__)
assert "self._ssrc = " in inspect.getsource(sender.__init__)
assert list(inspect.signature(rtcrtpsender.RTCEncodedFrame).parameters) == [
    "payloads", "timestamp", "audio_level"]
encode = inspect.getsource(opus.OpusEncoder.encode)
assert "self.codec.encode(" in encode and "self.resampler.resample(" in encode
assert "rtp.compute_audio_level_dbov(" in inspect.getsource(
    rtcrtpsender.RTCRtpSender._next_encoded_frame)
assert vpx.MIN_BITRATE == 250000
"""
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True, timeout=50)


def test_installing_twice_patches_once() -> None:
    install()
    patched = ice.StunProtocol.datagram_received
    install()
    assert ice.StunProtocol.datagram_received is patched


async def test_connections_bundle_and_ask_no_server_unless_told() -> None:
    plain = peer_connection()
    told = peer_connection([RTCIceServer("stun:192.0.2.1")])
    for connection, servers in ((plain, 0), (told, 1)):
        configuration = connection._RTCPeerConnection__configuration  # type: ignore[attr-defined]
        assert len(configuration.iceServers) == servers
        assert configuration.bundlePolicy == RTCBundlePolicy.MAX_BUNDLE
        await connection.close()


def test_loopback_is_gathered_beside_the_real_addresses() -> None:
    install()
    addresses = ice.get_host_addresses(use_ipv4=True, use_ipv6=True)
    assert (addresses.count("127.0.0.1"), addresses.count("::1")) == (1, 1)
    assert "127.0.0.1" not in ice.get_host_addresses(use_ipv4=False, use_ipv6=True)
    assert "::1" not in ice.get_host_addresses(use_ipv4=True, use_ipv6=False)


async def test_a_host_with_only_loopback_has_a_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    install()
    monkeypatch.setattr("ifaddr.get_adapters", list)
    connection = peer_connection()
    connection.addTransceiver("audio")
    await connection.setLocalDescription(await connection.createOffer())
    assert " 127.0.0.1 " in connection.localDescription.sdp
    await connection.close()


# --- The datagram guard ---


def _client_hello() -> bytes:
    connection = SSL.Connection(SSL.Context(SSL.DTLS_METHOD), None)
    connection.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(1500)


def _bad_stun() -> list[bytes]:
    """Bytes that pass for STUN at first sight: cut short, wrong lengths, odd attributes."""
    cookie = b"\x21\x12\xa4\x42" + bytes(12)
    return [
        b"\x00",
        b"\x00\x01\x00\x00" + cookie,
        b"\x00\x01\x00\x04" + cookie + b"\x00\x20\x00\x00",
        b"\x00\x01\x00\x08" + cookie + b"\x00\x24\x00\x01\x00\x00\x00\x00",
        b"\x01\x01\x00\x06" + cookie + b"\x00\x06\x00\x02\xff\xfe",
        b"\x03\xff\x00\x00" + cookie,
    ]


def _attack(connection: RTCPeerConnection, datagrams: list[bytes]) -> int:
    """Send ``datagrams`` from a stranger's socket to every port of ``connection``."""
    transport = connection.getTransceivers()[0].receiver.transport
    ice_connection = transport.transport.iceGatherer._connection
    sent = 0
    for protocol in ice_connection._protocols:
        address = protocol.transport.get_extra_info("sockname")[:2]
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as stranger:
            for datagram in datagrams:
                stranger.sendto(datagram, address)
                sent += 1
    return sent


async def test_strangers_neither_stop_a_connection_nor_end_it() -> None:
    microphone = open_microphone("tone")
    assert microphone is not None
    datagrams = [b"", *_bad_stun(), *[_client_hello()] * 3, b"\x80" + bytes(40), b"\xff"]

    def attack_both(pair: Pair) -> None:
        for connection in pair.connections():
            assert _attack(connection, datagrams) >= len(datagrams)

    async with connected_pair(microphone, before_answer=attack_both) as pair:
        await pair.tracks["audio"].recv()
        attack_both(pair)
        for _ in range(25):
            await pair.tracks["audio"].recv()
        for connection in pair.connections():
            assert connection.connectionState == "connected"
    await microphone.aclose()


def test_without_the_guard_one_empty_datagram_ends_a_connection() -> None:
    """If this fails, aioice has learnt to defend itself and the guard may go."""
    program = """
import asyncio, socket
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import AudioStreamTrack
from aioice import Candidate, ice
ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]

async def main():
    a, b = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    a.addTrack(AudioStreamTrack())
    ended = asyncio.Event()
    tracks = []
    b.on("track", tracks.append)
    b.on("connectionstatechange", lambda: b.connectionState == "closed" and ended.set())
    await a.setLocalDescription(await a.createOffer())
    await b.setRemoteDescription(a.localDescription)
    await b.setLocalDescription(await b.createAnswer())
    await a.setRemoteDescription(b.localDescription)
    await tracks[0].recv()
    [protocol] = b.getReceivers()[0].transport.transport.iceGatherer._connection._protocols
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"", protocol.transport.get_extra_info("sockname")[:2])
    await asyncio.wait_for(ended.wait(), 20)
    await asyncio.gather(a.close(), b.close(), return_exceptions=True)

asyncio.run(main())
"""
    subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, timeout=50, capture_output=True
    )


async def test_garbage_that_looks_like_stun_is_not_queued_for_dtls() -> None:
    install()
    connection = ice.Connection(ice_controlling=True, components=1)
    await connection.gather_candidates()
    protocol = connection._protocols[0]
    for datagram in _bad_stun():
        protocol.datagram_received(datagram, ("192.0.2.9", 4000))
    protocol.datagram_received(b"\x16data", ("192.0.2.9", 4000))
    assert connection._queue.empty()
    await connection.close()


async def test_media_is_taken_from_the_nominated_address_only() -> None:
    install()
    connection = ice.Connection(ice_controlling=True, components=1)
    await connection.gather_candidates()
    protocol = connection._protocols[0]
    remote = Candidate("1", 1, "udp", 1, "192.0.2.9", 4000, "host")
    connection._nominated[1] = ice.CandidatePair(protocol, remote)
    protocol.datagram_received(b"\x80one", ("192.0.2.9", 4001))
    protocol.datagram_received(b"\x80two", ("192.0.2.8", 4000))
    protocol.datagram_received(b"\x80yes", ("192.0.2.9", 4000))
    assert connection._queue.get_nowait() == (b"\x80yes", 1)
    assert connection._queue.empty()
    connection._nominated.clear()
    await connection.close()


# --- Encoding ---


@pytest.mark.parametrize(
    ("size", "low_bps", "high_bps"),
    [
        ((16, 16), 30_000, 30_000),
        ((160, 120), 55_000, 75_000),
        ((320, 180), 130_000, 170_000),
        ((640, 360), 390_000, 410_000),
        ((3840, 2160), 1_500_000, 1_500_000),
    ],
)
def test_the_bitrate_fits_the_frame(size: tuple[int, int], low_bps: int, high_bps: int) -> None:
    assert low_bps <= video_limit_bps(size[0] * size[1]) <= high_bps


def _noise(width: int, height: int, seed: int) -> av.VideoFrame:
    picture = np.random.default_rng(seed).integers(0, 255, (height * 3 // 2, width), np.uint8)
    frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
    frame.pts, frame.time_base = seed * 6000, VIDEO_TIME_BASE
    return frame


def test_the_encoder_follows_frame_size_and_estimate() -> None:
    install()
    encoder = codecs.get_encoder(_VIDEO)
    assert isinstance(encoder, SizedVp8Encoder)
    encoder.encode(_noise(640, 360, 0))
    assert encoder.target_bitrate == video_limit_bps(640 * 360)
    encoder.target_bitrate = 90_000
    assert encoder.target_bitrate == 90_000
    encoder.target_bitrate = 5_000
    assert encoder.target_bitrate == aiortc_patches.MIN_VIDEO_BPS
    encoder.target_bitrate = 1_000_000
    encoder.encode(_noise(160, 120, 1))
    assert encoder.target_bitrate == video_limit_bps(160 * 120)


async def test_a_small_picture_is_sent_in_few_bits() -> None:
    track = open_camera("test", size=(160, 90), fps=60)
    assert track is not None
    install()
    encoder = codecs.get_encoder(_VIDEO)
    sent_bytes = 0
    first_pts = last_pts = None
    for _ in range(60):
        frame = await track.recv()
        payloads, _ = encoder.encode(frame)
        first_pts = frame.pts if first_pts is None else first_pts
        last_pts = frame.pts
        sent_bytes += sum(map(len, payloads))
    await track.aclose()
    assert first_pts is not None
    assert last_pts is not None
    assert sent_bytes * 8 / ((last_pts - first_pts) / 90_000) < 250_000


def test_a_voice_is_mono_loud_as_spoken_and_cheap() -> None:
    install()
    encoder = codecs.get_encoder(codecs.CODECS["audio"][0])
    decoder = codecs.get_decoder(codecs.CODECS["audio"][0])
    voice = sine(440, 2.0, 0.1)
    sent_bytes, heard = 0, []
    for start in range(0, len(voice), 960):
        samples = to_int16(voice[start : start + 960])
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), start
        payloads, timestamp = encoder.encode(frame)
        for payload in payloads:
            sent_bytes += len(payload)
            decoded = decoder.decode(JitterFrame(payload, timestamp))
            heard += [
                part.to_ndarray().reshape(-1, 2)
                for part in decoded
                if isinstance(part, av.AudioFrame)
            ]
    both = np.concatenate(heard)[4800:].astype(np.int16)
    np.testing.assert_array_equal(both[:, 0], both[:, 1])
    assert rms_dbfs(both) == pytest.approx(rms_dbfs(voice), abs=0.5)
    assert sent_bytes * 8 / 2.0 < 1.3 * VOICE_BPS


@pytest.mark.parametrize("amplitude", [1.0, 0.3, 0.01, 0.0001, 0.0])
def test_the_level_is_the_one_aiortc_computes(amplitude: float) -> None:
    samples = (sine(440, 0.02, amplitude) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
    program = (
        "import sys, av, numpy as np; from aiortc import rtp;"
        "samples = np.frombuffer(sys.stdin.buffer.read(), np.int16);"
        "frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format='s16', layout='mono');"
        "print(rtp.compute_audio_level_dbov(frame))"
    )
    theirs = subprocess.run(
        [sys.executable, "-c", program], input=samples.tobytes(), capture_output=True, check=True
    )
    install()
    assert rtp.compute_audio_level_dbov is audio_level_dbov
    assert audio_level_dbov(frame) == int(theirs.stdout)
