"""Who is heard when more people talk at once than anybody can listen to.

Pure. Knows streams by any key and how loud they are by the audio levels of RFC 6464: dBov, 0 the
loudest, -127 silence.

Everybody hears the first ``heard`` of a ranking; one more is chosen, so that whoever is among
the first hears as many others. A place changes hands only for a reason: somebody without one
talks, and the holder of the weakest one has been silent for a while, or has been drowned out for
a while by the newcomer. So silence changes nothing, nor do two voices alike, and of who begins to
talk among silent people no more is lost than the time between two looks at the levels.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Final, Generic, TypeVar

SILENCE_DB: Final = -127.0
AUDIBLE_DB: Final = -50.0
"""What is softer is nobody's voice: breath, a fan, a room."""
UNMEASURED_DB: Final = -40.0
"""What a stream counts as that does not tell how loud it is: a soft voice."""
AHEAD_DB: Final = 6.0
"""From here on somebody is clearly louder."""
FALL_DB_PER_S: Final = 60.0
"""How fast who stops becomes soft: it bridges the gaps between syllables."""
DEFENCE_FALL_DB_PER_S: Final = 5.0
"""The same for who has a place to defend: it bridges pauses for thought."""
HOLD_S: Final = 1.0
"""Who has been silent this long gives way to anybody."""
DROWNING_S: Final = 0.6
"""How long one must have been clearly louder than another who talks too: no shout is so long."""
TURN_S: Final = 10.0
"""How long a stream that does not tell how loud it is may keep others waiting."""
CHANGES: Final = 2
"""How many places those without one can take at a time."""

K = TypeVar("K", bound=Hashable)


class _Voice:
    """How loud one stream is and was.

    ``moved_at`` is when it came, took a place or lost it.
    """

    __slots__ = (
        "_ahead_at",
        "_audible_at",
        "_defence_db",
        "_level_db",
        "_moved_at",
        "is_measured",
        "smooth_db",
    )

    def __init__(self, now: float) -> None:
        self._level_db = self.smooth_db = self._defence_db = SILENCE_DB
        self.is_measured = True
        self._audible_at = -math.inf
        self._ahead_at: float | None = None
        self._moved_at = now

    @property
    def is_talker(self) -> bool:
        """Whether it is known to be somebody talking."""
        return self.is_measured and self.smooth_db >= AUDIBLE_DB

    @property
    def urgency(self) -> tuple[float, float]:
        """What sorts those who wait: the loudest first, of equals who has waited longest."""
        return -self.smooth_db, self._moved_at

    def take(self, level_db: float, now: float, elapsed_s: float) -> None:
        """Take the loudest level since the last time: a rise counts at once, a fall slowly."""
        self._level_db = level_db
        self.smooth_db = max(level_db, self.smooth_db - FALL_DB_PER_S * elapsed_s)
        fallen_db = self._defence_db - DEFENCE_FALL_DB_PER_S * elapsed_s
        self._defence_db = max(level_db, fallen_db)
        if level_db >= AUDIBLE_DB:
            self._audible_at = now

    def gain(self, now: float) -> None:
        """Have taken a place."""
        self._moved_at = now

    def lose(self, now: float) -> None:
        """Have lost a place."""
        self._moved_at = now
        self._ahead_at = None

    def strength(self, now: float) -> tuple[float, float]:
        """Return what sorts places: lowest is who gives way first, of the silent the longest so."""
        return (SILENCE_DB, self._audible_at) if self._yields(now) else (self._defence_db, 0.0)

    def challenge(self, holder: _Voice, now: float) -> bool:
        """Tell whether ``holder`` gives way to this voice; asked at every look at the levels."""
        yields = holder._yields(now)
        to_beat_db = AUDIBLE_DB if yields else max(AUDIBLE_DB, holder._defence_db + AHEAD_DB)
        if self.smooth_db < to_beat_db:
            self._ahead_at = None
            return False
        if self._ahead_at is None:
            self._ahead_at = now
        if self._level_db < to_beat_db:
            return False
        if yields:
            # Of two that may both be silent, one that has only just had its turn waits.
            has_claim = self.is_measured or now - self._moved_at >= TURN_S
            return has_claim or holder._is_silent(now)
        return now - self._ahead_at >= DROWNING_S

    def _yields(self, now: float) -> bool:
        return self._is_silent(now) or self._has_had_its_turn(now)

    def _is_silent(self, now: float) -> bool:
        return now - self._audible_at >= HOLD_S

    def _has_had_its_turn(self, now: float) -> bool:
        # It may be silent for all we know.
        return not self.is_measured and now - self._moved_at >= TURN_S


class Selection(Generic[K]):
    """Ranks streams of which ``heard`` can be heard at once; ``now`` is of any steady clock."""

    def __init__(self, heard: int) -> None:
        self._heard = heard
        self._places = heard + 1
        self._voices: dict[K, _Voice] = {}
        self._ranked: list[K] = []
        self._listened_at = 0.0

    @property
    def chosen(self) -> Sequence[K]:
        """The streams that have a place, the one that is not heard by all last."""
        return self._ranked[: self._places]

    def keep(self, streams: Iterable[K], now: float) -> None:
        """Take the streams that are there now: others leave at once, and the next move up."""
        before = self._voices
        self._voices = {stream: before.get(stream) or _Voice(now) for stream in streams}
        self._ranked = [stream for stream in self._ranked if stream in self._voices]
        self._ranked += [stream for stream in self._voices if stream not in before]

    def listen(
        self, levels_db: Mapping[K, float], now: float, unmeasured: Collection[K] = ()
    ) -> None:
        """Take the loudest level of each stream since the last time, and choose by them.

        Who is not in ``levels_db`` was silent; in ``unmeasured`` are those from whom sound came
        that does not tell how loud it is.
        """
        self._take(levels_db, now, unmeasured)
        waiting = self._ranked[self._places :]
        waiting.sort(key=lambda stream: self._voices[stream].urgency)
        self._ranked[self._places :] = waiting
        # The last one chosen is not heard by all yet: it has waited longer than any other.
        self._contend(self._last_chosen(), self._heard, now)
        self._contend(waiting, self._places, now)
        self._contend(self._last_chosen(), self._heard, now)

    def _last_chosen(self) -> Sequence[K]:
        return self._ranked[self._heard : self._places]

    def _take(self, levels_db: Mapping[K, float], now: float, unmeasured: Collection[K]) -> None:
        elapsed_s, self._listened_at = now - self._listened_at, now
        for stream, voice in self._voices.items():
            if stream in unmeasured:
                voice.is_measured = False
                voice.take(UNMEASURED_DB, now, elapsed_s)
            else:
                voice.is_measured |= stream in levels_db
                voice.take(levels_db.get(stream, SILENCE_DB), now, elapsed_s)

    def _contend(self, challengers: Sequence[K], places: int, now: float) -> None:
        weakest = self._weakest(places, now) if challengers else None
        changes = 0
        for stream in challengers:
            if weakest is None or changes == CHANGES:
                return
            if self._voices[stream].challenge(self._voices[weakest], now):
                self._exchange(weakest, stream, places, now)
                weakest = self._weakest(places, now)
                changes += 1

    def _weakest(self, places: int, now: float) -> K | None:
        """Return who of the first ``places`` gives way first; never the loudest talker."""
        voices = self._voices
        talkers = (stream for stream in self.chosen if voices[stream].is_talker)
        dominant = max(talkers, key=lambda stream: voices[stream].smooth_db, default=None)
        # Of equals the last in the ranking.
        others = [stream for stream in reversed(self._ranked[:places]) if stream != dominant]
        return min(others, key=lambda stream: voices[stream].strength(now), default=None)

    def _exchange(self, old: K, new: K, places: int, now: float) -> None:
        self._ranked.remove(new)
        self._ranked[self._ranked.index(old)] = new
        self._ranked.insert(places, old)
        self._voices[old].lose(now)
        self._voices[new].gain(now)
