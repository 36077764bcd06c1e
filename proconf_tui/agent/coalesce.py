"""What waits to be printed; pure.

Nothing here waits for a reader, so the media loop never does either; a reader that stalls costs
a bounded amount of memory.
"""

from __future__ import annotations

from collections import deque
from typing import Final

MAX_LINES: Final = 4096
"""Over it the oldest line is dropped: whoever fell that far behind needs the newest snapshot."""


class Outbox:
    """Lines for one reader: those that each count, in order, and those of which the newest does."""

    def __init__(self, max_lines: int = MAX_LINES) -> None:
        self._lines: deque[bytes] = deque(maxlen=max_lines)
        self._newest: dict[str, bytes] = {}

    def put(self, line: bytes) -> None:
        """Add a line that must be seen."""
        self._lines.append(line)

    def put_newest(self, key: str, line: bytes) -> None:
        """Add a line that makes an unread one of the same ``key`` worthless."""
        self._newest[key] = line

    def take(self) -> bytes:
        """Return all that waits, ordered lines first, and forget it; empty if there is nothing."""
        taken = b"".join((*self._lines, *self._newest.values()))
        self._lines.clear()
        self._newest.clear()
        return taken
