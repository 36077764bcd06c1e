"""When a client's packets came, told to the client, who finds out from it what its line carries.

Pure, `now` is always an argument. Refuses to judge: browsers have an estimator of their own, which
without this may only guess from loss and takes half a minute to dare a sharp picture. Source:
draft-holmer-rmcat-transport-wide-cc-extensions-01 sections 2 and 3.1.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Final

from proconf_tui.engine.rtcp import OWN_SSRC, TRANSPORT_FEEDBACK

TRANSPORT_WIDE: Final = 15
MOST_IN_ONE: Final = 400
"""So many numbers one packet speaks of: with the longest deltas it still fits into a datagram."""
MOST_AT_ONCE: Final = 2000
"""More than come in a tick; what is older stays untold, and a jump costs no more."""

_TICKS_PER_S: Final = 4000
_REFERENCE_TICKS: Final = 256
_MISSING, _SOON, _ANY_TIME = 0, 1, 2
_IN_CHUNK: Final = 7
_TWO_BITS_EACH: Final = 0xC000


class Arrivals:
    """What has come over one transport, by the number its sender gave each packet.

    Each is told of once; what comes later than that stays lost.
    """

    __slots__ = ("_came_at", "_count", "_highest", "_next")

    def __init__(self) -> None:
        self._came_at: dict[int, int] = {}
        self._highest: int | None = None  # extended beyond 16 bits
        self._next = 0
        self._count = 0

    def note(self, number: int, now: float) -> None:
        """Take note of the packet that carries ``number`` (mod 2^16)."""
        if self._highest is None:
            self._highest = self._next = number
        ahead = (number - self._highest + 0x8000 & 0xFFFF) - 0x8000
        extended = self._highest + ahead
        if extended >= self._next:
            self._highest = max(self._highest, extended)
            self._came_at[extended] = int(now * _TICKS_PER_S)

    def take(self, ssrc: int) -> list[bytes]:
        """Return the RTCP packets that tell what came since the last call of it, about ``ssrc``."""
        packets: list[bytes] = []
        came_at, self._came_at = self._came_at, {}
        if self._highest is None:
            return packets
        begin = max(self._next, self._highest + 1 - MOST_AT_ONCE)
        self._next = self._highest + 1
        numbers = [number for number in sorted(came_at) if number >= begin]
        while numbers:
            begin = max(begin, numbers[0] + 1 - MOST_IN_ONE)
            count = sum(number < begin + MOST_IN_ONE for number in numbers)
            told, numbers = numbers[:count], numbers[count:]
            packets.append(_build(ssrc, begin, told, came_at, self._count))
            self._count = self._count + 1 & 0xFF
            begin = told[-1] + 1
        return packets


def _build(
    ssrc: int, begin: int, numbers: Sequence[int], came_at: Mapping[int, int], count: int
) -> bytes:
    """Return the packet about all numbers from ``begin`` to the last of ``numbers``, which came."""
    reference = came_at[numbers[0]] // _REFERENCE_TICKS
    before = reference * _REFERENCE_TICKS
    symbols = [_MISSING] * (numbers[-1] + 1 - begin)
    deltas = bytearray()
    for number in numbers:
        delta, before = came_at[number] - before, came_at[number]
        is_soon = 0 <= delta <= 0xFF
        symbols[number - begin] = _SOON if is_soon else _ANY_TIME
        deltas += struct.pack("!B" if is_soon else "!h", max(-0x8000, min(delta, 0x7FFF)))
    about = struct.pack("!HHI", begin & 0xFFFF, len(symbols), (reference & 0xFFFFFF) << 8 | count)
    return _packed(ssrc, about + _chunks(symbols) + deltas)


def _chunks(symbols: Sequence[int]) -> bytes:
    words: list[int] = []
    for at in range(0, len(symbols), _IN_CHUNK):
        word = _TWO_BITS_EACH
        for place, symbol in enumerate(symbols[at : at + _IN_CHUNK]):
            word |= symbol << 2 * (_IN_CHUNK - 1 - place)
        words.append(word)
    return struct.pack(f"!{len(words)}H", *words)


def _packed(ssrc: int, body: bytes) -> bytes:
    padding = -len(body) % 4
    first = 0xA0 if padding else 0x80  # with the bit that says so (RFC 3550 section 6.4.1)
    words = 2 + (len(body) + padding) // 4
    head = struct.pack("!BBHII", first | TRANSPORT_WIDE, TRANSPORT_FEEDBACK, words, OWN_SSRC, ssrc)
    return head + body + (bytes(padding - 1) + bytes([padding]) if padding else b"")
