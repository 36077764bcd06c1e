"""A client behind a slow line beside one behind a fast one: real clients over loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest
from av import VideoFrame

from proconf_tui.engine.base import PeerStats
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.publishing import PublishingEnd
from tests.support.line import Line
from tests.support.rtc_client import Grey, RtcClient, TestRoom, Tone, until
from tests.support.udp_relay import UdpRelay

CAMERAS = ("ann", "bob", "cyd")
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
