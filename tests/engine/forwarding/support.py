"""Plain RTP in and out of the pure forwarder."""

from __future__ import annotations

from dataclasses import dataclass, field

from proconf_tui.engine import rtp
from proconf_tui.engine.base import Kind
from proconf_tui.engine.forwarding.producer import Producer, StreamDescription
from proconf_tui.engine.forwarding.slot import Slot, SlotDescription
from proconf_tui.protocol.ids import PeerId

SSRC_IN, SSRC_OUT = 77, 99
PAYLOAD_TYPE_IN, PAYLOAD_TYPE_OUT = 96, 120
LEVEL_ID_IN, EXTENSION_ID_OUT = 3, 5
SOURCE = 1234
KEY = b"\x10\x00key"
DELTA = b"\x10\x01delta"


@dataclass
class Out:
    """One packet as a subscriber gets it."""

    sequence: int
    timestamp: int
    payload: bytes
    is_marked: bool
    extension: int | None


@dataclass(eq=False)
class Collector:
    """A subscriber that keeps what it is sent."""

    is_ready: bool = True
    out: bytearray = field(default_factory=lambda: bytearray(4096))
    raw: list[bytes] = field(default_factory=list)

    def send_rtp(self, length: int) -> None:
        self.raw.append(bytes(self.out[:length]))

    def send_reports(self, now: float) -> None:
        """Leave them: tests take them from the slots."""

    @property
    def packets(self) -> list[Out]:
        return [_read(raw) for raw in self.raw]

    @property
    def payloads(self) -> list[bytes]:
        return [packet.payload for packet in self.packets]


def _read(raw: bytes) -> Out:
    _, second, sequence, timestamp, ssrc = rtp.HEADER.unpack_from(raw)
    assert ssrc == SSRC_OUT
    assert raw[0] & 0x0F == 1
    assert int.from_bytes(raw[12:16]) == SOURCE
    assert second & 0x7F == PAYLOAD_TYPE_OUT
    bounds = rtp.payload_bounds(raw, len(raw))
    assert bounds is not None
    extension = int.from_bytes(raw[20:24]) if raw[0] & 0x10 else None
    return Out(sequence, timestamp, raw[slice(*bounds)], bool(second & 0x80), extension)


def producer(
    kind: Kind = "audio", *, level_id: int = LEVEL_ID_IN, peer_id: str = "ann"
) -> Producer:
    about = StreamDescription(kind, SSRC_IN, PAYLOAD_TYPE_IN, level_id)
    return Producer(PeerId(peer_id), kind, about, source=SOURCE)


def slot(
    subscriber: Collector, kind: Kind = "audio", *, sequence: int = 0, timestamp: int = 0
) -> Slot:
    about = SlotDescription("0", kind, SSRC_OUT, PAYLOAD_TYPE_OUT, EXTENSION_ID_OUT)
    made = Slot(about, subscriber, sequence=sequence, timestamp=timestamp)
    made.is_live = True
    return made


def rtp_packet(
    sequence: int,
    timestamp: int,
    payload: bytes = b"x",
    *,
    level: int | None = None,
    is_marked: bool = False,
    payload_type: int = PAYLOAD_TYPE_IN,
    padding: int = 0,
) -> bytes:
    first = 0x80 | (0x10 if level is not None else 0) | (0x20 if padding else 0)
    second = payload_type | (0x80 if is_marked else 0)
    raw = rtp.HEADER.pack(first, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, SSRC_IN)
    if level is not None:
        raw += b"\xbe\xde\0\1" + bytes([LEVEL_ID_IN << 4, level, 0, 0])
    return raw + payload + (bytes(padding - 1) + bytes([padding]) if padding else b"")


def feed(source: Producer, collector: Collector, raw: bytes, now: float) -> None:
    """Send one packet through the producer to whatever slots it feeds."""
    data = bytearray(raw)
    packet = source.accept(data, len(raw), now)
    if packet is not None:
        source.fan_out(packet, collector.out, now)
