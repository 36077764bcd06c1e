"""Which emoji is shown of whom, and for how long; pure, the clock is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.text import is_one_emoji

SHOWN_FOR_S: Final = 3.0

PALETTE: Final = ("👍", "👎", "👏", "🎉", "😂", "😮", "🤔", "💙")
"""What can be chosen. Each is two cells wide in every terminal."""


class Reactions:
    """The newest one of everybody."""

    def __init__(self) -> None:
        self._shown: dict[PeerId, tuple[str, float]] = {}

    def take(self, peer_id: PeerId, emoji: str, now: float) -> bool:
        """Show it from ``now`` on; return whether it is worth telling of.

        What is no emoji is not shown, and the one that is shown already is not told of again.
        """
        if not is_one_emoji(emoji):
            return False
        is_new = self.shown(now).get(peer_id) != emoji
        self._shown[peer_id] = (emoji, now + SHOWN_FOR_S)
        return is_new

    def shown(self, now: float) -> Mapping[PeerId, str]:
        """Return what is shown at the monotonic instant ``now``."""
        self._shown = {who: one for who, one in self._shown.items() if now < one[1]}
        return {who: emoji for who, (emoji, _) in self._shown.items()}

    def over_at(self, now: float) -> float | None:
        """Return when the first of those that are shown at ``now`` is over, None without any."""
        self.shown(now)
        return min((at for _, at in self._shown.values()), default=None)
