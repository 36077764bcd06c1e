"""The parts of one running server, handed to whoever serves a request."""

from __future__ import annotations

import asyncio
import dataclasses

from proconf_tui.config.credentials import Credentials
from proconf_tui.config.interfaces import ipv6_links
from proconf_tui.errors import ServerUnreachable
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.hub import Hub
from proconf_tui.server.limits import (
    HTTP_CONNECTIONS,
    JOINS,
    LOCAL_JOINS,
    UNJOINED,
    Handshakes,
    Lines,
    OpenSockets,
    RateLimits,
)
from proconf_tui.server.sampling import Sampler


@dataclasses.dataclass(slots=True)
class Server:
    """Everything its routes and connections share."""

    config: ServerConfig
    credentials: Credentials
    hub: Hub
    joins: RateLimits = dataclasses.field(init=False)
    guests: RateLimits = dataclasses.field(init=False)
    """Those who ask for a guest's token, and may be guessing a passcode."""
    unjoined: OpenSockets = dataclasses.field(init=False)
    """Websockets that are in no meeting (yet)."""
    http_connections: OpenSockets = dataclasses.field(init=False)
    handshakes: Handshakes = dataclasses.field(init=False)
    conversations: set[asyncio.Task[None]] = dataclasses.field(default_factory=set)
    """The tasks of the websockets that are open."""
    sampler: Sampler = dataclasses.field(init=False)
    """What is told of the media, to who asks for it."""
    is_draining: bool = False
    """True once it has been told to end: nobody new comes in."""

    def __post_init__(self) -> None:
        self.sampler = Sampler(self.hub.engine_stats)
        # Asked once: who is let in by one way of counting must be let out by the same.
        lines = Lines(ipv6_links())
        self.joins = RateLimits(JOINS, LOCAL_JOINS, lines)
        self.guests = RateLimits(JOINS, LOCAL_JOINS, lines)
        self.unjoined = OpenSockets(UNJOINED, lines)
        self.http_connections = OpenSockets(HTTP_CONNECTIONS, lines)
        self.handshakes = Handshakes(HTTP_CONNECTIONS, lines)

    def check_open(self) -> None:
        """Refuse who comes while the server is ending.

        Raises:
            ServerUnreachable: it is.
        """
        if self.is_draining:
            raise ServerUnreachable("The server is shutting down; try again later.")
