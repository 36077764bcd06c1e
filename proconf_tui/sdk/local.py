"""This user's servers on this machine, by the addresses that the registry has for them.

The registry knows what an address alone does not: the pin of a server here, and where it is for
the other machines.
"""

from __future__ import annotations

from proconf_tui.config.local_servers import LocalServer, local_servers
from proconf_tui.errors import ServerUnreachable
from proconf_tui.sdk.address import ServerAddress

NO_SERVER = (
    "No meeting server runs on this machine; start a meeting with: proconf-tui start, "
    "or name another server with --server."
)


def servers() -> list[ServerAddress]:
    """Return the servers that run here now, the newest first."""
    return [ServerAddress.parse(one.url) for one in local_servers()]


def local_server() -> ServerAddress:
    """Return the newest server of this user on this machine.

    Raises:
        ServerUnreachable: there is none.
    """
    found = servers()
    if not found:
        raise ServerUnreachable(NO_SERVER)
    return found[0]


def server_at(url: str) -> ServerAddress:
    """Return the server in ``url``, with its pin if it runs here and ``url`` has none.

    Raises:
        ConfigError: it names no server.
    """
    server = ServerAddress.parse(url)
    if server.pin or not (server.is_https and server.is_here):
        return server
    found = _registered(server)
    return ServerAddress(server.url, ServerAddress.parse(found.url).pin) if found else server


def is_registered(server: ServerAddress) -> bool:
    """Return whether this is a server of this user that runs on this machine."""
    return _registered(server) is not None


def for_others(server: ServerAddress) -> ServerAddress:
    """Return the address by which other machines reach ``server``, as far as is known here."""
    found = _registered(server)
    return ServerAddress.parse(found.url_for_others) if found and found.url_for_others else server


def _registered(server: ServerAddress) -> LocalServer | None:
    is_here = server.is_here
    return next((one for one in local_servers() if _leads_to(server, one, is_here)), None)


def _leads_to(server: ServerAddress, one: LocalServer, is_here: bool) -> bool:
    """Return whether ``server``, by an address of this machine if ``is_here``, is this one."""
    local = ServerAddress.parse(one.url)
    others = ServerAddress.parse(one.url_for_others) if one.url_for_others else None
    if server.url in (local.url, others.url if others else None):
        return True
    # Who is at a loopback address and known to others as well listens at every address.
    is_reached = server.is_loopback or (is_here and others is not None)
    same = (local.is_https, local.port) == (server.is_https, server.port)
    return local.is_loopback and is_reached and same
