"""The plainest playout there is: samples in a row, begun when enough of them wait; pure.

What a program has that takes aiortc's decoded frames and plays them.
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


class Fifo:
    """Plays once ``prefill`` samples wait, and waits for as many again after it ran dry.

    With a ``limit`` whole blocks are dropped, oldest first, while more samples than that wait;
    without one it is bounded only by who fills it. Any thread.
    """

    def __init__(self, prefill: int, limit: int | None = None) -> None:
        self._prefill = prefill
        self._limit = limit
        self._lock = threading.Lock()
        self._blocks: deque[Samples] = deque()
        self._count = 0
        self._is_playing = False

    def push(self, samples: Samples) -> None:
        """Append samples."""
        with self._lock:
            self._blocks.append(samples)
            self._count += len(samples)
            while self._limit is not None and self._count > self._limit:
                self._count -= len(self._blocks.popleft())

    def pull(self, count: int) -> Samples:
        """Take ``count`` samples; silence stands in for what is not there."""
        with self._lock:
            self._is_playing = self._is_playing or self._count >= self._prefill
            taken = self._take(count) if self._is_playing else np.zeros(0, np.float32)
            self._is_playing = self._is_playing and len(taken) == count
        return np.pad(taken, (0, count - len(taken)))

    def _take(self, count: int) -> Samples:
        taken: list[Samples] = [np.zeros(0, np.float32)]
        while count and self._blocks:
            block = self._blocks.popleft()
            if len(block) > count:
                self._blocks.appendleft(block[count:])
            taken.append(block[:count])
            count -= len(taken[-1])
        samples = np.concatenate(taken)
        self._count -= len(samples)
        return samples
