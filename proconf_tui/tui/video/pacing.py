"""When pictures may be drawn and how exactly, so that the terminal keeps up and typing stays quick.

Pure: it is told instants, sizes and answers. A frame may end in a question that the terminal
answers when it has read so far (CSI 6n, ECMA-48 DSR): what lies in the buffers on the way to a
terminal shows in nothing else. The threshold is `CellPicture.take`'s: from how great a change a
cell is drawn anew.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

MOST_WAITING: Final = 2
"""Writes that Textual's writer may still have; more, and the terminal does not keep up."""

LEAST_THRESHOLD: Final = 6
MOST_THRESHOLD: Final = 64

_NEVER: Final = float("-inf")
_NEVER_S: Final = float("inf")

FULL_FPS: Final = 30.0
_CALM_FPS: Final = 15.0
_LEAST_FPS: Final = 2.0
_FEW_TILES: Final = 4
_SLACK_S: Final = 0.01
"""How much too early a tick of the clock may come; a third of one at `FULL_FPS`."""

_KEY_FIRST_S: Final = 0.02
_KEY_SLOWS_S: Final = 0.2

_MOST_UNANSWERED: Final = 2
_PATIENCE_S: Final = 1.0
_MOST_PATIENCE_S: Final = 4.0
_ASK_AGAIN_S: Final = 10.0
_MUTE_S: Final = 4.0
_NEAR_S: Final = 0.1
_QUEUEING_S: Final = 0.03
_TELLING_S: Final = 0.005
_WINDOW_S: Final = 10.0
_SILENT_S: Final = 30.0
_LATE_S: Final = 0.08
_SHARE_OF_LINK: Final = 0.85
_LEAST_SHARE: Final = 0.25
_CAUTIOUS_BYTES_PER_S: Final = 200_000.0
_GROWTH_PER_S: Final = 0.25
_LEAST_BYTES_PER_S: Final = 8_000.0
_FRAME_S: Final = 0.2
_LEAST_FRAME_BYTES: Final = 16_000
_MOST_FRAME_BYTES: Final = 64_000
_MOST_DEBT_S: Final = 1.0


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
        self._before = self._now = _NEVER_S
        self._since = _NEVER

    def take(self, now: float, value: float) -> float:
        if now - self._since > _WINDOW_S:
            self._before, self._now, self._since = self._now, _NEVER_S, now
        self._now = min(self._now, value)
        return min(self._before, self._now)


class Link:
    """The way to the terminal, as its answers tell of it."""

    def __init__(self) -> None:
        self.lag_s = 0.0
        self.rate: float | None = None
        """Bytes per second, measured where answers came late enough to tell."""
        self.answered_at = _NEVER
        self.trip_s: float | None = None
        """How long an answer takes when nothing is before it, once that is known."""
        self._first_asked_at: float | None = None
        self._least_lag_s = _Least()
        self._questions: deque[_Question] = deque(maxlen=8)
        self._awaited_from = self._silent_until = _NEVER
        self._written = self._read = 0
        self._patience_s = _PATIENCE_S

    @property
    def delay_s(self) -> float:
        """How much later the last answer came than from an idle link."""
        return self.lag_s - (self.trip_s or 0.0)

    @property
    def has_answered(self) -> bool:
        return self.answered_at > _NEVER

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
            return bool(awaited) and (self.has_answered or self._awaited_from == _NEVER)
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
        while self._questions.popleft() is not question:
            """Those before it are lost: answers keep their order."""
        self.lag_s = now - question.at
        # The first may have waited behind all that was drawn before; what follows it has not.
        is_alone = self.has_answered and not question.unread
        if self.trip_s is not None or self.lag_s < _NEAR_S or is_alone:
            self.trip_s = self._least_lag_s.take(now, self.lag_s)
            if self.delay_s > _QUEUEING_S:
                self._measure(now, question)
        self._read, self.answered_at = question.written, now
        self._patience_s, self._silent_until = _PATIENCE_S, _NEVER
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


class Pacer:
    """Holds pictures to ``budget_bytes_per_s``, and to what the link carries if that is less."""

    def __init__(self, budget_bytes_per_s: int) -> None:
        self.link = Link()
        self.moving_tiles = 1
        self._given_bytes_per_s = float(budget_bytes_per_s)
        self.budget_bytes_per_s = min(self._given_bytes_per_s, _CAUTIOUS_BYTES_PER_S)
        """The budget in force: little until the terminal is known, never more than was given."""
        self._is_settled = False
        self._late_answers = 0
        self._threshold = float(LEAST_THRESHOLD + 2)
        self._fps = FULL_FPS
        self._frame_bytes = 0.0
        self._drawn_at = self._paid_until = self._key_at = _NEVER
        self.is_held_back = False
        """Whether the last `may_draw` refused for the terminal's sake."""

    @property
    def threshold(self) -> int:
        """How much a channel must change for its cell to be drawn anew."""
        return round(self._threshold)

    @property
    def lag_s(self) -> float:
        """How long the terminal last took to read what was written."""
        return self.link.lag_s

    @property
    def most_frame_bytes(self) -> int:
        """After how many bytes the rest of the tiles is left to the next frame."""
        size = int(self.budget_bytes_per_s * _FRAME_S)
        return max(_LEAST_FRAME_BYTES, min(_MOST_FRAME_BYTES, size))

    def may_draw(self, now: float, waiting_writes: int) -> bool:
        """Return whether a frame may go out now."""
        if (carried := self.link.lose_patience(now)) is not None:
            self._lower(min(carried, self.budget_bytes_per_s / 2))
        self._settle(now)
        self.is_held_back = (
            waiting_writes > MOST_WAITING
            or self.link.is_full(now)
            or now < self._paid_until - self._interval_s
        )
        return not self.is_held_back and self._is_due(now)

    def needs_ping(self, now: float, waiting_writes: int) -> bool:
        """Return whether a question is to go out by itself, before pictures do."""
        return waiting_writes <= MOST_WAITING and self.link.wants_ping(now)

    def needs_answer(self, now: float) -> bool:
        """Return whether the frame that is being drawn is to end in a question."""
        return self.link.wants_question(now)

    def asked(self, now: float, question: int) -> None:
        """Await an answer of this number, after all that has been written."""
        self.link.asked(now, question)

    def wrote(self, now: float, size_bytes: int) -> None:
        """Count a frame that has been written."""
        self.link.wrote(size_bytes)
        self._drawn_at = now
        cost_s = size_bytes / self.budget_bytes_per_s
        self._paid_until = min(max(self._paid_until, now) + cost_s, now + _MOST_DEBT_S)
        self._frame_bytes += 0.4 * (size_bytes - self._frame_bytes)
        self._adapt()

    def answered(self, now: float, question: int) -> None:
        """Take the answer to a question; one that was not asked is ignored."""
        before = self.link.answered_at
        if not self.link.answered(now, question):
            return
        is_late = self.link.delay_s > _LATE_S
        self._late_answers = self._late_answers + 1 if is_late else 0
        # One may be late because somebody else was busy.
        if self._late_answers > 1:
            share = max(_LEAST_SHARE, _SHARE_OF_LINK - self.link.delay_s)
            self._lower(min(self.budget_bytes_per_s, self._carried * share))
        elif not is_late and self._has_room:
            grown = self.budget_bytes_per_s * (1 + _GROWTH_PER_S * min(1.0, now - before))
            self.budget_bytes_per_s = min(self._given_bytes_per_s, grown)

    @property
    def _carried(self) -> float:
        """What the link was seen to carry, bytes per second."""
        return self.link.rate or self._given_bytes_per_s

    @property
    def _has_room(self) -> bool:
        # Even one rough frame has its delay, on a slow link.
        is_quick = self.link.delay_s < _LATE_S / 2
        return is_quick or self.budget_bytes_per_s < self._carried * _SHARE_OF_LINK

    def key_pressed(self, now: float) -> None:
        """Let what the key changes be drawn first, and fewer pictures for a moment."""
        self._key_at = now

    def _settle(self, now: float) -> None:
        """Go over to the budget that was given, unless the first answer came late."""
        is_near = self.link.has_answered and self.link.lag_s < _NEAR_S
        if not self._is_settled and (is_near or self.link.is_mute(now)):
            self.budget_bytes_per_s, self._paid_until = self._given_bytes_per_s, now
        self._is_settled = self._is_settled or self.link.has_answered or self.link.is_mute(now)

    def _lower(self, bytes_per_s: float) -> None:
        self.budget_bytes_per_s = max(_LEAST_BYTES_PER_S, bytes_per_s)

    def _is_due(self, now: float) -> bool:
        interval_s = self._interval_s
        since_s = now - self._drawn_at
        if now - self._key_at < _KEY_FIRST_S and since_s < 4 * interval_s:
            return False
        if now - self._key_at < _KEY_SLOWS_S:
            interval_s *= 2
        return since_s >= interval_s - _SLACK_S

    @property
    def _interval_s(self) -> float:
        return 1 / min(self._fps, FULL_FPS if self.moving_tiles <= _FEW_TILES else _CALM_FPS)

    def _adapt(self) -> None:
        share = self._frame_bytes / (self.budget_bytes_per_s * self._interval_s)
        if share > 1.1:
            self._draw_less(share)
        elif share < 0.8:
            self._draw_more(share)

    def _draw_less(self, share: float) -> None:
        """First half the frames, then rougher ones, then fewer still."""
        if self._fps > _CALM_FPS and self._threshold > 12:
            self._fps = _CALM_FPS
        elif self._threshold >= MOST_THRESHOLD:
            self._fps = max(_LEAST_FPS, self._fps * 0.8)
        # What a rougher threshold saves is seen only some frames later.
        self._threshold = min(MOST_THRESHOLD, self._threshold * min(1.4, share**0.5) + 0.5)

    def _draw_more(self, share: float) -> None:
        if self._fps < _CALM_FPS:
            self._fps = min(_CALM_FPS, self._fps * 1.1)
        elif self._threshold > LEAST_THRESHOLD:
            self._threshold = max(LEAST_THRESHOLD, self._threshold * 0.97)
        elif share < 0.4:
            self._fps = FULL_FPS
