"""What a voice plays next: a packet, the repair of a lost one, or the wait for one; pure.

Instants and timestamps are in samples at 48 kHz. ``live`` is the timestamp of what would be played
if there were no delay beyond the network's. Two gaps are told apart by the packets' numbers: where
none is missing the sender was silent, and what follows begins anew with the wanted delay; where
some are missing they were lost.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Final, NamedTuple

from proconf_tui.media.voice.pacing import Pace
from proconf_tui.media.voice.packets import PacketQueue, QueuedPacket

BRIDGE_SAMPLES: Final = 480
LONGEST_BRIDGE_SAMPLES: Final = 4800
"""How long a voice fades when nothing arrives."""

_LONGEST_GAP: Final = 4800
# libopus conceals multiples of 2.5 ms.
_GRAIN: Final = 120


class Action(Enum):
    """How the next samples come about."""

    PLAY = auto()
    """Decode the payload."""
    REPAIR = auto()
    """Decode the copy that the payload carries of the frame before it."""
    CONCEAL = auto()
    """Go on as the voice did, for a frame that is lost."""
    BRIDGE = auto()
    """Go on as the voice did, fading, while there is nothing to play; nothing passes by."""
    REST = auto()
    """Nothing plays."""


class Step(NamedTuple):
    """The next ``samples`` and where they come from.

    ``pace`` is what becomes of them; ``follows`` tells whether they go on where the step before
    ended.
    """

    action: Action
    samples: int
    payload: bytes = b""
    pace: Pace = Pace.KEEP
    follows: bool = True


_BRIDGE = Step(Action.BRIDGE, BRIDGE_SAMPLES)
_REST = Step(Action.REST, 0)


class Playhead:
    """Goes through a queue of packets.

    ``is_running``: between the beginning of a talk spurt and its end. ``bridged``: how long there
    has been nothing to play. ``carries_copy`` tells whether a payload carries a copy of the frame
    before it.
    """

    def __init__(self, queue: PacketQueue, carries_copy: Callable[[bytes], bool]) -> None:
        self.is_running = False
        self.bridged = 0
        self._queue = queue
        self._carries_copy = carries_copy
        self._frame = 0

    def begins(self, live: float, wanted: float) -> bool:
        """Begin a talk spurt if one is due; ``wanted`` is how long its first packet shall lie."""
        first = self._queue.first()
        if first is None or (self.is_running and not self._is_pause(first)):
            return False
        start = self._start(first)
        if live - start < wanted:
            return False
        self.is_running = True
        if start != first.timestamp:
            self._queue.next_sequence = first.sequence - 1
        else:
            self._queue.next_sequence = first.sequence
        self._queue.position = start
        return True

    def step(self) -> Step:
        """Go on by one step."""
        first = self._queue.first()
        if not self.is_running or first is None or self._is_pause(first):
            return self._bridge()
        if self.bridged:
            self._count_bridge(first)
        gap = first.timestamp - self._queue.position
        if gap >= _GRAIN:
            return self._fill(first, gap)
        self._frame = first.samples
        packet = self._queue.take()
        return Step(Action.PLAY, packet.samples, packet.payload)

    def drop_to(self, latest: float, kept: float) -> bool:
        """Give up what is older than ``latest``, but keep ``kept`` samples; tell if any went."""
        end = self._queue.end
        has_dropped = False
        while (second := self._queue.second()) is not None:
            if second.timestamp > latest or end - second.timestamp < kept:
                break
            self._queue.drop_first()
            has_dropped = True
        return has_dropped

    def _is_pause(self, first: QueuedPacket) -> bool:
        gap = first.timestamp - self._queue.position
        if gap < _GRAIN:
            return False
        missing = self._missing(first)
        return gap > _LONGEST_GAP or gap > missing * max(first.samples, self._frame)

    def _missing(self, first: QueuedPacket) -> int:
        awaited = self._queue.next_sequence
        return 0 if awaited is None else first.sequence - awaited

    def _start(self, first: QueuedPacket) -> int:
        """Where a spurt begins: a frame earlier if that one is lost but can be repaired."""
        if self._missing(first) and self._carries_copy(first.payload):
            return first.timestamp - first.samples
        return first.timestamp

    def _count_bridge(self, first: QueuedPacket) -> None:
        """Count what was bridged for the frames that turn out to be lost and cannot be repaired."""
        repairable = first.samples if self._carries_copy(first.payload) else 0
        gap = first.timestamp - self._queue.position - repairable
        self._queue.position += max(0, min(gap, self.bridged))
        self.bridged = 0

    def _fill(self, first: QueuedPacket, gap: int) -> Step:
        gap -= gap % _GRAIN
        if gap <= first.samples and self._carries_copy(first.payload):
            self._pass(first, gap)
            return Step(Action.REPAIR, gap, first.payload)
        count = gap if gap <= first.samples else min(first.samples, gap - first.samples)
        count = max(_GRAIN, count - count % _GRAIN)
        self._pass(first, count)
        return Step(Action.CONCEAL, count)

    def _pass(self, first: QueuedPacket, count: int) -> None:
        self._queue.position += count
        if self._queue.next_sequence is not None:
            self._queue.next_sequence = min(first.sequence, self._queue.next_sequence + 1)

    def _bridge(self) -> Step:
        if self.bridged >= LONGEST_BRIDGE_SAMPLES:
            self.is_running = False
        if not self.is_running:
            self.bridged = 0
            return _REST
        self.bridged += BRIDGE_SAMPLES
        return _BRIDGE
