"""What a voice plays next: a packet, the repair of a lost one, or the wait for one; pure.

Instants and timestamps are in samples at 48 kHz. ``live`` is the timestamp of what would be played
if there were no delay beyond the network's. Two gaps are told apart by the packets' numbers: where
none is missing the sender was silent, and what follows begins anew with the wanted delay; where
some are missing they were lost.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, NamedTuple

from proconf_tui.media.voice.pacing import Pace
from proconf_tui.media.voice.packets import GRAIN_SAMPLES, PacketQueue, QueuedPacket

BRIDGE_SAMPLES: Final = 480
LONGEST_BRIDGE_SAMPLES: Final = 4800
"""How long a voice fades when nothing arrives; a longer gap is not filled but a pause."""


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
    WAIT = auto()
    """Nothing plays, but a talk spurt is about to begin."""
    REST = auto()
    """Nothing plays."""


class Step(NamedTuple):
    """The next ``samples`` and where they come from.

    ``pace`` is what becomes of them; ``follows`` tells whether they go on where the step before
    ended; ``replaced`` is how many frames, lost or late, were bridged before them.
    """

    action: Action
    samples: int
    payload: bytes = b""
    pace: Pace = Pace.KEEP
    follows: bool = True
    replaced: int = 0


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
        # Bridged since the last packet, also when that ended in a rest; and what it stood in for.
        self._stood_in = 0
        self._replaced = 0

    def until_start(self, live: float, wanted: float) -> float | None:
        """Return when the talk spurt that is due is to begin, below zero if it should have.

        None if none is due. ``wanted`` is how long its first packet shall lie.
        """
        first = self._queue.first()
        if first is None or (self.is_running and not self._is_pause(first)):
            return None
        return self._start(first) + wanted - live

    def begin(self) -> None:
        """Begin the talk spurt that is due."""
        first = self._queue.first()
        assert first is not None
        start = self._start(first)
        is_repaired = start != first.timestamp
        lost = self._missing(first) - is_repaired
        self._replaced = min(lost, self._stood_in // first.samples)
        self._stood_in = self.bridged = 0
        self.is_running = True
        self._queue.next_sequence = first.sequence - is_repaired
        self._queue.position = start

    def wait(self, count: float) -> Step:
        """Let up to so many samples, rounded up, pass before a talk spurt begins."""
        if self.is_running:
            return self._bridge(math.ceil(count))
        return Step(Action.WAIT, math.ceil(count))

    def step(self, room: int = BRIDGE_SAMPLES) -> Step:
        """Go on by one step; ``room`` is how many samples are asked for."""
        first = self._queue.first()
        if not self.is_running or first is None or self._is_pause(first):
            return self._bridge(room)
        if self.bridged:
            self._count_bridge(first)
        replaced, self._replaced = self._replaced, 0
        return self._next(first)._replace(replaced=replaced)

    def _next(self, first: QueuedPacket) -> Step:
        gap = first.timestamp - self._queue.position
        if gap >= GRAIN_SAMPLES:
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
        if gap < GRAIN_SAMPLES:
            return False
        missing = self._missing(first)
        return gap > LONGEST_BRIDGE_SAMPLES or gap > missing * max(first.samples, self._frame)

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
        passed = max(0, min(gap, self.bridged))
        self._queue.position += passed
        # A frame that was bridged in part counts where the rest of it is concealed.
        has_rest = gap - passed >= GRAIN_SAMPLES
        self._replaced = max(0 if has_rest else 1, self._stood_in // first.samples)
        self._stood_in = self.bridged = 0

    def _fill(self, first: QueuedPacket, gap: int) -> Step:
        gap -= gap % GRAIN_SAMPLES
        if gap <= first.samples and self._carries_copy(first.payload):
            self._pass(first, gap)
            return Step(Action.REPAIR, gap, first.payload)
        count = gap if gap <= first.samples else min(first.samples, gap - first.samples)
        count = max(GRAIN_SAMPLES, count - count % GRAIN_SAMPLES)
        self._pass(first, count)
        return Step(Action.CONCEAL, count)

    def _pass(self, first: QueuedPacket, count: int) -> None:
        self._queue.position += count
        if self._queue.next_sequence is not None:
            self._queue.next_sequence = min(first.sequence, self._queue.next_sequence + 1)

    def _bridge(self, room: int) -> Step:
        if self.bridged >= LONGEST_BRIDGE_SAMPLES:
            self.is_running = False
        if not self.is_running:
            self.bridged = 0
            return _REST
        count = min(room + -room % GRAIN_SAMPLES, BRIDGE_SAMPLES)
        self.bridged += count
        self._stood_in += count
        return Step(Action.BRIDGE, count)
