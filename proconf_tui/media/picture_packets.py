"""Whole pictures from the packets of one video stream, in order, and when it cannot go on; pure.

A picture is handed over with its last packet. Where one is missing the next ones wait, but not for
longer than until a keyframe has come whole: nothing before it matters then. Two packets in a row
that are older than any late one mean that the sender counts anew.
Sources: RFC 7741 sections 4.1 to 4.3 (VP8 in RTP: the marker ends a picture; the descriptor and the
payload header tell where one begins, and whether it is a keyframe).
"""

from __future__ import annotations

from typing import Final, NamedTuple

_MOST_KEPT: Final = 512
_LATEST: Final = 2048


class PicturePacket(NamedTuple):
    """One packet; ``sequence`` has 16 bits, ``timestamp`` 32, ``data`` is without descriptor.

    ``source`` is whose it is, 0 where nobody says.
    """

    sequence: int
    timestamp: int
    is_last: bool
    starts_keyframe: bool
    data: bytes
    source: int = 0


class Picture(NamedTuple):
    """One encoded picture; ``sequence`` is the number of its first packet."""

    sequence: int
    timestamp: int
    source: int
    data: bytes


class PictureBuffer:
    """Takes packets in any order."""

    def __init__(self) -> None:
        # By numbers that never wrap, and so is what is awaited; None before a keyframe.
        self._packets: dict[int, PicturePacket] = {}
        self._newest: int | None = None
        self._next: int | None = None
        self._anew_at: int | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether something has come that cannot be shown without what has not."""
        if not self._packets:
            return False
        first = None if self._next is None else self._packets.get(self._next)
        if first is None or self._next is None:
            return True
        newest = max(self._packets)
        has_gap = newest - self._next + 1 > len(self._packets)
        # What has no end before the next begins was cut short, where its slot went to another.
        return has_gap or self._packets[newest].timestamp != first.timestamp

    def push(self, packet: PicturePacket) -> list[Picture]:
        """Take a packet and return the pictures that are whole now."""
        number = self._number(packet.sequence)
        if self._next is not None and number < self._next and not self._begins_anew(number):
            return []
        if len(self._packets) >= _MOST_KEPT:
            self._packets.clear()
            self._next = None
        self._packets[number] = packet
        if self._next is None and packet.starts_keyframe:
            self._go_on_from(number)
        pictures = self._take_whole()
        if not pictures and self.is_blocked and self._jump():
            pictures = self._take_whole()
        return pictures

    def _number(self, sequence: int) -> int:
        if self._newest is None:
            self._newest = sequence
            return sequence
        number = self._newest + ((sequence - self._newest + 0x8000) & 0xFFFF) - 0x8000
        self._newest = max(self._newest, number)
        return number

    def _begins_anew(self, number: int) -> bool:
        is_second, self._anew_at = number == self._anew_at, number + 1
        if self._next is None or not is_second or self._next - number <= _LATEST:
            return False
        self._packets.clear()
        self._next, self._newest = None, number
        return True

    def _take_whole(self) -> list[Picture]:
        pictures: list[Picture] = []
        while self._next is not None and (end := self._end(self._next)) is not None:
            pictures += self._take(self._next, end)
            self._next = end
        return pictures

    def _end(self, first: int) -> int | None:
        """Return the number after what begins with ``first``; None if it is not whole."""
        number = first
        while (packet := self._packets.get(number)) is not None:
            if packet.timestamp != self._packets[first].timestamp:
                return None
            number += 1
            # Padding comes after a picture, with its time.
            if packet.is_last or (not packet.data and number == first + 1):
                return number
        return None

    def _take(self, first: int, end: int) -> list[Picture]:
        packets = [self._packets.pop(number) for number in range(first, end)]
        data = b"".join(each.data for each in packets)
        sequence, timestamp, *_, source = packets[0]
        return [Picture(sequence, timestamp, source, data)] if data else []

    def _jump(self) -> bool:
        """Go on with the newest keyframe that is whole; tell if there is one."""
        starts = (number for number, packet in self._packets.items() if packet.starts_keyframe)
        whole = [number for number in starts if self._end(number) is not None]
        if not whole:
            return False
        self._go_on_from(max(whole))
        return True

    def _go_on_from(self, number: int) -> None:
        self._next = number
        self._packets = {n: packet for n, packet in self._packets.items() if n >= number}


def starts_vp8_keyframe(payload: bytes) -> bool:
    """Tell whether an RTP payload of VP8, descriptor included, begins a keyframe."""
    at = _descriptor_length(payload)
    # The first partition begins here, and its lowest bit is 0 in a keyframe.
    return len(payload) > at and payload[0] & 0x1F == 0x10 and not payload[at] & 0x01


def _descriptor_length(payload: bytes) -> int:
    if len(payload) < 2 or not payload[0] & 0x80:
        return 1
    extension, at = payload[1], 2
    if extension & 0x80:
        at += 2 if len(payload) > at and payload[at] & 0x80 else 1
    return at + bool(extension & 0x40) + bool(extension & 0x30)
