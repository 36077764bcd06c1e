"""When to ask a video sender for a keyframe: soon, not too often, again if none comes.

Keyframes are large, and every subscriber may want one at once, so requests are bundled: at
most one every 200 ms, the last one always kept, and one a second after ten in a row. The first
after a silence is repeated at 0.4 s while somebody waits, since it may have overtaken the sender's
set-up. One receiver alone, be its line bad or its will, costs the others one keyframe a second.
"""

from __future__ import annotations

from typing import Final

GAP_S: Final = 0.2
LONG_GAP_S: Final = 1.0
REPEAT_S: Final = 0.4
OF_ALL: Final = 10.0
OF_ONE: Final = 4.0
"""So many requests at once may come of all receivers, or of one; then one a second."""


class KeyframeRequests:
    """The requests towards one sender; ``sent`` counts those that went out."""

    __slots__ = ("_allowance", "_gap_s", "_owed_at", "_repeat_at", "_sent_at", "sent")

    def __init__(self) -> None:
        self.sent = 0
        self._allowance = KeyframeAllowance(OF_ALL)
        self._gap_s = GAP_S
        self._sent_at: float | None = None
        self._owed_at: float | None = None
        self._repeat_at: float | None = None

    @property
    def is_pending(self) -> bool:
        """Whether :meth:`is_due` may say yes later."""
        return self._owed_at is not None or self._repeat_at is not None

    def ask(self, now: float) -> bool:
        """Ask for a keyframe; True when the request goes out now, else it is kept for later."""
        if self._sent_at is None or now - self._sent_at >= self._gap_s:
            self._send(now)
            return True
        self._owed_at = self._sent_at + self._gap_s
        return False

    def is_due(self, now: float, *, is_awaited: bool) -> bool:
        """Tell whether a kept or repeated request goes out now.

        ``is_awaited``: somebody ready to receive still waits for a keyframe.
        """
        if self._owed_at is not None and now >= self._owed_at:
            self._send(now)
            return True
        if self._repeat_at is not None and now >= self._repeat_at:
            self._repeat_at = None
            if is_awaited:
                self._send(now)
                return True
        return False

    def on_keyframe(self) -> None:
        """Forget what was asked: a keyframe began to arrive."""
        self._owed_at = self._repeat_at = None

    def _send(self, now: float) -> None:
        self.sent += 1
        self._gap_s = GAP_S if self._allowance.spend(now) else LONG_GAP_S
        self._sent_at = now
        self._owed_at = None
        self._repeat_at = now + max(REPEAT_S, self._gap_s)


class KeyframeAllowance:
    """So many requests at once, and one a second."""

    __slots__ = ("_left", "_most", "_taken_at")

    def __init__(self, most: float) -> None:
        self._left = self._most = most
        self._taken_at = 0.0

    def take(self, now: float) -> bool:
        """Use up one request; False, and nothing used, when there is none left at the moment."""
        self._refill(now)
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True

    def spend(self, now: float) -> bool:
        """Use up one request that is made in any case; False when it was one too many."""
        self._refill(now)
        self._left -= 1.0
        return self._left >= 0.0

    def _refill(self, now: float) -> None:
        self._left = min(self._most, self._left + now - self._taken_at)
        self._taken_at = now
