"""The parts of one running server, handed to whoever serves a request."""

from __future__ import annotations

import asyncio
import dataclasses
from functools import partial

from proconf_tui.config.credentials import Credentials
from proconf_tui.errors import ServerUnreachable
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.hub import Hub
from proconf_tui.server.limits import HTTP_CONNECTIONS, UNJOINED, JoinLimits, OpenSockets
from proconf_tui.server.sampling import Sampler


@dataclasses.dataclass(slots=True)
class Server:
    """Everything its routes and connections share."""

    config: ServerConfig
    credentials: Credentials
    hub: Hub
    joins: JoinLimits = dataclasses.field(default_factory=JoinLimits)
    guests: JoinLimits = dataclasses.field(default_factory=JoinLimits)
    """Those who ask for a guest's token, and may be guessing a passcode."""
    unjoined: OpenSockets = dataclasses.field(default_factory=partial(OpenSockets, UNJOINED))
    """Websockets that are in no meeting (yet)."""
    http_connections: OpenSockets = dataclasses.field(
        default_factory=partial(OpenSockets, HTTP_CONNECTIONS)
    )
    conversations: set[asyncio.Task[None]] = dataclasses.field(default_factory=set)
    """The tasks of the websockets that are open."""
    sampler: Sampler = dataclasses.field(init=False)
    """What is told of the media, to who asks for it."""
    is_draining: bool = False
    """True once it has been told to end: nobody new comes in."""

    def __post_init__(self) -> None:
        self.sampler = Sampler(self.hub.engine_stats)

    def check_open(self) -> None:
        """Refuse who comes while the server is ending.

        Raises:
            ServerUnreachable: it is.
        """
        if self.is_draining:
            raise ServerUnreachable("The server is shutting down; try again later.")
