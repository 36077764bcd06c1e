"""Which tile is the large one: what is pinned, else what has just been shared, else who speaks.

Pure. A screen takes the stage when somebody begins to share it, and gives back what was before when
they end. Whoever goes over to the grid has seen it: it does not take the stage again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from proconf_tui.tui.video.subjects import Subject, TileKey, keys

Layout = Literal["grid", "speaker"]


class Stage:
    """``layout`` is what people chose; a pinned tile or a shared screen comes before it."""

    def __init__(self) -> None:
        self.layout: Layout = "grid"
        self.pinned: TileKey | None = None
        self._screens: list[TileKey] = []
        self._put_aside: set[TileKey] = set()

    def set(self, subjects: Sequence[Subject]) -> None:
        """Take in what there is now; the screens in the order in which they began."""
        here = keys(subjects)
        # What one shares oneself one has before one's eyes already.
        self._screens = keys([one for one in subjects if one.is_screen and not one.person.is_me])
        self._put_aside.intersection_update(self._screens)
        if self.pinned not in here:
            self.pinned = None

    @property
    def has_large(self) -> bool:
        """Whether one tile is larger than the others."""
        return self.layout == "speaker" or self.pinned is not None or self._newest() is not None

    def large(self, speaker: TileKey | None) -> TileKey | None:
        """Return the large tile; ``speaker`` is whose it is when nothing else is to be seen."""
        if self.pinned is not None:
            return self.pinned
        if self.layout == "speaker":
            return self._screens[-1] if self._screens else speaker
        return self._newest()

    def pin(self, key: TileKey) -> None:
        """Let this tile be the large one, or let it go if it is."""
        self.pinned = None if self.pinned == key else key

    def pin_next_screen(self, all_screens: Sequence[TileKey]) -> None:
        """Pin the first of these, or the one after that which is pinned; after the last none."""
        known = list(all_screens)
        place = known.index(self.pinned) + 1 if self.pinned in known else 0
        self.pinned = known[place] if place < len(known) else None

    def toggle(self) -> None:
        """Go over from one large tile, whatever made it large, to the grid, or back."""
        self.layout = "grid" if self.has_large else "speaker"
        self.pinned = None
        self._put_aside = set(self._screens) if self.layout == "grid" else set()

    def _newest(self) -> TileKey | None:
        fresh = [key for key in self._screens if key not in self._put_aside]
        return fresh[-1] if fresh else None
