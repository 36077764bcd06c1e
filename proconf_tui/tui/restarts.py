"""How often something that crashes is started again; pure, the clock is an argument."""

from __future__ import annotations

from collections import deque


class RestartLimit:
    """Allows ``count`` restarts within any ``window_s`` seconds."""

    def __init__(self, count: int = 3, window_s: float = 60.0) -> None:
        self._count = count
        self._window_s = window_s
        self._restarted_at: deque[float] = deque()

    def allows(self, now: float) -> bool:
        """Count one more restart at the monotonic instant ``now``, or refuse it."""
        while self._restarted_at and now - self._restarted_at[0] >= self._window_s:
            self._restarted_at.popleft()
        if len(self._restarted_at) >= self._count:
            return False
        self._restarted_at.append(now)
        return True
