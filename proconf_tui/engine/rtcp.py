"""Reading and writing the RTCP packets a forwarder needs; everything else is skipped.

Pure, and total over any bytes: a malformed packet ends the compound, what came before it
counts. BYE is skipped on purpose: passed on, it ends a receiver's decoder for good.
Sources: RFC 3550 section 6 (SR, RR, SDES), RFC 4585 section 6 (NACK, PLI), RFC 5104
section 4.3.1 (FIR), draft-alvestrand-rmcat-remb-03 section 2.2 (REMB).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
SOURCE_DESCRIPTION: Final = 202
TRANSPORT_FEEDBACK: Final = 205
PAYLOAD_FEEDBACK: Final = 206

NACK: Final = 1
PICTURE_LOSS: Final = 1
FULL_INTRA: Final = 4
APPLICATION_LAYER: Final = 15

OWN_SSRC: Final = 1
"""The SSRC the engine reports as; browsers use the same one where they send no media."""

MAX_BLOCKS: Final = 31
MAX_NACKED: Final = 512
"""So many packets one compound may ask for again; a full datagram could name 8000."""
# Of four letters: aiortc reads the next description from the wrong place after any other length.
CNAME: Final = "room"
_REMB: Final = b"REMB"
_MANTISSA_BITS: Final = 18
_BLOCK: Final = struct.Struct("!IIIIII")


@dataclass(frozen=True, slots=True)
class SenderReport:
    """When, in the sender's wall clock (64-bit NTP), its RTP clock showed ``rtp_time``."""

    ssrc: int
    ntp: int
    rtp_time: int

    @property
    def short_ntp(self) -> int:
        """The middle 32 bits of the time, by which reports refer to it."""
        return self.ntp >> 16 & 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """One receiver's view of one SSRC.

    ``fraction_lost`` in 1/256, ``jitter`` in RTP units, ``last_report`` the middle 32 bits
    of the NTP time of the newest sender report, ``delay`` since then in 1/65536 s.
    """

    ssrc: int
    fraction_lost: int
    lost: int
    highest_sequence: int
    jitter: int
    last_report: int
    delay: int


@dataclass(frozen=True, slots=True)
class Nack:
    """A receiver asks for these sequence numbers of ``ssrc`` again."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """A receiver asks for a keyframe of ``ssrc`` (PLI or FIR)."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class BandwidthEstimate:
    """A receiver takes at most ``bps`` bits per second of all ``ssrcs`` together (REMB)."""

    bps: int
    ssrcs: tuple[int, ...]


Report = SenderReport | ReportBlock | Nack | KeyframeRequest | BandwidthEstimate


def parse(data: bytes) -> list[Report]:
    """Return what the compound packet ``data`` says, in order.

    What follows MAX_NACKED numbers that NACKs ask for is left out.
    """
    reports: list[Report] = []
    at = nacked = 0
    while at + 8 <= len(data) and nacked <= MAX_NACKED:
        first, packet_type, words = struct.unpack_from("!BBH", data, at)
        end = at + 4 * (words + 1)
        if first >> 6 != 2 or end > len(data):
            break
        found = list(_parse_one(first & 0x1F, packet_type, data[at:end]))
        nacked += sum(len(report.sequences) for report in found if isinstance(report, Nack))
        reports += found
        at = end
    return reports


def _parse_one(count: int, packet_type: int, packet: bytes) -> Iterator[Report]:
    if packet_type == SENDER_REPORT and len(packet) >= 28:
        yield SenderReport(*struct.unpack_from("!IQI", packet, 4))
        yield from _blocks(packet, 28, count)
    elif packet_type == RECEIVER_REPORT:
        yield from _blocks(packet, 8, count)
    elif len(packet) < 12:
        return
    elif packet_type == TRANSPORT_FEEDBACK and count == NACK:
        yield _nack(packet)
    elif packet_type == PAYLOAD_FEEDBACK and count == PICTURE_LOSS:
        yield KeyframeRequest(*struct.unpack_from("!I", packet, 8))
    elif packet_type == PAYLOAD_FEEDBACK and count == FULL_INTRA:
        for at in range(12, len(packet) - 7, 8):
            yield KeyframeRequest(*struct.unpack_from("!I", packet, at))
    elif packet_type == PAYLOAD_FEEDBACK and count == APPLICATION_LAYER:
        yield from _bandwidth(packet)


def _bandwidth(packet: bytes) -> Iterator[BandwidthEstimate]:
    is_whole = len(packet) >= 20 and len(packet) >= 20 + 4 * packet[16]
    if not is_whole or packet[12:16] != _REMB:
        return
    size = int.from_bytes(packet[17:20])
    mantissa = size & (1 << _MANTISSA_BITS) - 1
    ssrcs: tuple[int, ...] = struct.unpack_from(f"!{packet[16]}I", packet, 20)
    yield BandwidthEstimate(mantissa << (size >> _MANTISSA_BITS), ssrcs)


def _blocks(packet: bytes, start: int, count: int) -> Iterator[ReportBlock]:
    for at in range(start, min(start + 24 * count, len(packet) - 23), 24):
        ssrc, lost, highest, jitter, last, delay = _BLOCK.unpack_from(packet, at)
        yield ReportBlock(ssrc, lost >> 24, lost & 0xFFFFFF, highest, jitter, last, delay)


def _nack(packet: bytes) -> Nack:
    sequences: list[int] = []
    for at in range(12, len(packet) - 3, 4):
        base, mask = struct.unpack_from("!HH", packet, at)
        sequences.append(base)
        sequences += [(base + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1]
        if len(sequences) > MAX_NACKED:
            break
    return Nack(struct.unpack_from("!I", packet, 8)[0], tuple(sequences))


def build_picture_loss(ssrc: int) -> bytes:
    """Return a PLI that asks the sender of ``ssrc`` for a keyframe."""
    return struct.pack("!BBHII", 0x80 | PICTURE_LOSS, PAYLOAD_FEEDBACK, 2, OWN_SSRC, ssrc)


def build_nack(ssrc: int, sequences: Sequence[int]) -> bytes:
    """Return a NACK that asks the sender of ``ssrc`` for ``sequences``, oldest first."""
    entries: list[tuple[int, int]] = []
    for sequence in sequences:
        # An entry that crosses the wrap is legal, but aiortc does not find those packets.
        ahead = sequence - entries[-1][0] if entries else 0
        if 1 <= ahead <= 16:
            entries[-1] = (entries[-1][0], entries[-1][1] | 1 << (ahead - 1))
        else:
            entries.append((sequence, 0))
    head = struct.pack("!BBHII", 0x80 | NACK, TRANSPORT_FEEDBACK, 2 + len(entries), OWN_SSRC, ssrc)
    return head + b"".join(struct.pack("!HH", *entry) for entry in entries)


def build_remb(bps: int, ssrcs: Sequence[int]) -> bytes:
    """Return a REMB that asks for at most ``bps`` of all ``ssrcs`` (at most 255) together.

    ``bps`` goes out with its 18 highest bits, rounded down.
    """
    exponent = max(0, bps.bit_length() - _MANTISSA_BITS)
    size = (exponent << _MANTISSA_BITS | bps >> exponent).to_bytes(3)
    count = len(ssrcs)
    head = struct.pack("!BBHII", 0x80 | APPLICATION_LAYER, PAYLOAD_FEEDBACK, 4 + count, OWN_SSRC, 0)
    return head + _REMB + bytes([count]) + size + struct.pack(f"!{count}I", *ssrcs)


def build_receiver_report(blocks: Iterable[ReportBlock]) -> bytes:
    """Return a receiver report; blocks past the 31 that fit are left out."""
    body = b"".join(_block(block) for block in list(blocks)[:MAX_BLOCKS])
    count = len(body) // 24
    return struct.pack("!BBHI", 0x80 | count, RECEIVER_REPORT, 1 + 6 * count, OWN_SSRC) + body


def _block(block: ReportBlock) -> bytes:
    lost = block.fraction_lost << 24 | block.lost & 0xFFFFFF
    return _BLOCK.pack(
        block.ssrc,
        lost,
        block.highest_sequence & 0xFFFFFFFF,
        block.jitter & 0xFFFFFFFF,
        block.last_report,
        block.delay & 0xFFFFFFFF,
    )


def build_sender_reports(reports: Sequence[tuple[SenderReport, int, int]]) -> bytes:
    """Return the compound of sender reports and the descriptions that must follow them.

    Each comes with the packets and the payload octets sent so far; what is past the 31 that one
    description can hold is left out.
    """
    held = reports[:MAX_BLOCKS]
    chunks = b"".join(_description(report.ssrc) for report, _, _ in held)
    words = len(chunks) // 4
    head = struct.pack("!BBH", 0x80 | len(held), SOURCE_DESCRIPTION, words)
    return b"".join(_sender_report(*one) for one in held) + head + chunks


def _sender_report(report: SenderReport, packets: int, octets: int) -> bytes:
    counters = (packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return struct.pack(
        "!BBHIQIII", 0x80, SENDER_REPORT, 6, report.ssrc, report.ntp, report.rtp_time, *counters
    )


def _description(ssrc: int) -> bytes:
    chunk = struct.pack("!IBB", ssrc, 1, len(CNAME)) + CNAME.encode() + b"\0"
    return chunk + b"\0" * (-len(chunk) % 4)
