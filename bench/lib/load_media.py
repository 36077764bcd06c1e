"""What load clients send: RTP packets of one voice and one picture; pure.

Payloads are either of the right size and shape only (`synthetic`), or were encoded before and can
be decoded. Sources: RFC 3550 section 5.1, RFC 6464 (audio level), RFC 7741 section 4.2 and 4.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from bench.lib.load_sdp import LEVEL_ID, PAYLOAD_TYPE

AUDIO_PERIOD_S: Final = 0.02
_AUDIO_HZ: Final = 48000
_VIDEO_HZ: Final = 90000
_HEADER: Final = struct.Struct("!BBHII")
_EXTENSION: Final = struct.Struct("!HHBBxx")
_ONE_BYTE_PROFILE: Final = 0xBEDE
_STAMP: Final = struct.Struct("!d")
_STAMP_AT: Final = 1  # after Opus's TOC byte
_VOICE: Final = 0x80
_PICTURES_TILL_KEYFRAME: Final = 1000

Frame = tuple[bytes, ...]
"""The payloads of one picture's packets."""


@dataclass(frozen=True, slots=True)
class LoadMedia:
    """Payloads that are sent in turn; the first picture, and no other, must be a keyframe.

    ``is_stamped``: the first bytes of audio are overwritten by the time of sending.
    """

    audio: tuple[bytes, ...]
    video: tuple[Frame, ...]
    frames_per_s: int
    is_stamped: bool

    @property
    def packets_per_s(self) -> float:
        """How many packets a client sends, of both kinds."""
        a_picture = sum(map(len, self.video)) / len(self.video)
        return 1.0 / AUDIO_PERIOD_S + self.frames_per_s * a_picture


def synthetic() -> LoadMedia:
    """Return 80 bytes of audio 50 times a second, and 20 pictures of 2 packets a second."""
    start, more = b"\x10", b"\x00"  # VP8 payload descriptors: S = 1, partition 0; not the start
    key = start + b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00"
    filling = bytes(range(256)) * 4
    first, second = (start + b"\x11" + filling)[:1000], (more + filling)[:1000]
    pictures = [((key + filling)[:1000], second)] + [(first, second)] * _PICTURES_TILL_KEYFRAME
    return LoadMedia((b"\x78" + filling[:79],), tuple(pictures), 20, is_stamped=True)


def stamp_of(packet: bytes) -> float:
    """Return when a stamped audio packet was sent, whatever its CSRCs and extensions."""
    at = _HEADER.size + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        at += 4 + 4 * int.from_bytes(packet[at + 2 : at + 4])
    (sent_at,) = _STAMP.unpack_from(packet, at + _STAMP_AT)
    return float(sent_at)


class RtpStream:
    """The counters of one stream; times are seconds of any clock that only goes on."""

    __slots__ = ("_clock_hz", "_sequence", "octets", "packets", "payload_type", "ssrc")

    def __init__(self, kind: str, ssrc: int) -> None:
        self.ssrc = ssrc
        self.payload_type = PAYLOAD_TYPE[kind]
        self.packets = self.octets = 0
        self._clock_hz = _AUDIO_HZ if kind == "audio" else _VIDEO_HZ
        self._sequence = ssrc & 0x3FFF

    def rtp_time(self, at_s: float) -> int:
        """Return what the stream's clock shows."""
        return round(at_s * self._clock_hz) & 0xFFFFFFFF

    def header(self, at_s: float, octets: int, *, is_marked: bool, has_extension: bool) -> bytes:
        """Return the header of the next packet, without its extension."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += octets
        first = 0x90 if has_extension else 0x80
        second = self.payload_type | (0x80 if is_marked else 0)
        return _HEADER.pack(first, second, self._sequence, self.rtp_time(at_s), self.ssrc)


class Voice:
    """A stream of audio whose ``level_dbov`` (-127..0) may be changed at any time."""

    def __init__(self, media: LoadMedia, ssrc: int, level_dbov: int) -> None:
        self.level_dbov = level_dbov
        self.stream = RtpStream("audio", ssrc)
        self._media = media

    def next_packet(self, due_at: float, now: float) -> bytes:
        """Return the packet that is due, stamped with ``now`` where that is wanted."""
        payload = self._media.audio[self.stream.packets % len(self._media.audio)]
        header = self.stream.header(due_at, len(payload), is_marked=False, has_extension=True)
        level = _VOICE | -self.level_dbov
        extension = _EXTENSION.pack(_ONE_BYTE_PROFILE, 1, LEVEL_ID << 4, level)
        if self._media.is_stamped:
            payload = payload[:1] + _STAMP.pack(now) + payload[1 + _STAMP.size :]
        return header + extension + payload


class Picture:
    """A stream of video that begins anew with a keyframe when ``is_key_wanted``."""

    def __init__(self, media: LoadMedia, ssrc: int) -> None:
        self.is_key_wanted = False
        self.stream = RtpStream("video", ssrc)
        self._media = media
        self._turn = 0

    def next_packets(self, due_at: float) -> list[bytes]:
        """Return the packets of the picture that is due."""
        frames = self._media.video
        index = self._next_index()
        payloads = frames[index]
        last = len(payloads) - 1
        return [
            self.stream.header(due_at, len(payload), is_marked=i == last, has_extension=False)
            + payload
            for i, payload in enumerate(payloads)
        ]

    def _next_index(self) -> int:
        if self.is_key_wanted:
            self._turn, self.is_key_wanted = 0, False
        index = self._turn
        # Encoded pictures refer to those before: at their end only the keyframe may follow.
        self._turn = (index + 1) % len(self._media.video)
        return index
