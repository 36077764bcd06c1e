"""What a slot of sound carries goes to whom it belongs; what may be another's goes to nobody."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiortc.rtp import RtcpSenderInfo, RtcpSrPacket, RtpPacket

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.opus import OpusEncoder
from proconf_tui.media.pcm import to_int16
from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.protocol.messages import SlotFeed
from proconf_tui.sdk.slots import LEFT_OVER
from proconf_tui.sdk.subscriptions import Subscriptions
from tests.support.receivers import unconnected_receiver
from tests.support.signals import sine

BEN, EVE = PeerId("ben"), PeerId("eve")
PAYLOAD = OpusEncoder().encode(to_int16(sine(440, 0.02, 0.3)))


def _feed(peer_id: PeerId, mid: str = "0", source: int = 0) -> SlotFeed:
    return SlotFeed(Mid(mid), "audio", peer_id, "audio", source)


class _Slots:
    """Two slots of sound that the test sends to."""

    def __init__(self) -> None:
        self.mixer = Mixer()
        self.told: list[tuple[PeerId, Label]] = []
        self.gone: list[tuple[PeerId, Label]] = []
        self.subscriptions = Subscriptions(
            self.mixer,
            lambda *_: None,
            lambda *stream: self.told.append(stream),
            lambda *stream: self.gone.append(stream),
        )
        self._receivers: dict[str, Any] = {mid: unconnected_receiver("audio") for mid in ("0", "1")}
        for mid, receiver in self._receivers.items():
            self.subscriptions.add_receiver(Mid(mid), receiver)
        self._sent = 0

    def carry(self, *feeds: SlotFeed) -> None:
        self.subscriptions.apply(feeds)

    def send(self, count: int, mid: str = "0", source: int = 0) -> None:
        buffer = self._receivers[mid]._RTCRtpReceiver__jitter_buffer
        for _ in range(count):
            self._sent += 1
            packet = RtpPacket(sequence_number=self._sent, timestamp=self._sent * 960)
            packet.payload = PAYLOAD
            packet.csrc = [source] if source else []
            assert buffer.add(packet) == (False, None)

    async def report(self, ntp_s: int, timestamp: int, mid: str = "0") -> None:
        about = RtcpSenderInfo(ntp_s << 32, timestamp, packet_count=1, octet_count=1)
        await self._receivers[mid]._handle_rtcp_packet(RtcpSrPacket(ssrc=1, sender_info=about))

    def heard(self, peer_id: PeerId) -> int:
        """Return how many packets came to the voice of that peer."""
        return self.mixer.add(peer_id).statistics(time.monotonic()).packets

    def clock_of(self, mid: str = "0") -> float | None:
        return self.subscriptions._slots[Mid(mid)]._clock.sent_at(0)


@pytest.fixture
async def slots() -> AsyncIterator[_Slots]:
    made = _Slots()
    yield made
    await made.subscriptions.aclose()


async def test_packets_go_to_who_feeds_the_slot(slots: _Slots) -> None:
    slots.send(5)
    slots.carry(_feed(BEN), _feed(EVE, "1"))
    slots.send(10)
    slots.send(20, "1")
    assert (slots.heard(BEN), slots.heard(EVE)) == (10, 20)
    assert slots.told == [(BEN, "audio"), (EVE, "audio")]


async def test_the_same_map_again_changes_nothing(slots: _Slots) -> None:
    for _ in range(3):
        slots.carry(_feed(BEN))
        slots.send(10)
    assert slots.heard(BEN) == 30
    assert slots.told == [(BEN, "audio")]


async def test_what_may_be_left_of_the_one_before_is_played_to_nobody(slots: _Slots) -> None:
    slots.carry(_feed(BEN))
    slots.send(10)
    slots.carry(_feed(EVE))
    slots.send(LEFT_OVER["audio"])
    assert (slots.heard(BEN), slots.heard(EVE)) == (10, 0)
    slots.send(7)
    assert (slots.heard(BEN), slots.heard(EVE)) == (10, 7)


async def test_that_holds_after_a_silence_and_a_change_on_the_way_too(slots: _Slots) -> None:
    slots.carry(_feed(BEN))
    slots.send(10)
    slots.carry()
    slots.send(5)
    slots.carry(_feed(EVE))
    slots.send(1)
    slots.carry(_feed(BEN))
    slots.send(LEFT_OVER["audio"])
    assert (slots.heard(BEN), slots.heard(EVE)) == (10, 0)


async def test_who_comes_back_to_their_slot_loses_nothing(slots: _Slots) -> None:
    slots.carry(_feed(BEN))
    slots.send(10)
    slots.carry()
    slots.send(5)
    slots.carry(_feed(BEN))
    slots.send(1)
    assert slots.heard(BEN) == 11


async def test_one_peers_clock_is_never_anothers(slots: _Slots) -> None:
    await slots.report(3_900_000_000, 0)
    slots.carry(_feed(BEN))
    assert slots.clock_of() is None
    await slots.report(3_900_000_001, 0)
    assert slots.clock_of() == 3_900_000_001
    slots.send(1)
    slots.carry(_feed(EVE))
    await slots.report(3_900_000_002, 0)
    assert slots.clock_of() is None
    slots.send(LEFT_OVER["audio"])
    await slots.report(3_900_000_003, 0)
    assert slots.clock_of() == 3_900_000_003


async def test_nothing_of_a_connection_that_is_over_is_played(slots: _Slots) -> None:
    slots.carry(_feed(BEN))
    slots.subscriptions.reset()
    slots.send(10)
    assert slots.heard(BEN) == 0


async def test_a_stream_that_no_slot_carries_any_more_is_gone(slots: _Slots) -> None:
    slots.carry(_feed(BEN), _feed(EVE, "1"))
    slots.carry(_feed(BEN, "1"))
    assert slots.gone == [(EVE, "audio")]
    slots.carry(_feed(BEN))
    assert slots.gone == [(EVE, "audio")]
    slots.subscriptions.reset()
    assert slots.gone == [(EVE, "audio"), (BEN, "audio")]


async def test_a_source_goes_to_its_voice_though_the_map_is_late(slots: _Slots) -> None:
    slots.carry(_feed(BEN, source=7), _feed(EVE, "1", source=8))
    slots.send(10, source=7)
    slots.send(5, source=8)
    assert (slots.heard(BEN), slots.heard(EVE)) == (10, 5)
    slots.carry(_feed(EVE, source=8))
    slots.send(2, source=7)
    slots.send(3, source=8)
    assert (slots.heard(BEN), slots.heard(EVE)) == (12, 8)


async def test_the_first_syllable_waits_for_the_map(slots: _Slots) -> None:
    slots.carry(_feed(BEN, source=7))
    slots.send(10, source=7)
    slots.send(4, source=8)
    assert (slots.heard(BEN), slots.heard(EVE)) == (10, 0)
    slots.carry(_feed(EVE, source=8))
    assert (slots.heard(BEN), slots.heard(EVE)) == (10, 4)


async def test_nothing_is_known_of_a_connection_that_is_over(slots: _Slots) -> None:
    slots.carry(_feed(BEN, source=7))
    slots.send(1, source=7)
    slots.subscriptions.reset()
    slots.send(10, source=7)
    assert slots.heard(BEN) == 1


async def test_a_report_is_of_the_source_whose_time_it_tells(slots: _Slots) -> None:
    slots.carry(_feed(BEN, source=7))
    slots.send(1, source=7)
    await slots.report(3_900_000_000, 960)
    assert slots.clock_of() is not None
    slots.carry(_feed(EVE, source=8))
    await slots.report(3_900_000_000, 1000)
    assert slots.clock_of() is None
    slots.send(1, source=8)
    await slots.report(3_900_000_000, 1000)
    assert slots.clock_of() is None
    await slots.report(3_900_000_000, 1920)
    assert slots.clock_of() is not None


async def test_a_stream_that_changes_its_slot_neither_goes_nor_begins(slots: _Slots) -> None:
    slots.carry(_feed(BEN), _feed(EVE, "1"))
    slots.carry(_feed(EVE), _feed(BEN, "1"))
    assert slots.told == [(BEN, "audio"), (EVE, "audio")]
    assert slots.gone == []
