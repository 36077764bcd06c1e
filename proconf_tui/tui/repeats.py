"""What happens again and again is one line with a number, not line after line. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from proconf_tui.tui.announcements import Announcement

LOOKED_BACK: Final = 16
"""So many lines before the end a line of the same words is looked for."""

WITHIN_S: Final = 30.0
"""So long after the last time it is the same story."""

MOST_ENTRIES: Final = 1000
"""Older ones are dropped."""


class Entry(NamedTuple):
    """One line; ``what`` is None where something was missed, ``at`` is the last time."""

    what: Announcement | None
    at: float = 0.0
    times: int = 1

    @property
    def text(self) -> str:
        """The words, and how often if that is more than once."""
        words = self.what.text if self.what else ""
        return f"{words} ({self.times} times)" if self.times > 1 else words


def add(entries: list[Entry], what: Announcement, at: float) -> None:
    """Add a line at the end; the same one from a moment ago goes, and is counted in."""
    entry = Entry(what, at)
    for index in range(len(entries) - 1, max(-1, len(entries) - 1 - LOOKED_BACK), -1):
        before = entries[index]
        if before.what is None:
            break
        if before.what.text == what.text and at - before.at < WITHIN_S:
            entry = Entry(what, at, before.times + 1)
            del entries[index]
            break
    entries.append(entry)
    del entries[:-MOST_ENTRIES]
