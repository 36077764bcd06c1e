"""One stream that a peer publishes: its packets accepted, remembered and handed to slots.

Pure: reads a decrypted packet from a buffer and writes rewritten ones into another. Never
looks into the media beyond "does a keyframe begin here".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from proconf_tui.engine import rtp
from proconf_tui.engine.base import Kind, StreamStats
from proconf_tui.engine.forwarding.clock import SenderClock
from proconf_tui.engine.forwarding.inflow import BOUNDS, Inflow
from proconf_tui.engine.forwarding.keyframes import KeyframeRequests
from proconf_tui.engine.forwarding.reception import WINDOW, Arrival, Reception
from proconf_tui.engine.rtcp import ReportBlock, SenderReport
from proconf_tui.protocol.ids import PeerId

if TYPE_CHECKING:
    from proconf_tui.engine.forwarding.slot import Slot

CLOCK_HZ: Final[dict[Kind, int]] = {"audio": 48000, "video": 90000}
NO_EXTENSION: Final = -1
ALIVE_S: Final = 2.0

Packet = tuple[int, int, int, int, bytes, bool]
"""Sequence number, timestamp, marker (0 or 0x80), extension, payload, begins a keyframe.

The extension is the 28 bits after the id of a one-byte header extension element padded to a
word, or NO_EXTENSION. All of it is kept, since a resent packet must equal the first one
byte for byte: AES-GCM must never see two texts under one sequence number.
"""


@dataclass(frozen=True, slots=True)
class StreamDescription:
    """What the SDP says about a published stream; ``level_id`` 0 means no audio levels."""

    kind: Kind
    ssrc: int
    payload_type: int
    level_id: int


class Producer:
    """A published stream and the slots it feeds; ``source`` is the number its packets carry.

    ``is_resuming``: its newest packet came after a silence or a break, so that a keyframe asked
    for before may never come.
    """

    __slots__ = (
        "_cache",
        "_clock",
        "_inflow",
        "_keyframes",
        "_level_id",
        "_loudest",
        "_octets",
        "_packets",
        "_reported_at",
        "_seen_at",
        "clock_hz",
        "description",
        "is_resuming",
        "is_video",
        "keyframes",
        "label",
        "payload_type",
        "peer_id",
        "reception",
        "sender_report",
        "slots",
        "source",
        "ssrc",
    )

    def __init__(
        self, peer_id: PeerId, label: str, description: StreamDescription, *, source: int
    ) -> None:
        self.peer_id = peer_id
        self.label = label
        self.source = source
        self.description = description
        self.ssrc = description.ssrc
        self.payload_type = description.payload_type
        self.is_video = description.kind == "video"
        self.clock_hz = CLOCK_HZ[description.kind]
        self.slots: list[Slot] = []
        self.is_resuming = False
        self.reception = Reception()
        self.keyframes = KeyframeRequests()
        self._clock = SenderClock(self.clock_hz)
        self._cache: list[Packet | None] = [None] * WINDOW
        self._inflow = Inflow(BOUNDS[description.kind])
        self._level_id = description.level_id
        self._loudest: int | None = None
        self.sender_report: SenderReport | None = None
        self._reported_at = self._seen_at = 0.0
        self._packets = self._octets = self._keyframes = 0

    @property
    def kind(self) -> Kind:
        """Audio or video."""
        return self.description.kind

    @property
    def name(self) -> tuple[PeerId, str]:
        """Whose it is and its label: the same for whatever takes its place."""
        return self.peer_id, self.label

    def accept(self, data: bytearray, length: int, now: float) -> Packet | None:
        """Take the decrypted RTP packet in ``data[:length]``; None when it is not to be forwarded.

        Padding-only packets are kept with an empty payload: left out, every number after
        them would shift and resending would break.
        """
        bounds = rtp.payload_bounds(data, length)
        if bounds is None:
            return None
        _, second, sequence, timestamp, _ = rtp.HEADER.unpack_from(data)
        if second & 0x7F != self.payload_type:
            return None
        arrival = self.reception.on_packet(sequence, now)
        if arrival is Arrival.DROPPED:
            return None
        if not self._inflow.take(length, now):
            return None
        is_broken = arrival is Arrival.JUMPED
        if is_broken:
            # What has a number of the stream before must not be sent as the new one's.
            self._cache = [None] * WINDOW
        self.is_resuming = is_broken or now - self._seen_at >= ALIVE_S
        self._seen_at = now
        if arrival is not Arrival.LATE:
            self._follow(timestamp, now, is_broken=is_broken)
        start, end = bounds
        payload = bytes(data[start:end])
        self._packets += 1
        self._octets += end - start
        is_keyframe = self.is_video and rtp.starts_vp8_keyframe(payload)
        if is_keyframe:
            self._keyframes += 1
            self.keyframes.on_keyframe()
        extension = self._extension(data, start, now)
        packet = (sequence, timestamp, second & 0x80, extension, payload, is_keyframe)
        self._cache[sequence % WINDOW] = packet
        return packet

    def _follow(self, timestamp: int, now: float, *, is_broken: bool) -> None:
        if self._clock.has_jumped(timestamp, now) or is_broken:
            self.sender_report = None  # it tells of the clock before
            for slot in self.slots:
                slot.rebase(is_broken=is_broken and self.is_video)

    def _extension(self, data: bytearray, payload_start: int, now: float) -> int:
        if self.is_video:
            # abs-send-time: 24 bits, 6.18 fixed point seconds of any steady clock.
            return 0x2000000 | int(now * 0x40000) & 0xFFFFFF
        level = rtp.audio_level(data, payload_start, self._level_id) if self._level_id else None
        if level is None:
            return NO_EXTENSION
        loudness = level & 0x7F  # the top bit says "voice", not how loud
        if self._loudest is None or loudness < self._loudest:
            self._loudest = loudness
        return level << 16

    def fan_out(self, packet: Packet, out: bytearray, now: float) -> None:
        """Write ``packet`` into ``out`` for each slot in turn and let its subscriber send it."""
        for slot in self.slots:
            subscriber = slot.subscriber
            if subscriber.is_ready:
                length = slot.write(out, packet, now)
                if length:
                    subscriber.send_rtp(length)

    def cached(self, sequence: int) -> Packet | None:
        """Return the packet with this number if it is among the newest 256."""
        packet = self._cache[sequence % WINDOW]
        return packet if packet is not None and packet[0] == sequence else None

    def is_keyframe_awaited(self, now: float) -> bool:
        """Whether a subscriber that could show it waits, and the sender is not asleep."""
        return now - self._seen_at < ALIVE_S and any(
            slot.is_awaiting_keyframe and slot.subscriber.is_ready for slot in self.slots
        )

    def take_level(self) -> float | None:
        """Return the loudest level since the last call in dBov (-127..0), None without one."""
        loudest, self._loudest = self._loudest, None
        return None if loudest is None else -float(loudest)

    def on_sender_report(self, report: SenderReport, now: float) -> None:
        """Note the sender's newest report, which our own report refers to."""
        self.sender_report = report
        self._reported_at = now

    def report(self, now: float) -> ReportBlock | None:
        """Return our view of this stream since the last call; None before its first packet."""
        if not self.reception.has_started:
            return None
        fraction, lost, highest = self.reception.take_loss()
        newest = self.sender_report
        delay = int((now - self._reported_at) * 0x10000) if newest is not None else 0
        return ReportBlock(
            ssrc=self.ssrc,
            fraction_lost=fraction,
            lost=lost,
            highest_sequence=highest,
            jitter=self._clock.jitter,
            last_report=newest.short_ntp if newest is not None else 0,
            delay=delay,
        )

    def stats(self) -> StreamStats:
        """Return the counters; ``bytes`` are those of the payloads."""
        return StreamStats(
            label=self.label,
            kind=self.kind,
            packets=self._packets,
            bytes=self._octets,
            lost=self.reception.lost,
            repaired=self.reception.repaired,
            loss=self.reception.loss,
            jitter_s=self._clock.jitter / self.clock_hz,
            keyframes=self._keyframes,
            keyframe_requests=self.keyframes.sent,
            subscribers=len(self.slots),
        )

    def release(self) -> None:
        """Leave every slot this stream feeds."""
        for slot in list(self.slots):
            slot.detach()
