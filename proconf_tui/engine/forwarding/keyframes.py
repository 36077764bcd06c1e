"""When to ask a video sender for a keyframe: soon, not too often, again if none comes.

Keyframes are large, and every subscriber may want one at once, so requests are bundled: at
most one every 200 ms, the last one always kept. The first after a silence is repeated at
0.4 s while somebody waits, since it may have overtaken the sender's set-up. One receiver alone,
be its line bad or its will, costs the others about one keyframe a second.
"""

from __future__ import annotations

from typing import Final

GAP_S: Final = 0.2
REPEAT_S: Final = 0.4
AT_ONCE: Final = 4.0
PER_S: Final = 1.0
"""What one receiver may ask for: so many at once, then so many a second."""


class KeyframeRequests:
    """The requests towards one sender; ``sent`` counts those that went out."""

    __slots__ = ("_owed_at", "_repeat_at", "_sent_at", "sent")

    def __init__(self) -> None:
        self.sent = 0
        self._sent_at: float | None = None
        self._owed_at: float | None = None
        self._repeat_at: float | None = None

    @property
    def is_pending(self) -> bool:
        """Whether :meth:`is_due` may say yes later."""
        return self._owed_at is not None or self._repeat_at is not None

    def ask(self, now: float) -> bool:
        """Ask for a keyframe; True when the request goes out now, else it is kept for later."""
        if self._sent_at is None or now - self._sent_at >= GAP_S:
            self._send(now)
            return True
        self._owed_at = self._sent_at + GAP_S
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
        self._sent_at = now
        self._owed_at = None
        self._repeat_at = now + REPEAT_S


class KeyframeAllowance:
    """What one receiver of a stream may still ask for."""

    __slots__ = ("_left", "_taken_at")

    def __init__(self) -> None:
        self._left = AT_ONCE
        self._taken_at = 0.0

    def take(self, now: float) -> bool:
        """Use up one request; False when there is none left at the moment."""
        self._left = min(AT_ONCE, self._left + PER_S * (now - self._taken_at))
        self._taken_at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
