"""Numbers that wrap made into numbers that do not, and jumps into new streams; pure.

Source: RFC 3550 section 5.1 and appendix A.1: a packet far from the others may be a stray one, and
begins a new stream only when the next one continues it. Some senders, aiortc's among them, give all
packets of one frame of theirs its timestamp; each is placed after the one before.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from proconf_tui.media.voice.packets import AudioPacket

_MAX_MISSING: Final = 3000
_MAX_MISORDERED: Final = 150
# A frame of 120 ms in packets of 2.5 ms.
_MAX_OF_ONE_TIME: Final = 48


class Place(NamedTuple):
    """Where a packet belongs, in numbers that never wrap."""

    sequence: int
    timestamp: int
    begins_stream: bool


class Numbering:
    """Places the packets of one stream after another."""

    def __init__(self) -> None:
        self._newest: Place | None = None
        # The timestamp that the newest packet really carried.
        self._told = 0
        self._awaited: int | None = None

    def place(self, packet: AudioPacket, samples: int) -> Place | None:
        """Return where a packet of so many samples belongs; None if it fits nowhere, so far."""
        newest = self._newest
        if newest is None:
            return self._begin(packet)
        ahead = ((packet.sequence - newest.sequence + 0x8000) & 0xFFFF) - 0x8000
        elapsed = ((packet.timestamp - self._told + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
        if not (-_MAX_MISORDERED < ahead < _MAX_MISSING and _is_same_way(ahead, elapsed)):
            return self._take_for_stray(packet)
        timestamp = self._told + elapsed
        if elapsed == 0:
            timestamp = newest.timestamp + ahead * samples
        place = Place(newest.sequence + ahead, timestamp, False)
        if ahead > 0:
            self._newest, self._told = place, self._told + elapsed
            self._awaited = None
        return place

    def _begin(self, packet: AudioPacket) -> Place:
        self._awaited = None
        self._newest = Place(packet.sequence, packet.timestamp, True)
        self._told = packet.timestamp
        return self._newest

    def _take_for_stray(self, packet: AudioPacket) -> Place | None:
        if packet.sequence == self._awaited:
            return self._begin(packet)
        self._awaited = (packet.sequence + 1) & 0xFFFF
        return None


def _is_same_way(ahead: int, elapsed: int) -> bool:
    if elapsed == 0:
        return abs(ahead) <= _MAX_OF_ONE_TIME
    return (ahead > 0) == (elapsed > 0)
