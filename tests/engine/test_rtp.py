"""Reading RTP: tables from the RFCs, and any bytes at all."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine import rtp


def _packet(
    payload: bytes = b"abc", *, first: int = 0x80, csrc: int = 0, extension: bytes = b""
) -> bytes:
    first |= csrc
    if extension:
        first |= 0x10
    head = rtp.HEADER.pack(first, 111, 1, 2, 3) + b"\0" * 4 * csrc
    return head + extension + payload


def _extension(elements: bytes, profile: int = rtp.ONE_BYTE_PROFILE) -> bytes:
    elements += b"\0" * (-len(elements) % 4)
    return struct.pack("!HH", profile, len(elements) // 4) + elements


@pytest.mark.parametrize(
    ("packet", "payload"),
    [
        (_packet(), b"abc"),
        (_packet(csrc=2), b"abc"),
        (_packet(extension=_extension(b"\x10\x05")), b"abc"),
        (_packet(csrc=1, extension=_extension(b"")), b"abc"),
        (_packet(b"abc\0\0\x03", first=0xA0), b"abc"),
        (_packet(b"\0\0\x03", first=0xA0), b""),
        (_packet(b""), b""),
        (_packet(b"\x09", first=0xA0), None),  # more padding than packet
        (_packet(b"", first=0x9F), None),  # 15 CSRCs that are not there
        (_packet(b"", extension=struct.pack("!HH", 0xBEDE, 9)), None),
        (_packet(first=0x40), None),
        (_packet()[:11], None),
    ],
)
def test_payload_bounds(packet: bytes, payload: bytes | None) -> None:
    bounds = rtp.payload_bounds(packet, len(packet))
    assert (None if bounds is None else packet[slice(*bounds)]) == payload


@pytest.mark.parametrize(
    ("extension", "level"),
    [
        (_extension(b"\x10\x85"), 0x85),
        (_extension(b"\x32abc\0\0\x10\x7f"), 0x7F),
        (_extension(b"\x20\x05"), None),
        (_extension(b"\x10\x05", profile=0x1000), None),
        (_extension(b""), None),
        (_extension(b"\0\0\0\x10"), None),  # the element's only byte lies outside
        (b"", None),
    ],
)
def test_audio_level(extension: bytes, level: int | None) -> None:
    packet = _packet(extension=extension)
    bounds = rtp.payload_bounds(packet, len(packet))
    assert bounds is not None
    assert rtp.audio_level(packet, bounds[0], 1) == level


@pytest.mark.parametrize(
    ("payload", "is_start"),
    [
        (b"\x10\x00", True),
        (b"\x10\x01", False),  # an inter frame
        (b"\x00\x00", False),  # a later packet of a frame
        (b"\x11\x00", False),  # a later partition
        (b"\x90\x00\x00", True),
        (b"\x90\x80\x05\x00", True),  # 7-bit picture id
        (b"\x90\x80\x85\x00\x00", True),  # 15-bit picture id
        (b"\x90\xe0\x05\x00\x00\x00", True),
        (b"\x90\xe0\x05\x00\x00\x01", False),
        (b"\x90\xe0\x05", False),
        (b"\x90\x80", False),
        (b"\x10", False),
        (b"", False),
    ],
)
def test_starts_vp8_keyframe(payload: bytes, is_start: bool) -> None:
    assert rtp.starts_vp8_keyframe(payload) is is_start


@pytest.mark.parametrize(
    ("elements", "number"),
    [
        (b"\x31\x12\x34", 0x1234),
        (b"\x10\x05\x00\x31\x12\x34", 0x1234),
        (b"\x10\x05", None),
        (b"\x00\x00\x00\x31", None),  # at the very end
    ],
)
def test_transport_number(elements: bytes, number: int | None) -> None:
    packet = _packet(b"", extension=_extension(elements))
    assert rtp.transport_number(packet, len(packet), 3) == number


@given(st.binary(max_size=64), st.integers(1, 14))
def test_any_bytes_are_read_within_their_bounds(packet: bytes, extension_id: int) -> None:
    rtp.starts_vp8_keyframe(packet)
    number = rtp.transport_number(packet, len(packet), extension_id)
    assert number is None or 0 <= number <= 0xFFFF
    bounds = rtp.payload_bounds(packet, len(packet))
    if bounds is not None:
        assert rtp.HEADER_LENGTH <= bounds[0] <= bounds[1] <= len(packet)
        level = rtp.audio_level(packet, bounds[0], extension_id)
        assert level is None or 0 <= level <= 255
