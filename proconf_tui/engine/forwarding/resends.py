"""How often one slot may send a packet again: pure.

Some receivers repeat their whole list at every gap; one that is short of processor time asks for
what lies unread in its own socket, and would be drowned by the answers. So no more than half as
much as is sent is sent again, beyond a first few, and nothing again before its answer may be there.
"""

from __future__ import annotations

from typing import Final

from proconf_tui.engine.base import Kind
from proconf_tui.engine.forwarding.reception import WINDOW

HOLD_S: Final = 0.03
LONGEST_HOLD_S: Final = 0.1
SHARE: Final = 0.5
"""Of what is sent may be sent again."""
AT_ONCE: Final[dict[Kind, float]] = {"audio": 50.0, "video": 100.0}
"""A second of a voice, a large keyframe."""


def hold_s(kind: Kind, rtt_s: float | None) -> float:
    """Return how long to wait after sending a packet again; ``rtt_s`` is to the receiver, if known.

    Pictures wait until the answer may be there. A voice costs little, and would rather come twice
    than late.
    """
    if kind == "audio" or rtt_s is None:
        return HOLD_S
    return min(LONGEST_HOLD_S, max(HOLD_S, 0.75 * rtt_s))


class Resends:
    """What one slot has sent again, and what it still may."""

    __slots__ = ("_at", "_kind", "_left", "_sent_before")

    def __init__(self, kind: Kind) -> None:
        self._kind: Kind = kind
        self._at: dict[int, float] = {}
        self._left = AT_ONCE[kind]
        self._sent_before = 0

    def take(self, sequence: int, sent: int, now: float, rtt_s: float | None) -> bool:
        """Tell whether the packet may go again, and take note that it does.

        ``sent`` is how many packets the slot has sent in all.
        """
        last_at = self._at.get(sequence)
        if last_at is not None and now - last_at < hold_s(self._kind, rtt_s):
            return False
        earned = SHARE * (sent - self._sent_before)
        self._left, self._sent_before = min(AT_ONCE[self._kind], self._left + earned), sent
        if self._left < 1.0:
            return False
        self._left -= 1.0
        if len(self._at) > WINDOW:
            self._at.clear()
        self._at[sequence] = now
        return True
