"""Networks that lose media both ways between real clients and the engine, by a seed.

What asks for the lost is lost as well. What was sent, and what came, is read off the wire: SRTP
leaves headers in the clear, and encrypts the same packet under the same number to the same bytes.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import AsyncIterator
from typing import Final

import pytest
from aiortc.rtcrtpreceiver import NackGenerator

from proconf_tui.engine.base import Kind
from proconf_tui.engine.sdp_text import SLOT_PAYLOAD_TYPE
from tests.support.line import Line, Path, is_rtp
from tests.support.rtc_client import RtcClient, TestRoom, until
from tests.support.udp_relay import UdpRelay

LOSSY: Final = Line(loss=0.1, delay_s=0.01, jitter_s=0.005)
WHOLE: Final[dict[Kind, int]] = {"audio": 150, "video": 30}
"""How many packets have to come without a gap."""
_HEADER: Final = struct.Struct("!BBH4xI")


class Wire(Path):
    """A path that remembers which RTP packets were sent, and which of them arrive."""

    def __init__(self, line: Line, seed: int) -> None:
        super().__init__(line, seed)
        self.came: dict[int, set[int]] = {}
        """Numbers that never wrap, by payload type."""
        self.repeated = 0
        self.changed = 0
        """How many were sent again with other bytes than the first time."""
        self._sent: dict[tuple[int, int], bytes] = {}
        self._newest: dict[int, int] = {}

    def due_at(self, datagram: bytes, now: float) -> float | None:
        due_at = super().due_at(datagram, now)
        if is_rtp(datagram):
            self._note(datagram, has_come=due_at is not None)
        return due_at

    def _note(self, datagram: bytes, *, has_come: bool) -> None:
        _, second, sequence, ssrc = _HEADER.unpack_from(datagram)
        first_sent = self._sent.setdefault((ssrc, sequence), datagram)
        self.repeated += first_sent is not datagram
        self.changed += first_sent != datagram
        payload_type = second & 0x7F
        newest = self._newest.setdefault(payload_type, sequence)
        number = newest + (sequence - newest + 0x8000) % 0x10000 - 0x8000
        self._newest[payload_type] = max(newest, number)
        if has_come:
            self.came.setdefault(payload_type, set()).add(number)

    def is_whole(self, kind: Kind) -> bool:
        """Whether so many have come that follow each other, from the first that came on."""
        came = self.came.get(SLOT_PAYLOAD_TYPE[kind], set())
        return bool(came) and came.issuperset(range(min(came), min(came) + WHOLE[kind]))


@contextlib.asynccontextmanager
async def behind_relays(room: TestRoom, *lines: Line) -> AsyncIterator[list[UdpRelay]]:
    """A relay for each line, which it has both ways; what leads to the clients is a `Wire`."""
    async with contextlib.AsyncExitStack() as stack:
        relays = []
        for seed, line in enumerate(lines):
            relay = UdpRelay(("127.0.0.1", room.engine.stats().port), seed=seed, up=line)
            relay.down = Wire(line, seed)
            await relay.open()
            stack.push_async_callback(relay.aclose)
            relays.append(relay)
        # The clients go before their networks do.
        stack.push_async_callback(room.aclose)
        yield relays


def ask_for_sound_too(client: RtcClient) -> None:
    """Let aiortc ask for lost packets of sound, as it does for those of pictures."""
    for transceiver in client.subscribing.getTransceivers():
        if transceiver.kind == "audio":
            name = "_RTCRtpReceiver__nack_generator"
            assert hasattr(transceiver.receiver, name)
            setattr(transceiver.receiver, name, NackGenerator())


async def meet(room: TestRoom, relays: list[UdpRelay]) -> tuple[RtcClient, Wire]:
    """Let Ann send to Bob, each over their own relay; return him and the wire to him."""
    ann_relay, bob_relay = relays
    bob = await room.join("bob", 1, is_publishing=False, rewrite=bob_relay.rewrite)
    bob.subscribing.on("track", lambda _: ask_for_sound_too(bob))
    await room.join("ann", 0, rewrite=ann_relay.rewrite)
    assert isinstance(bob_relay.down, Wire)
    return bob, bob_relay.down


@pytest.mark.parametrize(
    ("ann_line", "bob_line"),
    [(LOSSY, Line()), (Line(), LOSSY), (LOSSY, LOSSY)],
    ids=["up", "down", "both"],
)
async def test_nothing_is_lost_in_the_end(room: TestRoom, ann_line: Line, bob_line: Line) -> None:
    async with behind_relays(room, ann_line, bob_line) as relays:
        bob, wire = await meet(room, relays)
        await until(lambda: wire.is_whole("audio") and wire.is_whole("video"))
        for relay, line in zip(relays, (ann_line, bob_line), strict=True):
            assert bool(relay.lost) == bool(line.loss)
        picture = bob.from_peer("ann", "video")
        assert picture is not None
        shown = picture.frames
        # A picture a tenth of whose packets were lost for good would stand still.
        await until(lambda: picture.frames >= shown + 10)


async def test_what_is_sent_again_is_the_same_byte_for_byte(room: TestRoom) -> None:
    async with behind_relays(room, LOSSY, LOSSY) as relays:
        _, wire = await meet(room, relays)
        await until(lambda: wire.repeated >= 20)
        assert wire.changed == 0


async def test_a_second_without_anything_is_made_up_for(room: TestRoom) -> None:
    async with behind_relays(room, Line(), Line()) as relays:
        _, wire = await meet(room, relays)
        await until(lambda: wire.came.keys() >= set(SLOT_PAYLOAD_TYPE.values()))
        up = relays[0].up
        up.line = Line(loss=1.0)
        await until(lambda: up.lost >= 60)
        up.line = Line()
        await until(lambda: wire.is_whole("audio") and wire.is_whole("video"))
