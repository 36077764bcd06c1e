"""What a terminal's answers tell of the way to it: how far it is, how late it reads, how much.

Pure. A question is CSI 6n (ECMA-48 DSR) after what was written, answered when all that is read:
what lies in the buffers on the way, such as those of SSH, shows in nothing else. Some terminals
never answer, and some answers get lost.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

NEVER: Final = float("-inf")

NEAR_S: Final = 0.1
"""An answer that quick was not kept waiting, whatever was before it."""

_MOST_UNANSWERED: Final = 2
_PATIENCE_S: Final = 1.0
_MOST_PATIENCE_S: Final = 4.0
_ASK_AGAIN_S: Final = 10.0
_MUTE_S: Final = 4.0
"""A terminal without an answer for so long is taken for one that has none."""
_SILENT_S: Final = 30.0
"""And so long, if it has answered before."""
_QUEUEING_S: Final = 0.03
_TELLING_S: Final = 0.005
"""Over less time a rate is not to be told from the granularity of threads."""
_WINDOW_S: Final = 10.0


class _Question(NamedTuple):
    number: int
    at: float
    written: int
    """All bytes written until then, its own frame's included."""
    unread: int
    """Of those, the bytes of which it was not known then that they had been read."""


class _Least:
    """The least of what came in the last one or two windows of time."""

    def __init__(self) -> None:
        self._before = self._now = float("inf")
        self._since = NEVER

    def take(self, now: float, value: float) -> float:
        if now - self._since > _WINDOW_S:
            self._before, self._now, self._since = self._now, float("inf"), now
        self._now = min(self._now, value)
        return min(self._before, self._now)


class Link:
    """The way to the terminal, as its answers tell of it."""

    def __init__(self) -> None:
        self.lag_s = 0.0
        self.rate: float | None = None
        """Bytes per second, measured where answers came late enough to tell."""
        self.answered_at = NEVER
        self.trip_s: float | None = None
        """How long an answer takes when nothing is before it, once that is known."""
        self._first_asked_at: float | None = None
        self._least_lag_s = _Least()
        self._questions: deque[_Question] = deque(maxlen=8)
        self._awaited_from = self._silent_until = NEVER
        self._written = self._read = 0
        self._patience_s = _PATIENCE_S

    @property
    def delay_s(self) -> float:
        """How much later the last answer came than from an idle link."""
        return self.lag_s - (self.trip_s or 0.0)

    @property
    def is_awaiting_answer(self) -> bool:
        return self.has_answered and bool(self._awaited())

    @property
    def has_answered(self) -> bool:
        return self.answered_at > NEVER

    def is_mute(self, now: float) -> bool:
        """Return whether there was never an answer, for long enough to expect none."""
        asked_at = self._first_asked_at
        return not self.has_answered and asked_at is not None and now - asked_at > _MUTE_S

    def wrote(self, size_bytes: int) -> None:
        self._written += size_bytes

    def asked(self, now: float, number: int) -> None:
        """Await an answer of this number, after all that has been written."""
        if self._first_asked_at is None:
            self._first_asked_at = now
        self._questions.append(_Question(number, now, self._written, self._written - self._read))

    def is_full(self, now: float) -> bool:
        """Return whether too much is unanswered. Far terminals may have more on its way."""
        awaited = self._awaited()
        if self.trip_s is None:
            # Before anything is drawn, and again if the first answer was late.
            return bool(awaited) and (self.has_answered or self._awaited_from == NEVER)
        return len(awaited) >= _MOST_UNANSWERED and now - awaited[0].at > self.trip_s

    def wants_question(self, now: float) -> bool:
        """Return whether the next frame is to end in a question."""
        return len(self._awaited()) < _MOST_UNANSWERED and now >= self._silent_until

    def wants_ping(self, now: float) -> bool:
        """Return whether to ask without a frame, to learn how far the terminal is."""
        return self.trip_s is None and not self._awaited() and now >= self._silent_until

    def answered(self, now: float, number: int) -> bool:
        """Take the answer to a question, however late; False if it was not asked."""
        question = next((each for each in self._questions if each.number == number), None)
        if question is None:
            return False
        # Those before it are lost: answers keep their order.
        while self._questions.popleft() is not question:
            continue
        self.lag_s = now - question.at
        # The first may have waited behind all that was drawn before; what follows it has not.
        is_alone = self.has_answered and not question.unread
        if self.trip_s is not None or self.lag_s < NEAR_S or is_alone:
            self.trip_s = self._least_lag_s.take(now, self.lag_s)
            if self.delay_s > _QUEUEING_S:
                self._measure(now, question)
        self._read, self.answered_at = question.written, now
        self._patience_s, self._silent_until = _PATIENCE_S, NEVER
        return True

    def lose_patience(self, now: float) -> float | None:
        """Await no more what was asked too long ago; return what the link carries at most.

        None if nothing is to be learnt: a terminal that answers nothing is asked again, but seldom.
        """
        awaited = self._awaited()
        if not awaited or now - awaited[-1].at < self._patience_s:
            return None
        self._awaited_from = now
        if not self.has_answered or now - self.answered_at > _SILENT_S:
            self._silent_until = now + _ASK_AGAIN_S
            return None
        self._patience_s = min(_MOST_PATIENCE_S, self._patience_s * 2)
        return (self._written - self._read) / (now - awaited[0].at)

    def _awaited(self) -> list[_Question]:
        return [each for each in self._questions if each.at > self._awaited_from]

    def _measure(self, now: float, question: _Question) -> None:
        """The link was at work all the time since the answer before, or since it was asked."""
        if self.answered_at > question.at:
            size, lasted_s = question.written - self._read, now - self.answered_at
        else:
            size, lasted_s = question.unread, self.delay_s
        if size and lasted_s > _TELLING_S:
            rate = size / lasted_s
            self.rate = rate if self.rate is None else self.rate + 0.3 * (rate - self.rate)
