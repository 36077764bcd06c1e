"""The packets of one voice in order, and what is missing between them; pure.

Sources: RFC 3550 section 5.1 (numbers and timestamps that wrap), RFC 6716 section 3.1 (how long a
packet of Opus is), RFC 7587 section 4 (the clock is 48 kHz whatever is coded).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from proconf_tui.media.pcm import SAMPLE_RATE_HZ

LONGEST_PACKET_SAMPLES: Final = 5760
"""120 ms, the longest that one packet can hold (RFC 6716 section 3.2.5)."""
GRAIN_SAMPLES: Final = 120
"""2.5 ms, the shortest frame; libopus conceals whole numbers of it."""
LONGEST_KEPT_SAMPLES: Final = SAMPLE_RATE_HZ
"""What is kept while nobody takes anything: the newest second."""

_MAX_KEPT_PACKETS: Final = 400
_SILK_SAMPLES: Final = (480, 960, 1920, 2880)
_HYBRID_SAMPLES: Final = (480, 960)
_CELT_SAMPLES: Final = (GRAIN_SAMPLES, 240, 480, 960)
# By the five upper bits of a packet's first byte.
_FRAME_SAMPLES: Final = _SILK_SAMPLES * 3 + _HYBRID_SAMPLES * 2 + _CELT_SAMPLES * 4


class AudioPacket(NamedTuple):
    """One RTP packet of Opus.

    ``sequence`` has 16 bits and ``timestamp`` 32, in samples at 48 kHz; ``level_dbfs`` is -127 to
    0 as its sender measured it (RFC 6464), None where it did not; ``source`` is whose it is, by
    the one CSRC that a server writes (RFC 3550 section 5.1), 0 where nobody says.
    """

    sequence: int
    timestamp: int
    payload: bytes
    level_dbfs: float | None = None
    source: int = 0


class QueuedPacket(NamedTuple):
    """A packet that waits to be played; its numbers never wrap."""

    sequence: int
    timestamp: int
    samples: int
    payload: bytes


def payload_samples(payload: bytes) -> int:
    """Return how many samples at 48 kHz a payload says that it holds; 0 if it is no Opus."""
    if not payload:
        return 0
    first = payload[0]
    frames = (1, 2, 2)[first & 3] if first & 3 != 3 else _told_frames(payload)
    samples = frames * _FRAME_SAMPLES[first >> 3]
    return samples if samples <= LONGEST_PACKET_SAMPLES else 0


def _told_frames(payload: bytes) -> int:
    return payload[1] & 0x3F if len(payload) > 1 else 0


class PacketQueue:
    """Packets by their numbers, of at most a second; the oldest are given up first.

    ``next_sequence`` and ``position`` say what has been taken: the number of the packet and the
    timestamp of the sample that come next.
    """

    def __init__(self) -> None:
        self._packets: list[QueuedPacket] = []
        self.next_sequence: int | None = None
        self.position = 0
        self._lost = 0
        self._untaken: int | None = None

    def __len__(self) -> int:
        return len(self._packets)

    @property
    def end(self) -> int:
        """The timestamp after the newest packet; ``position`` when there is none."""
        if not self._packets:
            return self.position
        newest = self._packets[-1]
        return newest.timestamp + newest.samples

    def has_passed(self, sequence: int) -> bool:
        """Whether the place of that number has passed."""
        return self.next_sequence is not None and sequence < self.next_sequence

    def insert(self, packet: QueuedPacket) -> bool:
        """Put a packet in its place; False if its place has passed or is taken."""
        packets = self._packets
        if self.has_passed(packet.sequence):
            return False
        if not packets or packet.sequence > packets[-1].sequence:
            packets.append(packet)
        elif not self._insert_between(packet):
            return False
        while self._is_too_long():
            self.drop_first()
        return True

    def first(self) -> QueuedPacket | None:
        """Return the oldest packet without taking it."""
        return self._packets[0] if self._packets else None

    def second(self) -> QueuedPacket | None:
        """Return the packet after the oldest."""
        return self._packets[1] if len(self._packets) > 1 else None

    def take(self) -> QueuedPacket:
        """Return the oldest packet and go on after it.

        Raises:
            IndexError: there is none.
        """
        packet = self._packets.pop(0)
        if self._untaken is not None:
            self._lost += packet.sequence - self._untaken
        self._go_on(packet.sequence + 1, packet.timestamp + packet.samples)
        return packet

    def take_lost(self) -> int:
        """Return how many packets were missing before those taken since this was last asked."""
        lost, self._lost = self._lost, 0
        return lost

    def drop_first(self) -> None:
        """Give the oldest packet up and go on with the one after it."""
        dropped = self._packets.pop(0)
        if self._packets:
            self._go_on(self._packets[0].sequence, self._packets[0].timestamp)
        else:
            self._go_on(dropped.sequence + 1, dropped.timestamp + dropped.samples)

    def _go_on(self, sequence: int, position: int) -> None:
        self.next_sequence = self._untaken = sequence
        self.position = position

    def _insert_between(self, packet: QueuedPacket) -> bool:
        at = len(self._packets)
        while at and self._packets[at - 1].sequence > packet.sequence:
            at -= 1
        if at and self._packets[at - 1].sequence == packet.sequence:
            return False
        self._packets.insert(at, packet)
        return True

    def _is_too_long(self) -> bool:
        packets = self._packets
        if len(packets) > _MAX_KEPT_PACKETS:
            return True
        return len(packets) > 1 and self.end - packets[0].timestamp > LONGEST_KEPT_SAMPLES
