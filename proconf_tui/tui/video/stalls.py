"""Which pictures have stopped coming: a line too slow for them leaves no other trace here. Pure.

Times are in seconds of one monotonic clock. Time in which nobody looks does not count: a program
that was stopped has not waited.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final, Generic, TypeVar

K = TypeVar("K")

STALLED_AFTER_S: Final = 4.0
"""Longer than a first picture takes to come, or the next one of the slowest camera."""

_MOST_BETWEEN_LOOKS_S: Final = 0.5


class Stalls(Generic[K]):
    """Remembers how far each stream has come, and how long it has been there."""

    def __init__(self) -> None:
        self._waited: dict[K, tuple[int, float]] = {}
        self._looked_at: float | None = None

    def look(self, sequences: Mapping[K, int], now: float) -> Set[K]:
        """Take the number of each stream's newest picture; return the streams that stand still."""
        since_s = 0.0 if self._looked_at is None else now - self._looked_at
        self._looked_at = now
        passed_s = min(since_s, _MOST_BETWEEN_LOOKS_S)
        self._waited = {
            key: (sequence, self._waited_s(key, sequence, passed_s))
            for key, sequence in sequences.items()
        }
        return {key for key, (_, waited_s) in self._waited.items() if waited_s >= STALLED_AFTER_S}

    def _waited_s(self, key: K, sequence: int, passed_s: float) -> float:
        before, waited_s = self._waited.get(key, (None, 0.0))
        return waited_s + passed_s if sequence == before else 0.0
