"""When a device counts as lost, when as returned, and when it is tried again.

It knows no stream and no clock: what happens is told to it, with instants of one clock.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Verdict: TypeAlias = Literal["fine", "lost", "still lost", "returned"]

SILENT_S: Final = 1.0
# A headset that has to be woken takes a while to begin.
START_S: Final = 3.0
# A loudspeaker that stands still asks for its first blocks all the same.
PROOF_S: Final = 0.5
FIRST_RETRY_S: Final = 0.25
LAST_RETRY_S: Final = 2.0
# Finding out which devices there are takes a process, and may interrupt others.
FIRST_LOOK_S: Final = 2.0
LAST_LOOK_S: Final = 30.0


class StreamWatch:
    """One device's stream, from its first opening on."""

    def __init__(self) -> None:
        self._opened_at = 0.0
        self._touched_at: float | None = None
        self._failures = 0
        self._looks = 0
        self.is_lost = False
        self.retry_at = 0.0
        """When to open a stream that is closed."""
        self.look_at = 0.0
        """When to find out which devices there are, if it cannot be opened."""
        self.has_looked = False
        """Whether PortAudio has looked for devices since it was lost."""

    def opening(self) -> None:
        """A stream is about to be opened; it has not proved yet that it works."""
        self._touched_at = None

    def opened(self, now: float) -> None:
        """The stream is open."""
        self._opened_at = now

    def touched(self, now: float) -> None:
        """The device has asked for sound or delivered some. Any thread."""
        self._touched_at = now

    def lose(self, now: float) -> None:
        """It has stopped working; the first attempt and the first look come at once."""
        self.is_lost = True
        self.retry_at = now
        self.look_at = now
        self.has_looked = False
        self._looks = 0

    def failed(self, now: float) -> None:
        """It could not be opened; the next attempts come ever later."""
        self.retry_at = now + _delay_s(self._failures, FIRST_RETRY_S, LAST_RETRY_S)
        self._failures += 1

    def looked(self, now: float, *, has_looked: bool) -> None:
        """It was asked which devices there are, and PortAudio looked itself if that was worth it.

        The next times come ever later.
        """
        self.has_looked = self.has_looked or has_looked
        self.look_at = now + _delay_s(self._looks, FIRST_LOOK_S, LAST_LOOK_S)
        self._looks += 1

    def judge(self, now: float, *, is_active: bool) -> Verdict:
        """Say what has become of an open stream; "lost" and "returned" are said once each."""
        touched_at = self._touched_at
        if touched_at is None:
            is_silent = now - self._opened_at > START_S
        else:
            is_silent = now - touched_at > SILENT_S
        if is_silent or not is_active:
            return self._missed(now)
        if self.is_lost and touched_at is not None and touched_at - self._opened_at > PROOF_S:
            self.is_lost = False
            self._failures = 0
            return "returned"
        return "fine"

    def _missed(self, now: float) -> Verdict:
        if self.is_lost:
            self.failed(now)
            return "still lost"
        self.lose(now)
        return "lost"


def _delay_s(times: int, first_s: float, last_s: float) -> float:
    return min(first_s * 2.0 ** min(times, 10), last_s)
