"""Packets that a member of a meeting may encrypt rightly although what is in them is nonsense.

Seeded, so that each run has the same. Sources of what they break: RFC 3550 section 5.1 and 6
(RTP, RTCP), RFC 8285 section 4.2 (header extensions), RFC 7741 section 4.2 (VP8 descriptors).
"""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Iterator

from bench.lib.load_client import LoadClient
from bench.lib.load_media import RtpStream
from bench.lib.load_sdp import LEVEL_ID
from proconf_tui.engine import rtcp
from proconf_tui.engine.rtp import ONE_BYTE_PROFILE


def spoilt_media(client: LoadClient) -> Iterator[bytes]:
    """Yield packets of the client's own streams, rightly numbered, with something wrong in each."""
    numbers = random.Random(7)
    voice, picture = client.voice.stream, client.picture.stream

    def header(stream: RtpStream, first: int = 0x80) -> bytearray:
        now = time.monotonic()
        written = bytearray(stream.header(now, 0, is_marked=False, has_extension=False))
        written[0] = first
        return written

    for stream in (voice, picture):
        yield bytes(header(stream))  # no payload
        yield bytes(header(stream, 0xA0)) + b"\xff"  # more padding than there is packet
        yield bytes(header(stream, 0xA0)) + b"\x00"
        yield bytes(header(stream, 0x8F)) + bytes(8)  # sources past the end
        yield bytes(header(stream, 0x00)) + bytes(20)  # of another version
        wrong_type = header(stream)
        wrong_type[1] = 77
        yield bytes(wrong_type) + bytes(20)
        for length in (1, 2, 0xFFFF):  # extensions: full of lengths past their end, or past all
            extension = struct.pack("!HH", ONE_BYTE_PROFILE, length)
            yield bytes(header(stream, 0x90)) + extension + bytes([LEVEL_ID << 4 | 15] * 4 * 2)
            yield bytes(header(stream, 0x90)) + extension + b"\xff" * 8
        for _ in range(20):
            yield bytes(header(stream)) + numbers.randbytes(numbers.randrange(1, 40))
    for descriptor in (b"\x90", b"\x90\x80", b"\x90\xff\xff", b"\x90\xff\xff\xff\xff", b"\x10"):
        yield bytes(header(picture)) + descriptor


def spoilt_reports(client: LoadClient, other_ssrc: int) -> Iterator[bytes]:
    """Yield compounds that begin as RTCP does and go on as nothing should."""
    numbers = random.Random(7)
    own = client.voice.stream.ssrc
    for packet_type in range(200, 208):
        for count in (0, 1, 31):
            for words in (0, 1, 7, 0xFFFF):
                head = struct.pack("!BBHI", 0x80 | count, packet_type, words, own)
                for size in (0, 4, 20, 60):
                    yield head + numbers.randbytes(size)
    for ssrc in (own, other_ssrc):
        yield struct.pack("!BBHI", 0x81, 203, 1, ssrc)  # BYE
        yield rtcp.build_nack(ssrc, range(0, 0x10000, 300))
        yield rtcp.build_remb(0, [ssrc] * 255)
