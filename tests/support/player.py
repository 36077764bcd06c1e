"""One SDK client of a real server, who comes with a token of their role and may be refused."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from proconf_tui.errors import (
    ConfigError,
    ConnectionLost,
    Denied,
    InvalidToken,
    Kicked,
    LimitExceeded,
    MeetingNotStarted,
    PeerNotFound,
    PermissionDenied,
    RoomFull,
    RoomNotFound,
)
from proconf_tui.protocol.ids import PeerId
from proconf_tui.sdk import ProconfManager, Room
from tests.support.meeting import until
from tests.support.signalling import ROOM, RunningServer

REFUSALS: Final = (
    ConfigError,
    ConnectionLost,
    Denied,
    InvalidToken,
    Kicked,
    LimitExceeded,
    MeetingNotStarted,
    PeerNotFound,
    PermissionDenied,
    RoomFull,
    RoomNotFound,
)
_BETWEEN: Final = ("connecting", "reconnecting")
OUT: Final = ("idle", "left", "closed", "failed")


class Player:
    """One person with one device, who comes with a token of their role."""

    def __init__(self, server: RunningServer, role: str) -> None:
        self.role = role
        self.manager = ProconfManager(server.url)
        self._server = server
        self._joining: asyncio.Task[None] | None = None
        self.peer_id = PeerId("nobody")
        """The last one had, also after leaving."""

    @property
    def room(self) -> Room:
        if self.manager.room is None:
            raise PeerNotFound
        return self.manager.room

    @property
    def state(self) -> str:
        return self.manager.room.state if self.manager.room else "idle"

    @property
    def is_settled(self) -> bool:
        """Whether nothing of theirs is on its way."""
        if self._joining is not None and not self._joining.done():
            return self.state == "waiting"
        return self.state not in _BETWEEN

    async def come(self) -> None:
        """Join, and return once in, waiting or refused."""
        if self.state not in OUT or not self.is_settled:
            return
        self._joining = asyncio.create_task(self._come())
        await until(lambda: self._joining is None or self.is_settled)

    async def _come(self) -> None:
        token = self._server.token(self.role, role=self.role)
        with contextlib.suppress(*REFUSALS):
            await self.manager.join_room(ROOM, token, has_media=False)

    def break_connection(self) -> None:
        """Cut the websocket without a word, if there is one."""
        link = self.room._session._link
        if link is not None and link._signalling is not None:
            link._signalling._websocket.transport.abort()

    async def aclose(self) -> None:
        with contextlib.suppress(*REFUSALS):
            await self.manager.aclose()
        if self._joining is not None:
            await self._joining
