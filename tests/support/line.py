"""What one direction of a network does to datagrams: loss, delay, jitter, a limited rate.

`Path` decides, by a seed and without a clock of its own; `Postman` carries out. Neither knows
sockets. Datagrams are told apart by their first byte as in RFC 7983.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MEDIA: Final = range(128, 192)
_RTCP_TYPES: Final = range(192, 224)

Deliver = Callable[[bytes], None]


def is_media(datagram: bytes) -> bool:
    """Tell whether ``datagram`` is SRTP or SRTCP."""
    return len(datagram) > 1 and datagram[0] in _MEDIA


def is_rtp(datagram: bytes) -> bool:
    """Tell whether ``datagram`` is SRTP and no SRTCP (RFC 5761 section 4)."""
    return is_media(datagram) and datagram[1] not in _RTCP_TYPES


@dataclass(frozen=True, slots=True)
class Line:
    """One direction of a network; made without arguments it does nothing to anything.

    ``loss`` is the share (0..1) of media that is lost: SRTP and SRTCP, so also what asks for the
    lost; ``loses_all`` extends it to STUN and DTLS, and so to the set-up of connections. Of
    everything else it makes no difference what a datagram is. ``jitter_s`` is added by chance,
    evenly between none and all of it, so that one datagram may overtake another. ``rate_bps``
    counts UDP payloads; what would wait longer than ``queue_s`` for its turn is dropped.
    """

    loss: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    rate_bps: float | None = None
    queue_s: float = 0.25
    loses_all: bool = False


class Path:
    """The datagrams of one direction; ``lost`` counts those by chance, ``dropped`` by the queue."""

    def __init__(self, line: Line, seed: int) -> None:
        self.line = line
        """May be exchanged at any time."""
        self.passed = self.lost = self.dropped = 0
        self._random = random.Random(seed)
        self._free_at = 0.0

    def due_at(self, datagram: bytes, now: float) -> float | None:
        """Return when ``datagram`` that is sent ``now`` arrives; None if it never does."""
        line = self.line
        is_exposed = line.loses_all or is_media(datagram)
        if is_exposed and line.loss and self._random.random() < line.loss:
            self.lost += 1
            return None
        sent_at = self._sent_at(len(datagram), now)
        if sent_at is None:
            self.dropped += 1
            return None
        self.passed += 1
        jitter_s = self._random.uniform(0.0, line.jitter_s) if line.jitter_s else 0.0
        return sent_at + line.delay_s + jitter_s

    def _sent_at(self, size: int, now: float) -> float | None:
        if self.line.rate_bps is None:
            return now
        begin_at = max(now, self._free_at)
        if begin_at - now > self.line.queue_s:
            return None
        self._free_at = begin_at + size * 8 / self.line.rate_bps
        return self._free_at


class Postman:
    """Delivers each datagram at its time, in the order of times. Needs a running loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._held: list[tuple[float, int, bytes, Deliver]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def post(self, datagram: bytes, path: Path, deliver: Deliver) -> None:
        """Take ``path`` to ``deliver``: at once if nothing holds it up, or never."""
        now = self._loop.time()
        due_at = path.due_at(datagram, now)
        if due_at is None:
            return
        if due_at <= now:
            deliver(datagram)
            return
        heapq.heappush(self._held, (due_at, next(self._numbers), datagram, deliver))
        if self._timer is None or due_at < self._timer.when():
            self._wait()

    def close(self) -> None:
        """Throw away what is still under way."""
        self._held.clear()
        self._wait()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        is_idle = not self._held
        self._timer = None if is_idle else self._loop.call_at(self._held[0][0], self._deliver_due)

    def _deliver_due(self) -> None:
        self._timer = None
        now = self._loop.time()
        while self._held and self._held[0][0] <= now:
            _, _, datagram, deliver = heapq.heappop(self._held)
            deliver(datagram)
        self._wait()
