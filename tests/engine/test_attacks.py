"""Attacks from outside and from within: what they may cost is bounded, and two go on talking."""

from __future__ import annotations

import asyncio
import contextlib
import random
import struct
from collections.abc import AsyncIterator

import pytest
from aiortc import RTCDtlsTransport, RTCPeerConnection
from OpenSSL import SSL

from proconf_tui.engine.connection import MAX_RTCP_SENDERS, Connection
from proconf_tui.engine.ice_lite import MAX_ADDRESSES
from proconf_tui.engine.rtp import HEADER
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.engine.udp import UdpPort
from proconf_tui.errors import InvalidMessage
from tests.support.checks import check, check_for
from tests.support.rtc_client import RtcClient, TestRoom, until
from tests.support.rtc_tracks import Tone
from tests.support.stranger import Stranger

CLIENT_HELLO = bytes.fromhex("16feff000000000000000000360100002a000000000000002afefd") + bytes(40)
CLOSE_NOTIFY = bytes.fromhex("15fefd000000000000000000020100")
FATAL_ALERT = bytes.fromhex("15fefd00000000000000000002022f")
FLOOD = 1000


@pytest.fixture
async def talking(room: TestRoom) -> AsyncIterator[tuple[RtcClient, RtcClient]]:
    """Two who hear and see each other, and still do so after the test."""
    ann, bob = await room.join("ann", 0), await room.join("bob", 1)
    await until(room.all_have_all)
    yield ann, bob
    before = ann.frames(), bob.frames()
    pairs = ((ann, before[0]), (bob, before[1]))
    await until(
        lambda: all(c.frames()[f.mid] >= old[f.mid] + 5 for c, old in pairs for f in c.slots)
    )
    await until(lambda: ann.has(bob) and bob.has(ann))


@contextlib.asynccontextmanager
async def _stranger(engine: EmbeddedEngine) -> AsyncIterator[Stranger]:
    made = await Stranger.open(engine.port)
    try:
        yield made
    finally:
        made.close()


def _port(engine: EmbeddedEngine) -> UdpPort:
    return engine._open_links().port


def _tables(engine: EmbeddedEngine) -> tuple[int, int]:
    port = _port(engine)
    return len(port._by_ufrag), len(port._by_address)


def _publishing(engine: EmbeddedEngine, client: RtcClient) -> Connection:
    end = engine._find(client.peer_id)[1].publishing
    assert end is not None
    return end.connection


def _dtls(connection: RTCPeerConnection) -> RTCDtlsTransport:
    transport = connection.getTransceivers()[0].receiver.transport
    assert transport is not None
    return transport


def _send_as(connection: RTCPeerConnection, datagram: bytes) -> None:
    """Send from the very address that this connection of a client uses."""
    pair = next(iter(_dtls(connection).transport._connection._nominated.values()))
    pair.protocol.transport.sendto(datagram, pair.remote_addr)


async def _handled(engine: EmbeddedEngine, datagrams: int) -> None:
    """Wait until the engine has read so many more datagrams."""
    port = _port(engine)
    until_now = port.packets_in
    await until(lambda: port.packets_in >= until_now + datagrams)


def _rtcp(kind: int, ssrc: int) -> bytes:
    """A receiver report (201) without blocks, or a goodbye (203), of one sender."""
    return struct.pack("!BBHI", 0x80 | (kind == 203), kind, 1, ssrc)


def _forged(ssrc: int) -> list[bytes]:
    """What only looks like media, feedback, goodbyes and handshakes of a client."""
    numbers = random.Random(ssrc)
    media = [HEADER.pack(0x80, 96 + n, n, n, ssrc) + numbers.randbytes(80) for n in range(32)]
    reports = [
        _rtcp(kind, n) + numbers.randbytes(30)
        for kind in (200, 201, 203, 205, 206)
        for n in (ssrc, *range(1, 2 * MAX_RTCP_SENDERS // 5))
    ]
    noise = [bytes([first]) + numbers.randbytes(60) for first in range(256)]
    short = [b"", *(bytes([first]) for first in range(256))]
    return [*media, *reports, *noise, *short, CLIENT_HELLO, CLOSE_NOTIFY, FATAL_ALERT]


async def test_garbage_from_a_proven_address_hurts_nobody(
    engine: EmbeddedEngine, talking: tuple[RtcClient, RtcClient]
) -> None:
    """Somebody forges Ann's sender address; of what is theirs nothing is kept."""
    ann, _ = talking
    connection = _publishing(engine, ann)
    honest = set(connection._rtcp_senders)
    ssrc = ann.sender("video").sender._ssrc
    for way in (ann.publishing, ann.subscribing):
        for datagram in _forged(ssrc):
            _send_as(way, datagram)
            await asyncio.sleep(0)
    assert connection.is_up
    assert connection._rtcp_senders <= honest | {t._ssrc for t in ann.publishing.getSenders()}


async def test_strangers_leave_no_trace(
    engine: EmbeddedEngine, talking: tuple[RtcClient, RtcClient]
) -> None:
    """Checks for connections there are not, or with wrong passwords, and everything else."""
    ann, _ = talking
    before, refused = _tables(engine), _port(engine).refused
    real = next(iter(_port(engine)._by_ufrag))
    async with _stranger(engine) as stranger:
        for number in range(FLOOD):
            stranger.send(check(f"u{number:07}", "a wrong password of any length"))
            stranger.send(check(real, f"a wrong password of any length {number}"))
            await asyncio.sleep(0)
        for datagram in _forged(ann.sender("audio").sender._ssrc):
            stranger.send(datagram)
            await asyncio.sleep(0)
        await until(lambda: _port(engine).refused >= refused + 2 * FLOOD)
        assert stranger.received == []
    assert _tables(engine) == before


async def test_only_some_addresses_of_a_client_are_kept(
    engine: EmbeddedEngine, talking: tuple[RtcClient, RtcClient]
) -> None:
    ann, bob = talking
    async with contextlib.AsyncExitStack() as stack:
        many = [await stack.enter_async_context(_stranger(engine)) for _ in range(40)]
        for each in many:
            each.send(check_for(ann.offers[0]))
        await until(lambda: all(each.received for each in many))
        mine = engine._find(ann.peer_id)[1].subscribing.connection
        owned = [who for who in _port(engine)._by_address.values() if who is mine]
        assert len(owned) == MAX_ADDRESSES
        shown = ann.frames()
        await until(lambda: all(ann.frames()[f.mid] >= shown[f.mid] + 5 for f in ann.slots))
        assert all(answer[0] <= 3 for each in many for answer in each.received)
    await until(lambda: ann.has(bob))


async def test_a_member_who_sends_as_thousands_is_held_to_what_was_agreed(
    room: TestRoom,
    engine: EmbeddedEngine,
    talking: tuple[RtcClient, RtcClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """libsrtp keeps a context for each sender that it ever decrypted."""
    mallory = await room.join("mallory", 2)
    await until(room.all_have_all)
    decrypted: set[int] = set()
    decrypt = Connection.decrypt_rtp

    def noting(connection: Connection, length: int, now: float) -> int:
        if connection is mine:
            decrypted.add(struct.unpack_from("!I", _port(engine).inbound.data, 8)[0])
        return decrypt(connection, length, now)

    mine = _publishing(engine, mallory)
    monkeypatch.setattr(Connection, "decrypt_rtp", noting)
    keys = _dtls(mallory.publishing)._tx_srtp
    for ssrc in range(1, FLOOD):
        _send_as(mallory.publishing, keys.protect(HEADER.pack(0x80, 120, 1, 1, ssrc) + bytes(60)))
        _send_as(mallory.publishing, keys.protect_rtcp(_rtcp(201, ssrc)))
        await asyncio.sleep(0)
    await until(lambda: len(mine._rtcp_senders) >= MAX_RTCP_SENDERS)
    await _handled(engine, 200)
    assert len(mine._rtcp_senders) == MAX_RTCP_SENDERS
    assert decrypted <= {sender._ssrc for sender in mallory.publishing.getSenders()}


async def test_a_goodbye_of_a_publisher_ends_nobody_s_stream(
    talking: tuple[RtcClient, RtcClient],
) -> None:
    """It would end a decoder for good, if it were passed on."""
    ann, _ = talking
    keys = _dtls(ann.publishing)._tx_srtp
    for sender in ann.publishing.getSenders():
        _send_as(ann.publishing, keys.protect_rtcp(_rtcp(203, sender._ssrc)))


_LINES = {
    "ssrcs": "".join(f"a=ssrc:{n} cname:x\n" for n in range(1, 3000)),
    "codecs": "".join(f"a=rtpmap:{96 + n % 32} VP8/90000\n" for n in range(2000)),
    "fingerprints": f"a=fingerprint:sha-256 {'AB:' * 31}AB\n" * 500,
    "extensions": "".join(f"a=extmap:{n % 15} urn:x:{n}\n" for n in range(2000)),
    "sections": "".join(f"m=video 9 UDP/TLS/RTP/SAVPF 98\na=mid:x{n}\n" for n in range(61)),
    "too many sections": "m=video 9 UDP/TLS/RTP/SAVPF 98\na=mid:9\n" * 1000,
    "formats": f"m=video 9 UDP/TLS/RTP/SAVPF {'98 ' * 18000}98\na=mid:9\n",
    "a long line": f"a={'x' * 60000}\n",
    "a port": "m=video 99999 UDP/TLS/RTP/SAVPF 98\na=mid:9\n",
    "a clock": "a=rtpmap:98 VP8/999999\n",
    "a payload type": "a=rtpmap:999 VP8/90000\n",
    "a number that never ends": f"a=ssrc:{'9' * 50000} cname:x\n",
    "a negative number": "a=ssrc:-1 cname:x\n",
    "an SSRC out of range": "a=ssrc:4294967296 cname:x\n",
    "zeros": "a=ssrc:0\na=extmap:0 x\na=rtpmap:0 VP8/0\n",
}


@pytest.mark.parametrize("name", _LINES)
async def test_absurd_descriptions_cost_nobody_anything(
    engine: EmbeddedEngine, talking: tuple[RtcClient, RtcClient], name: str
) -> None:
    """They are refused, or what they say beyond need is not there."""
    ann, _ = talking
    good = ann.publishing.localDescription.sdp.replace("\r\n", "\n")
    with contextlib.suppress(InvalidMessage):
        answer = await engine.publish(ann.peer_id, good + _LINES[name], {})
        assert len(answer) < 4 * 65536
        await engine.publish(ann.peer_id, good, {})


def _hello() -> bytes:
    """The first datagram of a handshake, another one each time."""
    client = SSL.Connection(SSL.Context(SSL.DTLS_METHOD), None)
    client.set_connect_state()
    with contextlib.suppress(SSL.WantReadError):
        client.do_handshake()
    return client.bio_read(2048)


async def test_handshakes_begun_and_never_finished_end_with_their_peer(
    room: TestRoom, engine: EmbeddedEngine, talking: tuple[RtcClient, RtcClient]
) -> None:
    tasks = asyncio.all_tasks()
    mallory = await room.join("mallory", 2, is_publishing=False)
    mallory.add("audio", Tone(800))
    await mallory.publishing.setLocalDescription(await mallory.publishing.createOffer())
    answer = await engine.publish(mallory.peer_id, mallory.publishing.localDescription.sdp, {})
    mine = _publishing(engine, mallory)
    async with _stranger(engine) as stranger:
        stranger.send(check_for(answer))
        await until(lambda: stranger.received)
        for _ in range(200):
            stranger.send(_hello())
            await asyncio.sleep(0)
        await until(lambda: any(20 <= reply[0] <= 63 for reply in stranger.received))
        assert not mine.was_up
        assert mine._dtls._link._queue.qsize() <= 64
    await room.leave(mallory)
    await until(lambda: asyncio.all_tasks() <= tasks)
