"""A slow connection with a large buffer before it, such as SSH keeps; pure."""

from __future__ import annotations

READ_BYTES = 1 << 16


class SlowLink:
    """Takes bytes while there is room, and passes on ``rate_bytes_per_s`` of them (None: all)."""

    def __init__(
        self, rate_bytes_per_s: float | None = None, capacity_bytes: int = 1 << 20
    ) -> None:
        self._rate = rate_bytes_per_s
        self._capacity = capacity_bytes
        self._waiting = bytearray()
        self._credit = 0.0
        self._passed_at: float | None = None

    @property
    def has_room(self) -> bool:
        """Whether it takes another `READ_BYTES`."""
        return len(self._waiting) + READ_BYTES <= self._capacity

    @property
    def lag_s(self) -> float:
        """How long a byte put in now would wait."""
        return len(self._waiting) / self._rate if self._rate else 0.0

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def hurry(self) -> None:
        """Pass on everything at once from now on."""
        self._rate = None

    def put(self, data: bytes) -> None:
        """Append what was written; ask `has_room` before."""
        self._waiting += data

    def take(self, now: float) -> bytes:
        """Return what has come through since the last call."""
        size = len(self._waiting)
        if self._rate is not None:
            since = now if self._passed_at is None else self._passed_at
            self._credit += (now - since) * self._rate
            size = min(size, int(self._credit))
        self._passed_at = now
        passed = bytes(self._waiting[:size])
        del self._waiting[:size]
        # An idle line saves nothing up.
        self._credit = self._credit - size if self._waiting else 0.0
        return passed
