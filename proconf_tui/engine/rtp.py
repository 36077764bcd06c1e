"""Reading RTP packets in place: header, extensions, padding, VP8 keyframes.

Pure, and total over any bytes. It refuses to know codecs beyond the one question "does a
keyframe begin here". Sources: RFC 3550 section 5.1 (header), RFC 8285 section 4.2 (one-byte
extensions), RFC 6464 (audio level), RFC 7741 section 4.2 and 4.3 (VP8 descriptor, header).
"""

from __future__ import annotations

import struct
from typing import Final

HEADER: Final = struct.Struct("!BBHII")
"""First byte, marker and payload type, sequence number, timestamp, SSRC."""

HEADER_LENGTH: Final = HEADER.size
ONE_BYTE_PROFILE: Final = 0xBEDE

_EXTENSION: Final = struct.Struct("!HH")

Bytes = bytes | bytearray


def payload_bounds(packet: Bytes, length: int) -> tuple[int, int] | None:
    """Return where the payload of the packet in ``packet[:length]`` begins and ends.

    The two are equal for a packet of padding only. None when the lengths inside contradict
    the length of the packet.
    """
    if length < HEADER_LENGTH or packet[0] >> 6 != 2:
        return None
    first = packet[0]
    start = HEADER_LENGTH + 4 * (first & 0x0F)
    if first & 0x10:
        if start + 4 > length:
            return None
        start += 4 + 4 * _EXTENSION.unpack_from(packet, start)[1]
    padding = packet[length - 1] if first & 0x20 else 0
    end = length - padding
    return (start, end) if start <= end else None


def audio_level(packet: Bytes, payload_start: int, extension_id: int) -> int | None:
    """Return the byte of the audio level extension: V bit and -dBov in 7 bits (RFC 6464).

    ``payload_start`` comes from `payload_bounds` for the same packet. None when the packet
    carries no such extension.
    """
    at = _element(packet, payload_start, extension_id)
    return packet[at] if at is not None and at < payload_start else None


def transport_number(packet: Bytes, length: int, extension_id: int) -> int | None:
    """Return the number that counts all packets of a transport, None where there is none.

    Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2.
    """
    bounds = payload_bounds(packet, length)
    at = None if bounds is None else _element(packet, bounds[0], extension_id)
    if bounds is None or at is None or at + 2 > bounds[0]:
        return None
    return packet[at] << 8 | packet[at + 1]


def _element(packet: Bytes, payload_start: int, extension_id: int) -> int | None:
    """Return where the data of a one-byte header extension's element begin."""
    if not packet[0] & 0x10:
        return None
    at = HEADER_LENGTH + 4 * (packet[0] & 0x0F)
    if _EXTENSION.unpack_from(packet, at)[0] != ONE_BYTE_PROFILE:
        return None
    at += 4
    while at < payload_start:
        element = packet[at]
        if element == 0:
            at += 1
        elif element >> 4 == extension_id:
            return at + 1
        else:
            at += 2 + (element & 0x0F)
    return None


def starts_vp8_keyframe(payload: Bytes) -> bool:
    """Tell whether this payload is the first packet of a VP8 keyframe."""
    if not payload or payload[0] & 0x1F != 0x10:  # S = 1 and partition 0
        return False
    at = 1
    if payload[0] & 0x80:
        if len(payload) < 3:
            return False
        flags = payload[1]
        at = 2
        if flags & 0x80:
            at += 2 if payload[2] & 0x80 else 1
        at += (flags >> 6 & 1) + (1 if flags & 0x30 else 0)
    return at < len(payload) and not payload[at] & 0x01
