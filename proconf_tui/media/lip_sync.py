"""When a picture is to be shown so that it comes with its sound; pure.

Sound waits in a playout buffer that grows with the network's jitter; pictures do not. The sender
reports of both tell when each was captured on the one clock of their sender. It knows no peers,
no timers and no codecs. Sources: RFC 3550 sections 4 (NTP time), 6.4.1 (sender reports), RFC 7587
and 7741 (48 kHz for Opus, 90 kHz for VP8).
"""

from __future__ import annotations

from collections import deque
from typing import Final, Generic, NamedTuple, TypeVar

AUDIO_CLOCK_HZ: Final = 48_000
VIDEO_CLOCK_HZ: Final = 90_000
MOST_HOLD_S: Final = 0.5
# Reports that put sound and picture further apart are wrong, not late.
MOST_LEAD_S: Final = 3.0

# Of half a second, 60 pictures a second.
_MOST_HELD: Final = 32

_Picture = TypeVar("_Picture")


class SenderReport(NamedTuple):
    """One moment on two clocks of a sender: 64 bits of NTP time, 32 bits of RTP time."""

    ntp: int
    timestamp: int


class StreamClock:
    """The RTP timestamps of one stream on the wall clock of its sender."""

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self._report: SenderReport | None = None

    def take(self, report: SenderReport) -> None:
        """Go by ``report`` from now on; one made before anything was sent says nothing."""
        if report.ntp:
            self._report = report

    def sent_at(self, timestamp: int) -> float | None:
        """Return when ``timestamp`` (32 bits) was, in seconds since 1900; None before a report."""
        if self._report is None:
            return None
        ahead = (timestamp - self._report.timestamp + 0x80000000) % 0x100000000 - 0x80000000
        return self._report.ntp / 0x100000000 + ahead / self._clock_hz


def lead_s(
    picture_at: float | None, sound_at: float | None, output_latency_s: float
) -> float | None:
    """Return how soon the sound of a picture leaves the loudspeaker; negative when it has.

    ``picture_at`` and ``sound_at`` are instants of their sender's clock: of the picture, and of
    the sound that is being handed to the loudspeaker now. None when either is unknown, or
    when they are too far apart to be true.
    """
    if picture_at is None or sound_at is None:
        return None
    lead = picture_at - sound_at + output_latency_s
    return lead if abs(lead) <= MOST_LEAD_S else None


def hold_s(lead: float | None) -> float:
    """Return how long a picture with that lead waits: until its sound comes, at most 0.5 s."""
    return min(max(0.0, lead or 0.0), MOST_HOLD_S)


class HeldPictures(Generic[_Picture]):
    """Pictures that wait to be shown, in the order they came.

    Of more than 32 the newest takes the place of the one before it: were the oldest dropped
    instead, none might ever be shown.
    """

    def __init__(self) -> None:
        self._held: deque[tuple[float, _Picture]] = deque()

    @property
    def next_at(self) -> float | None:
        """When `take` next has a picture; None when none waits."""
        return min((due_at for due_at, _ in self._held), default=None)

    def add(self, picture: _Picture, due_at: float) -> None:
        """Hold ``picture`` until ``due_at``."""
        if len(self._held) == _MOST_HELD:
            self._held.pop()
        self._held.append((due_at, picture))

    def take(self, now: float) -> _Picture | None:
        """Return the newest picture that is due, and drop those that came before it."""
        due = [at for at, (due_at, _) in enumerate(self._held) if due_at <= now]
        taken: _Picture | None = None
        for _ in range(due[-1] + 1 if due else 0):
            _, taken = self._held.popleft()
        return taken
