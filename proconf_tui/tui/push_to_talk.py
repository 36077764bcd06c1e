"""Talking while a key is held, made of that key's presses and releases; instants are arguments.

A terminal that reports releases is simple: from press to release. Most do not, and then a key that
is held is many presses: one, the next after 250 to 700 ms, all others 30 to 50 ms apart. So there
the first press begins and a later one ends; but when presses follow each other that fast, the key
is held and its end is when they stop. Nothing of this knows a key, a clock or a microphone.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Final

REPEATED_WITHIN_S: Final = 0.12
"""A press this soon after another is the keyboard's, not a person's."""

HELD_FOR_S: Final = 0.18
"""A held key is let go when no press has come for this long."""

FIRST_REPEAT_WITHIN_S: Final = 0.75
"""The longest that keyboards wait before a held key repeats, and a little more."""

_SOON_AGAIN_S: Final = 1.0


class _Phase(Enum):
    SILENT = auto()
    ON = auto()  # until the next press
    DOUBTFUL = auto()  # that press has come: was it a person's, or is the key held?
    HELD = auto()  # by its repeats
    DOWN = auto()  # until its release


class PushToTalk:
    """Whether one talks now. Call `tick` at `due_at`; being late changes nothing but the sign."""

    def __init__(self) -> None:
        self._phase = _Phase.SILENT
        self._due_at: float | None = None
        self._has_releases = False
        self._let_go_at = float("-inf")
        self._ended_by_press_at = float("-inf")
        self._passed_over_at = float("-inf")
        self._presses: dict[_Phase, Callable[[float], None]] = {
            _Phase.SILENT: self._begin,
            _Phase.ON: self._doubt,
            _Phase.DOUBTFUL: self._hold,
            _Phase.HELD: self._hold,
            _Phase.DOWN: lambda now: None,
        }

    @property
    def is_talking(self) -> bool:
        """Whether one talks."""
        return self._phase is not _Phase.SILENT

    @property
    def due_at(self) -> float | None:
        """When talking ends unless a press comes before; None while nothing is due."""
        return self._due_at

    def press(self, now: float) -> None:
        """Take a press of the key, or a repeat of it."""
        self.tick(now)
        self._presses[self._phase](now)

    def release(self, now: float) -> None:
        """Take a release of the key; from the first one on, releases alone end what it began."""
        self._has_releases = True
        self.end()

    def toggle(self, now: float) -> None:
        """Begin or end by something that cannot be held, such as a click."""
        self.tick(now)
        if self.is_talking:
            self.end()
        else:
            self._phase = _Phase.ON

    def tick(self, now: float) -> None:
        """End what is due."""
        if self._due_at is None or now < self._due_at:
            return
        if self._phase is _Phase.HELD:
            self._let_go_at = self._due_at
        else:
            self._ended_by_press_at = self._due_at - REPEATED_WITHIN_S
        self.end()

    def end(self) -> None:
        """Talk no more, whatever the key does."""
        self._phase, self._due_at = _Phase.SILENT, None

    def _begin(self, now: float) -> None:
        if self._has_releases:
            self._phase = _Phase.DOWN
        elif now - self._passed_over_at <= REPEATED_WITHIN_S:
            self._hold(now)
        elif now - self._let_go_at < _SOON_AGAIN_S:
            # Held again, or a repeat that was long on its way: either way it is no toggle.
            self._hold(now, FIRST_REPEAT_WITHIN_S)
        elif now - self._ended_by_press_at < FIRST_REPEAT_WITHIN_S:
            # Maybe the press that ended it is held; one more will tell.
            self._passed_over_at = now
        else:
            self._phase = _Phase.ON

    def _doubt(self, now: float) -> None:
        if self._has_releases:
            self._phase = _Phase.DOWN
        else:
            self._phase, self._due_at = _Phase.DOUBTFUL, now + REPEATED_WITHIN_S

    def _hold(self, now: float, for_s: float = HELD_FOR_S) -> None:
        self._phase, self._due_at = _Phase.HELD, now + for_s
