"""The order in which one asked to be heard and not to be, whatever has to wait meanwhile.

It knows no room: it counts.
"""

from __future__ import annotations

from collections.abc import Callable

IsOvertaken = Callable[[], bool]
"""Tells whether one has asked for silence since."""


class Wishes:
    """Told of each wish at the moment at which its command is accepted."""

    def __init__(self) -> None:
        self._silences = 0

    def silence(self) -> None:
        """Overtake all that was asked for until now."""
        self._silences += 1

    def be_heard(self) -> IsOvertaken:
        """Return what tells whether this wish has been overtaken."""
        silences = self._silences
        return lambda: self._silences != silences
