"""The live handle of one who is in a room or waits: what the room's state must not hold."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
import time

from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.messages import Notification
from proconf_tui.server.limits import RAISED_HANDS, RETURNS, Rate, TokenBucket
from proconf_tui.server.outbox import Outbox


@dataclasses.dataclass(slots=True, eq=False)
class Peer:
    """One peer of one room; ``outbox`` is None while its connection is broken."""

    room_id: RoomId
    peer_id: PeerId
    resume_key: str
    has_media: bool = False
    outbox: Outbox | None = None
    seen_version: int = 0
    """The room's version that its client had seen when it last came back; 0 for none."""
    changing: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    """Held while its seat is taken again or given up."""
    returns: TokenBucket = dataclasses.field(default_factory=lambda: _full(RETURNS))
    raised_hands: TokenBucket = dataclasses.field(default_factory=lambda: _full(RAISED_HANDS))

    def notify(self, message: Notification) -> None:
        """Tell it, if anybody listens."""
        if self.outbox is not None:
            self.outbox.notify(message)

    def notify_if_idle(self, message: Notification) -> None:
        """Tell it what is soon out of date, if it keeps up."""
        if self.outbox is not None:
            self.outbox.notify_if_idle(message)

    def owns(self, resume_key: str) -> bool:
        """Return whether ``resume_key`` is this seat's."""
        return secrets.compare_digest(self.resume_key.encode(), resume_key.encode())


def _full(rate: Rate) -> TokenBucket:
    return TokenBucket(rate, time.monotonic())
