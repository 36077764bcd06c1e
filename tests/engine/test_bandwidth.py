"""Slow lines beside fast ones: real clients over loopback, and what publishers are asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest
from av import VideoFrame

from proconf_tui.engine.bandwidth import HEADER_BYTES, RoomBandwidth
from proconf_tui.engine.base import PeerStats
from proconf_tui.engine.dtls import Certificate
from proconf_tui.engine.forwarding.allotment import Allotment, StreamName
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.links import Links
from proconf_tui.engine.peer import EnginePeer
from proconf_tui.engine.publishing import PublishingEnd
from proconf_tui.engine.repair import RepairTimer
from proconf_tui.engine.rtcp import ReportBlock
from proconf_tui.engine.udp import UdpPort
from proconf_tui.protocol.ids import PeerId
from tests.engine.forwarding.support import (
    PAYLOAD_TYPE_IN,
    Collector,
    feed,
    producer,
    rtp_packet,
    slot,
)
from tests.support.line import Line
from tests.support.rtc_client import RtcClient, TestRoom, until
from tests.support.rtc_tracks import Grey, Tone
from tests.support.udp_relay import UdpRelay

CAMERAS = ("ann", "bob", "cyd")
AES_GCM_TAG_BYTES = 16
SLOW_BPS = 900_000
"""Room for a voice and one picture, as aiortc encodes them when left alone."""


class Noise(Grey):
    """A picture that takes all the bits an encoder gives it."""

    def __init__(self, seed: int) -> None:
        super().__init__(128)
        self._random = np.random.default_rng(seed)

    async def recv(self) -> VideoFrame:
        plain = await super().recv()
        picture = plain.to_ndarray()
        picture[:] = self._random.integers(0, 256, picture.shape, np.uint8)
        frame = VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts, frame.time_base = plain.pts, plain.time_base
        return frame


@pytest.fixture
async def relay(room: TestRoom) -> AsyncIterator[UdpRelay]:
    """A slow line from the engine to whoever goes over it; all clients go before it does."""
    line = Line(rate_bps=SLOW_BPS, queue_s=0.3, delay_s=0.02)
    opened = UdpRelay(("127.0.0.1", room.engine.stats().port), seed=1, down=line)
    await opened.open()
    yield opened
    await room.aclose()
    await opened.aclose()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the bitrates that publishers have been asked for."""
    asked: list[int] = []
    original = PublishingEnd.bound

    def bound(end: PublishingEnd, streams: Sequence[Producer], bps: int) -> None:
        asked.append(bps)
        original(end, streams, bps)

    monkeypatch.setattr(PublishingEnd, "bound", bound)
    return asked


async def _publish(room: TestRoom, name: str, number: int) -> RtcClient:
    client = await room.join(name, number, is_publishing=False)
    for label in ("audio", "video"):
        await room.engine.set_forwarding(client.peer_id, label, is_on=True)
    if number == 0:
        client.add("audio", Tone(client.frequency_hz))
    client.add("video", Noise(number))
    await client.negotiate()
    return client


async def test_a_slow_client_gets_fewer_pictures_and_nobody_else_does(
    room: TestRoom, relay: UdpRelay, told: list[int]
) -> None:
    fast = await room.join("fast", 0, is_publishing=False)
    slow = await room.join("slow", 1, is_publishing=False, rewrite=relay.rewrite)
    for number, name in enumerate(CAMERAS):
        publisher = await _publish(room, name, number)
        await room.engine.set_watching(publisher.peer_id, ())

    await until(lambda: _stats(room, slow).held_back)
    available_bps = _stats(room, slow).available_bps
    assert available_bps is not None
    assert available_bps < 2 * SLOW_BPS
    await until(lambda: _hears(slow, CAMERAS[0]) and _hears(fast, CAMERAS[0]))
    assert (_stats(room, fast).available_bps, _stats(room, fast).held_back) == (None, 0)
    assert {feed.peer_id for feed in fast.slots if feed.kind == "video"} == set(CAMERAS)
    assert told == []

    await room.leave(fast)
    await until(lambda: told)
    assert max(told) < SLOW_BPS


def _stats(room: TestRoom, client: RtcClient) -> PeerStats:
    return room.engine.stats().peers[client.peer_id]


def _hears(client: RtcClient, name: str) -> bool:
    sound = client.from_peer(name, "audio")
    return sound is not None and sound.frequency_hz is not None


OFFER = f"""v=0
o=- 1 1 IN IP4 192.0.2.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=fingerprint:sha-256 {":".join(["AB"] * 32)}
a=ice-ufrag:abcd
a=setup:actpass
"""
PICTURE = f"""m=video 9 UDP/TLS/RTP/SAVPF {PAYLOAD_TYPE_IN}
a=mid:%s
a=sendonly
a=rtpmap:{PAYLOAD_TYPE_IN} VP8/90000
a=ssrc:%s cname:x
"""
ONE_BUDGET = (
    "a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\n"
)


class Publisher:
    """Ann, who sends a camera and a screen at 400 kbit/s each to somebody with shares of them."""

    def __init__(self, links: Links, extension: str) -> None:
        self.ann, self.bob = (self._peer(links, name) for name in ("ann", "bob"))
        sections = "".join(PICTURE % (mid, 70 + mid) + extension for mid in range(2))
        self.ann.publish(OFFER + sections, {"0": "camera", "1": "screen"})
        self.bob.subscribing.is_ready = True
        self.bandwidth = RoomBandwidth({peer.peer_id: peer for peer in (self.ann, self.bob)})
        self.sent = 0
        self.pass_second()

    @staticmethod
    def _peer(links: Links, name: str) -> EnginePeer:
        return EnginePeer(
            links, PeerId(name), on_keyframe_wanted=lambda _: None, on_down=lambda: None
        )

    def pass_second(self) -> None:
        assert self.ann.publishing is not None
        self.bandwidth.measure(self.sent / 50)
        for _ in range(50):
            self.sent += 1
            raw = rtp_packet(self.sent, self.sent * 1800, bytes(1000))
            for stream in self.ann.publishing.producers.values():
                assert stream.accept(bytearray(raw), len(raw), self.sent / 50) is not None
        self.bandwidth.measure(self.sent / 50)

    def share(self, camera: int | None, screen: int | None) -> None:
        """Tell Ann what follows from Bob's shares."""
        parts = zip(("camera", "screen"), (camera, screen), strict=True)
        shares: dict[StreamName, int | None] = {(PeerId("ann"), name): bps for name, bps in parts}
        self.bob.subscribing.allotment = Allotment(tuple(shares), (), shares)
        self.bandwidth.tell_publishers(self.sent / 50)


@pytest.fixture
async def links() -> AsyncIterator[Links]:
    port = UdpPort("127.0.0.1", 0)
    repairs = RepairTimer()
    yield Links(port, Certificate(), repairs, ((port.host, port.port),))
    repairs.close()
    port.close()


async def test_each_stream_of_ours_is_bounded_by_itself(links: Links, told: list[int]) -> None:
    publisher = Publisher(links, "")
    publisher.share(200_000, None)
    assert told == [180_000]
    publisher.pass_second()
    publisher.share(200_000, 100_000)
    assert told == [180_000, 90_000]


async def test_a_browser_is_told_of_all_its_streams_together(links: Links, told: list[int]) -> None:
    publisher = Publisher(links, ONE_BUDGET)
    publisher.share(200_000, None)
    assert told == []
    publisher.share(200_000, 100_000)
    assert told == [270_000]


async def test_another_line_carries_what_the_last_did_not(links: Links) -> None:
    publisher = Publisher(links, "")
    bob, bandwidth = publisher.bob, publisher.bandwidth
    assert publisher.ann.publishing is not None
    pictures = list(publisher.ann.publishing.producers.values())
    assert bandwidth.admit(bob, pictures) == pictures
    for highest in (100, 300):
        bob.subscribing.downlink.on_report(_half_is_lost(highest), None, publisher.sent / 50)
    publisher.pass_second()
    assert bandwidth.admit(bob, pictures) == []

    bob.subscribing.on_moved()
    assert bob in bandwidth.measure(publisher.sent / 50 + 1)
    assert bandwidth.admit(bob, pictures) == pictures


def _half_is_lost(highest: int) -> ReportBlock:
    return ReportBlock(1, 128, 0, highest, jitter=0, last_report=0, delay=0)


def test_what_each_packet_takes_beside_its_payload_is_counted() -> None:
    collector = Collector()
    source, target = producer(), slot(collector)
    target.attach(source)
    feed(source, collector, rtp_packet(1, 0, b"", level=30), 0.0)
    (header,) = collector.raw
    assert len(header) + AES_GCM_TAG_BYTES == HEADER_BYTES
