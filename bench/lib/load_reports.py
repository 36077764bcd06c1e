"""The RTCP that load clients send, as every real client does each second; pure.

Sources: RFC 3550 section 6.4.1 (SR), 6.4.2 (RR) and 6.5 (SDES).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from bench.lib.load_media import RtpStream

_NTP_OFFSET_S: Final = 2208988800
_MAX_BLOCKS: Final = 31
_OWN_SSRC: Final = 1
_CNAME: Final = b"load"


def sender_report(stream: RtpStream, due_at: float, wall_s: float) -> bytes:
    """Return what was sent on ``stream`` and which time its clock shows, with a description."""
    ntp = int((wall_s + _NTP_OFFSET_S) * 0x100000000)
    counters = stream.rtp_time(due_at), stream.packets, stream.octets
    report = struct.pack("!BBHIQIII", 0x80, 200, 6, stream.ssrc, ntp, *counters)
    item = struct.pack("!BB", 1, len(_CNAME)) + _CNAME + b"\0\0"  # the end, filled up to 8
    return report + struct.pack("!BBHI", 0x81, 202, 3, stream.ssrc) + item


def receiver_reports(ssrcs: Sequence[int]) -> Iterator[bytes]:
    """Return reports that nothing was lost; as many as the streams need."""
    for first in range(0, len(ssrcs), _MAX_BLOCKS):
        some = ssrcs[first : first + _MAX_BLOCKS]
        head = struct.pack("!BBHI", 0x80 | len(some), 201, 1 + 6 * len(some), _OWN_SSRC)
        yield head + b"".join(struct.pack("!I20x", ssrc) for ssrc in some)
