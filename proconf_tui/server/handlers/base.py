"""What a handler is given and what it gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from proconf_tui.config.credentials import Credentials
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Empty
from proconf_tui.room.commands import Command
from proconf_tui.server.peer import Peer
from proconf_tui.server.room_actor import RoomActor
from proconf_tui.server.sampling import Sampler

Result = msgspec.Struct
DONE = Empty()


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and in which room; they may be in it or wait for it."""

    room: RoomActor
    peer: Peer
    credentials: Credentials
    sampler: Sampler

    @property
    def peer_id(self) -> PeerId:
        return self.peer.peer_id

    async def command(self, command: Command) -> Result:
        """Give the room a command; the room checks every right."""
        await self.room.apply(command)
        return DONE


Handler = Callable[[Caller, Any], Awaitable[Result]]
"""Its second argument is the request under which it stands in its table."""
