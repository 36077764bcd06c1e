"""When pictures may be drawn and how finely, so that the terminal keeps up and typing stays quick.

Pure: it is told instants, sizes and answers. The threshold is `CellPicture.take`'s: from how great
a change a cell is drawn anew; the greater it is, the fewer bytes a frame has.
"""

from __future__ import annotations

from typing import Final

from proconf_tui.tui.video.link import NEAR_S, NEVER, Link

FULL_FPS: Final = 30.0
_CALM_FPS: Final = 15.0
_LEAST_FPS: Final = 2.0
_FEW_TILES: Final = 4
"""More moving tiles than these get `_CALM_FPS` at most."""
_SLACK_S: Final = 0.01
"""How much too early a tick of the clock may come; a third of one at `FULL_FPS`."""

MOST_WAITING: Final = 2
"""Writes that Textual's writer may still have; more, and the terminal does not keep up."""

LEAST_THRESHOLD: Final = 6
MOST_THRESHOLD: Final = 64
_FINE_THRESHOLD: Final = 12
"""Rougher than this, half the frames are the better choice."""

_KEY_FIRST_S: Final = 0.02
_KEY_SLOWS_S: Final = 0.2

_CAUTIOUS_BYTES_PER_S: Final = 200_000.0
_LEAST_BYTES_PER_S: Final = 8_000.0
_LATE_S: Final = 0.08
_SHARE_OF_LINK: Final = 0.85
_LEAST_SHARE: Final = 0.25
_GROWTH_PER_S: Final = 0.25
_FRAME_S: Final = 0.2
_LEAST_FRAME_BYTES: Final = 16_000
_MOST_FRAME_BYTES: Final = 64_000
_MOST_DEBT_S: Final = 1.0


class _Budget:
    """Bytes per second: what was given, or what the link carries if that is less."""

    def __init__(self, given: float) -> None:
        self._given = given
        self.bytes_per_s = min(given, _CAUTIOUS_BYTES_PER_S)
        """Little, until it is known that the terminal is no slow one."""
        self._is_settled = False
        self._late_answers = 0
        self._paid_until = NEVER

    def is_spent(self, now: float, ahead_s: float) -> bool:
        """Return whether all is spent that may be, ``ahead_s`` of time in advance."""
        return now < self._paid_until - ahead_s

    def spend(self, now: float, size_bytes: int) -> None:
        until = max(self._paid_until, now) + size_bytes / self.bytes_per_s
        self._paid_until = min(until, now + _MOST_DEBT_S)

    def settle(self, now: float, link: Link) -> None:
        """Go over to what was given, unless the first answer came late."""
        is_mute = link.is_mute(now)
        if self._is_settled or not (link.has_answered or is_mute):
            return
        self._is_settled = True
        if is_mute or link.lag_s < NEAR_S:
            self.bytes_per_s, self._paid_until = self._given, now

    def lower(self, bytes_per_s: float) -> None:
        self.bytes_per_s = max(_LEAST_BYTES_PER_S, min(self.bytes_per_s, bytes_per_s))

    def follow(self, link: Link, since_s: float) -> None:
        """Follow an answer that has just come, so long after the one before it."""
        carried = link.rate or self._given
        is_late = link.delay_s > _LATE_S
        self._late_answers = self._late_answers + 1 if is_late else 0
        # One may be late because somebody else was busy.
        if self._late_answers > 1:
            self.lower(carried * max(_LEAST_SHARE, _SHARE_OF_LINK - link.delay_s))
        # Even one rough frame has its delay, on a slow link.
        has_room = link.delay_s < _LATE_S / 2 or self.bytes_per_s < carried * _SHARE_OF_LINK
        if has_room and not is_late:
            grown = self.bytes_per_s * (1 + _GROWTH_PER_S * min(1.0, since_s))
            self.bytes_per_s = min(self._given, grown)


class _Detail:
    """How fine and how frequent pictures are; it follows the share of the budget they take."""

    def __init__(self) -> None:
        self.threshold = float(LEAST_THRESHOLD + 2)
        self.fps = FULL_FPS

    def follow(self, share: float) -> None:
        if share > 1.1:
            self._reduce(share)
        elif share < 0.8:
            self._raise(share)

    def _reduce(self, share: float) -> None:
        """First half the frames, then rougher ones, then fewer still."""
        if self.fps > _CALM_FPS and self.threshold > _FINE_THRESHOLD:
            self.fps = _CALM_FPS
        elif self.threshold >= MOST_THRESHOLD:
            self.fps = max(_LEAST_FPS, self.fps * 0.8)
        # In small steps: a step holds back all that has just been drawn, and so saves more at
        # first than it does later.
        self.threshold = min(MOST_THRESHOLD, self.threshold * min(1.15, share**0.25) + 0.2)

    def _raise(self, share: float) -> None:
        if self.fps < _CALM_FPS:
            self.fps = min(_CALM_FPS, self.fps * 1.1)
        elif self.threshold > LEAST_THRESHOLD:
            self.threshold = max(LEAST_THRESHOLD, self.threshold * 0.985)
        elif share < 0.4:
            self.fps = FULL_FPS


class Pacer:
    """Holds pictures to ``budget_bytes_per_s``, and to what the terminal reads.

    ``moving_tiles`` is for whoever draws to set.
    """

    def __init__(self, budget_bytes_per_s: int) -> None:
        self.link = Link()
        self.moving_tiles = 1
        self.is_held_back = False
        """Whether the last `may_draw` refused for the terminal's sake."""
        self._budget = _Budget(float(budget_bytes_per_s))
        self._detail = _Detail()
        self._frame_bytes = 0.0
        self._drawn_at = self._key_at = NEVER

    @property
    def threshold(self) -> int:
        """How much a channel must change for its cell to be drawn anew."""
        return round(self._detail.threshold)

    @property
    def budget_bytes_per_s(self) -> float:
        """The budget in force, never more than what was given."""
        return self._budget.bytes_per_s

    @property
    def lag_s(self) -> float:
        """How long the terminal last took to read what was written."""
        return self.link.lag_s

    @property
    def most_frame_bytes(self) -> int:
        """After how many bytes the rest of the tiles is left to the next frame."""
        size = int(self.budget_bytes_per_s * _FRAME_S)
        return max(_LEAST_FRAME_BYTES, min(_MOST_FRAME_BYTES, size))

    def needs_ping(self, now: float, waiting_writes: int) -> bool:
        """Return whether a question is to go out by itself, before pictures do."""
        return waiting_writes <= MOST_WAITING and self.link.wants_ping(now)

    def may_draw(self, now: float, waiting_writes: int) -> bool:
        """Return whether a frame may go out now."""
        if (carried := self.link.lose_patience(now)) is not None:
            self._budget.lower(min(carried, self.budget_bytes_per_s / 2))
        self._budget.settle(now, self.link)
        self.is_held_back = (
            waiting_writes > MOST_WAITING
            or self.link.is_full(now)
            or self._budget.is_spent(now, self._interval_s)
        )
        return not self.is_held_back and self._is_due(now)

    def needs_answer(self, now: float) -> bool:
        """Return whether the frame that is being drawn is to end in a question."""
        return self.link.wants_question(now)

    def asked(self, now: float, question: int) -> None:
        """Await an answer of this number, after all that has been written."""
        self.link.asked(now, question)

    def wrote(self, now: float, size_bytes: int) -> None:
        """Count a frame that has been written."""
        self.link.wrote(size_bytes)
        self._budget.spend(now, size_bytes)
        self._drawn_at = now
        self._frame_bytes += 0.4 * (size_bytes - self._frame_bytes)
        self._detail.follow(self._frame_bytes / (self.budget_bytes_per_s * self._interval_s))

    def answered(self, now: float, question: int) -> None:
        """Take the answer to a question; one that was not asked is ignored."""
        before = self.link.answered_at
        if self.link.answered(now, question):
            self._budget.follow(self.link, now - before)

    def key_pressed(self, now: float) -> None:
        """Let what the key changes be drawn first, and fewer pictures for a moment."""
        self._key_at = now

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
        most = FULL_FPS if self.moving_tiles <= _FEW_TILES else _CALM_FPS
        return 1 / min(self._detail.fps, most)
