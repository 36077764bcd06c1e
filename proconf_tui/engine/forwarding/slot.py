"""One m-line towards one subscriber: constant SSRC, continuous numbers whoever feeds it.

Pure: writes RTP into a buffer and leaves encryption and sending to its subscriber. Sources:
RFC 3550 section 5.1, RFC 8285 section 4.2.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from typing import Final, Protocol

from proconf_tui.engine.base import Kind
from proconf_tui.engine.forwarding.keyframes import OF_ONE, KeyframeAllowance
from proconf_tui.engine.forwarding.producer import Packet, Producer
from proconf_tui.engine.forwarding.reception import WINDOW
from proconf_tui.engine.forwarding.resends import Resends
from proconf_tui.engine.rtcp import SenderReport
from proconf_tui.engine.rtp import ONE_BYTE_PROFILE
from proconf_tui.protocol.ids import PeerId

_turns: Final = itertools.count(1)

# The header with one contributing source, which names the stream that feeds the slot.
_PLAIN: Final = struct.Struct("!BBHIII")
_EXTENDED: Final = struct.Struct("!BBHIIIHHI")


class Subscriber(Protocol):
    """Who gets what slots write."""

    is_ready: bool

    def send_rtp(self, length: int) -> None:
        """Encrypt and send the first ``length`` bytes of the buffer just written; never raises."""
        ...

    def send_reports(self, now: float) -> None:
        """Send the sender reports that its slots owe; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class SlotDescription:
    """What the offer says about a slot.

    ``extension_id`` is the one header extension it carries: audio level or abs-send-time.
    """

    mid: str
    kind: Kind
    ssrc: int
    payload_type: int
    extension_id: int


class Slot:
    """A slot and the producer that feeds it now.

    ``last_fed_by`` names the newest it has had; of two slots the one with the lower ``freed_turn``
    has been free longer.
    """

    __slots__ = (
        "_extension_id",
        "_is_rebasing",
        "_last_at",
        "_last_sequence",
        "_last_timestamp",
        "_payload_type",
        "_reported",
        "_resends",
        "_sequence_offset",
        "_source",
        "_span",
        "_ssrc",
        "_timestamp_offset",
        "description",
        "freed_turn",
        "is_awaiting_keyframe",
        "is_live",
        "keyframe_allowance",
        "last_fed_by",
        "octets",
        "packets",
        "producer",
        "subscriber",
    )

    def __init__(
        self, description: SlotDescription, subscriber: Subscriber, *, sequence: int, timestamp: int
    ) -> None:
        self.description = description
        self.subscriber = subscriber
        self.producer: Producer | None = None
        self.last_fed_by: tuple[PeerId, str] | None = None
        self.freed_turn = 0
        self.is_live = False
        self.is_awaiting_keyframe = False
        self.packets = self.octets = 0
        self._is_rebasing = True
        self._last_sequence = sequence & 0xFFFF
        self._last_timestamp = timestamp & 0xFFFFFFFF
        self._last_at: float | None = None
        self._sequence_offset = self._timestamp_offset = 0
        self._span = 0
        self._resends = Resends(description.kind)
        self._ssrc, self._payload_type = description.ssrc, description.payload_type
        self._extension_id = description.extension_id << 28
        self._source = 0
        self._reported: SenderReport | None = None
        self.keyframe_allowance = KeyframeAllowance(OF_ONE)

    @property
    def kind(self) -> Kind:
        """Audio or video."""
        return self.description.kind

    def attach(self, producer: Producer) -> None:
        """Be fed by ``producer`` from its next packet on, video from its next keyframe on."""
        self.detach()
        self.producer = producer
        self.last_fed_by = producer.name
        self._source = producer.source
        self._reported = None
        producer.slots.append(self)
        self.rebase(is_broken=producer.is_video)

    def detach(self) -> None:
        """Be fed by nobody."""
        if self.producer is not None:
            self.producer.slots.remove(self)
            self.producer = None
            self.freed_turn = next(_turns)
            self.is_awaiting_keyframe = False

    def rebase(self, *, is_broken: bool) -> None:
        """Continue our own numbers at the producer's next packet, whatever its numbers are.

        ``is_broken``: nothing before the next keyframe can be decoded.
        """
        self._is_rebasing = True
        self.is_awaiting_keyframe |= is_broken

    def write(self, out: bytearray, packet: Packet, now: float) -> int:
        """Write ``packet`` as this slot's into ``out``; return its length, 0 for not at all."""
        if self._is_rebasing and not self._begin(packet, now):
            return 0
        sequence = (packet[0] + self._sequence_offset) & 0xFFFF
        ahead = (sequence - self._last_sequence) & 0xFFFF
        if ahead < 0x8000:
            self._span += ahead
            self._last_sequence = sequence
            self._last_timestamp = packet[1] + self._timestamp_offset
            self._last_at = now
        elif 0x10000 - ahead > self._span:
            return 0  # that number belongs to what fed this slot before
        self.packets += 1
        self.octets += len(packet[4])
        return self._pack(out, sequence, packet)

    def _begin(self, packet: Packet, now: float) -> bool:
        """Tie the producer's numbers to ours at ``packet``; False if it is not to be sent."""
        assert self.producer is not None
        if self.is_awaiting_keyframe and not packet[5]:
            return False
        timestamp = self._last_timestamp
        if self._last_at is not None:
            timestamp += int((now - self._last_at) * self.producer.clock_hz) + 1
        self._sequence_offset = (self._last_sequence + 1 - packet[0]) & 0xFFFF
        self._timestamp_offset = (timestamp - packet[1]) & 0xFFFFFFFF
        self._span = -1
        self._is_rebasing = self.is_awaiting_keyframe = False
        return True

    def _pack(self, out: bytearray, sequence: int, packet: Packet) -> int:
        _, timestamp, marker, extension, payload, _ = packet
        second = marker | self._payload_type
        timestamp = (timestamp + self._timestamp_offset) & 0xFFFFFFFF
        ssrc, source = self._ssrc, self._source
        if extension < 0:
            _PLAIN.pack_into(out, 0, 0x81, second, sequence, timestamp, ssrc, source)
            start = _PLAIN.size
        else:
            word = self._extension_id | extension
            _EXTENDED.pack_into(
                out, 0, 0x91, second, sequence, timestamp, ssrc, source, ONE_BYTE_PROFILE, 1, word
            )
            start = _EXTENDED.size
        length = start + len(payload)
        out[start:length] = payload
        return length

    def rewrite(self, out: bytearray, sequence: int, now: float, rtt_s: float | None = None) -> int:
        """Write the packet once sent as ``sequence`` again; 0 when it is gone or asked too often.

        The same bytes as the first time, by the packet cache. ``rtt_s`` is the round trip to the
        receiver, if known.
        """
        behind = (self._last_sequence - sequence) & 0xFFFF
        if self.producer is None or self._is_rebasing or behind > min(self._span, WINDOW):
            return 0
        packet = self.producer.cached((sequence - self._sequence_offset) & 0xFFFF)
        if packet is None or not self._resends.take(sequence, self.packets, now, rtt_s):
            return 0
        return self._pack(out, sequence, packet)

    @property
    def is_first_report_due(self) -> bool:
        """Whether packets of the producer have gone out and no sender report about them."""
        return self._reported is None and not self._is_rebasing

    def take_report(self) -> SenderReport | None:
        """Return the producer's newest report on this slot's clock.

        None before its first packet, and until there is a newer one than was taken.
        """
        report = self.producer.sender_report if self.producer is not None else None
        if report is None or report is self._reported or self._is_rebasing:
            return None
        self._reported = report
        rtp_time = (report.rtp_time + self._timestamp_offset) & 0xFFFFFFFF
        return SenderReport(self._ssrc, report.ntp, rtp_time)
