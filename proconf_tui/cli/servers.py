"""The servers that a command can manage: the one it names, or those on this machine.

Their key must be at hand: this user's, or the environment's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from proconf_tui.config.settings import Settings
from proconf_tui.errors import (
    AmbiguousMeeting,
    ConfigError,
    InvalidToken,
    RoomNotFound,
    ServerUnreachable,
)
from proconf_tui.protocol.text import clean
from proconf_tui.sdk import local
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.answers import RoomInfo
from proconf_tui.sdk.meetings import Keys
from proconf_tui.sdk.service import RoomService


class Managed(NamedTuple):
    """A server, and what manages its rooms."""

    url: str
    service: RoomService


class FoundRoom(NamedTuple):
    """A room and where it is."""

    server: Managed
    info: RoomInfo


def managed_servers(settings: Settings) -> list[Managed]:
    """Return the server of the settings, else those on this machine, the newest first.

    Raises:
        ServerUnreachable: none is named and none runs here.
        ConfigError: there is no API key here, or only one for other servers.
    """
    found = [local.server_at(settings.server)] if settings.server else local.servers()
    if not found:
        raise ServerUnreachable("No server runs on this machine; name one with --server URL.")
    keys = Keys.found(None, None)
    if keys is None:
        raise ConfigError("There is no API key here; set PROCONF_API_KEY and PROCONF_API_SECRET.")
    return [_managed(server, keys) for server in found]


def _managed(server: ServerAddress, keys: Keys) -> Managed:
    if not keys.fit(server):
        raise ConfigError(
            f"The API key here is not that of {server.url}; "
            "set PROCONF_API_KEY and PROCONF_API_SECRET to that server's."
        )
    return Managed(server.url, keys.service(server))


async def list_rooms(servers: Sequence[Managed]) -> list[FoundRoom]:
    """Return the rooms of all servers that answer to our key.

    Raises:
        ProconfError: none does; why not the first.
    """
    found: list[FoundRoom] = []
    failures: list[ServerUnreachable | InvalidToken] = []
    for server in servers:
        try:
            found += [FoundRoom(server, info) for info in await server.service.list_rooms()]
        except (ServerUnreachable, InvalidToken) as error:
            # Of several that happen to run here, one that is ending or another's hides no other.
            failures.append(error)
    if len(failures) == len(servers):
        raise failures[0]
    return found


async def find_room(servers: Sequence[Managed], name: str) -> FoundRoom:
    """Return the room of that name.

    Raises:
        RoomNotFound: there is none.
        AmbiguousMeeting: several servers have one.
    """
    found = [room for room in await list_rooms(servers) if room.info["roomId"] == name]
    if not found:
        raise RoomNotFound(f"There is no room {clean(name)} here; see: proconf-tui rooms list")
    if len(found) > 1:
        urls = tuple(room.server.url for room in found)
        raise AmbiguousMeeting(
            f"Several servers have a room {clean(name)}: {', '.join(urls)}; "
            "choose one with --server.",
            urls,
        )
    return found[0]
