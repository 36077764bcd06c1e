"""A sender's RTP clock against ours: jitter, and jumps that mean it began anew.

Sources: RFC 3550 section 6.4.1 and appendix A.8 (jitter). Some senders restart the clock
when a track is replaced. A clock that stood still while muted looks just like a network
that stalled and is no jump: a stream that is forwarded anew starts afresh anyway.
"""

from __future__ import annotations

from typing import Final

MAX_DISAGREEMENT_S: Final = 1.0


class SenderClock:
    """The RTP timestamps of one stream, seen as they arrive."""

    __slots__ = ("_clock_hz", "_jitter", "_last_at", "_last_timestamp", "_transit")

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self._last_timestamp: int | None = None
        self._last_at = 0.0
        self._transit = 0
        self._jitter = 0.0

    @property
    def jitter(self) -> int:
        """The smoothed jitter in units of the RTP clock."""
        return int(self._jitter)

    def has_jumped(self, timestamp: int, now: float) -> bool:
        """Take the timestamp of the newest packet; tell whether the clock made a jump.

        A jump goes backwards, or forward by a second or more that did not pass.
        """
        last = self._last_timestamp
        if timestamp == last:
            return False
        is_jump = last is not None and self._is_jump((timestamp - last) & 0xFFFFFFFF, now)
        self._note_transit(timestamp, now, is_first=last is None or is_jump)
        self._last_timestamp = timestamp
        self._last_at = now
        return is_jump

    def _is_jump(self, ahead: int, now: float) -> bool:
        if ahead < self._clock_hz:
            return False
        if ahead >= 0x80000000:
            return True
        return abs(ahead / self._clock_hz - (now - self._last_at)) > MAX_DISAGREEMENT_S

    def _note_transit(self, timestamp: int, now: float, *, is_first: bool) -> None:
        transit = int(now * self._clock_hz) - timestamp
        if not is_first:
            off = (transit - self._transit) & 0xFFFFFFFF
            self._jitter += (min(off, 0x100000000 - off) - self._jitter) / 16
        self._transit = transit
