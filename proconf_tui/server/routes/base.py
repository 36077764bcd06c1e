"""What a route of the HTTP API is: one row of a table, from which it is served and described."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, NamedTuple

import msgspec
from starlette.requests import Request

from proconf_tui.config.hosts import is_loopback
from proconf_tui.errors import (
    InvalidMessage,
    InvalidToken,
    LimitExceeded,
    ProconfError,
    RoomNotFound,
)
from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.commands import Command
from proconf_tui.room.events import Event
from proconf_tui.server.room_actor import RoomActor
from proconf_tui.server.routes.failures import status_of
from proconf_tui.server.services import Server
from proconf_tui.server.web_checks import is_passed_on

API: Final = "/api/v1"
ROOMS: Final = f"{API}/rooms"
ROOM: Final = f"{ROOMS}/{{roomId}}"

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Refusal(NamedTuple):
    """A refusal that a route can give: its status, the code in its body, and when it comes."""

    status: int
    code: str
    reason: str


def refusal(
    kind: type[ProconfError], reason: str | None = None, *, status: int | None = None
) -> Refusal:
    """Return the refusal that an error of this ``kind`` becomes."""
    return Refusal(status or status_of(kind), kind.code, reason or kind.default_message)


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request, with the server it is for."""

    server: Server
    request: Request

    @property
    def room_id(self) -> RoomId:
        """The room that the path names, whether there is one or not."""
        return RoomId(self.request.path_params["roomId"])

    @property
    def room(self) -> RoomActor:
        """The open room that the path names.

        Raises:
            RoomNotFound: there is none.
        """
        return self.server.hub.room(self.room_id)

    @property
    def address(self) -> str:
        """Where it comes from."""
        return self.request.client.host if self.request.client else ""

    @property
    def is_from_here(self) -> bool:
        """Whether a program on this machine asks, and for itself."""
        return is_loopback(self.address) and not is_passed_on(self.request.headers)

    async def apply(self, command: Command) -> list[Event]:
        """Give the room a command of the server's own, and return what happened.

        Raises:
            ProconfError: there is no such room, or it refuses.
        """
        return await self.room.apply(command)


Handler = Callable[[Call, Any], Awaitable[Any]]
"""Its second argument is the decoded ``body`` of its row, None where there is none."""

_NEEDS_TOKEN: Final = refusal(InvalidToken, "The server token is missing, wrong or expired.")
_NEEDS_ROOM: Final = refusal(RoomNotFound)
_NEEDS_BODY: Final = (
    refusal(InvalidMessage, "The body is no such JSON object."),
    refusal(LimitExceeded, "The body, or a part of it, is too large."),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row: a method of a path, what it takes and gives, and how it refuses."""

    method: Method
    path: str
    summary: str
    handler: Handler
    body: type[msgspec.Struct] | None = None
    answer: Any = None
    """The type of what ``handler`` returns; None for nothing at all."""
    status: int = 200
    own_refusals: tuple[Refusal, ...] = ()
    text_types: tuple[str, ...] = ()
    """The media types of plain text that ``handler`` returns as a whole response."""
    is_open: bool = False
    """Whether it needs no server token."""
    is_open_here: bool = False
    """Whether it needs none from this machine itself; one that is given must be right."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """All that it refuses with for a reason of its own, in the order in which it looks."""
        return (
            *(() if self.is_open else (_NEEDS_TOKEN,)),
            *(_NEEDS_BODY if self.body else ()),
            *((_NEEDS_ROOM,) if "{roomId}" in self.path else ()),
            *self.own_refusals,
        )
