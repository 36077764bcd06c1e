"""This user's servers on this machine, by the addresses that the registry has for them.

The registry knows what an address alone does not: the pin of a server here, and where it is for
the other machines.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from proconf_tui.config.local_servers import LocalServer, local_servers
from proconf_tui.errors import ServerUnreachable
from proconf_tui.sdk.address import ServerAddress

NO_SERVER = (
    "No meeting server runs on this machine; start a meeting with: proconf-tui start, "
    "or name another server with --server."
)
_HTTPS_PORT = 443


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
    if server.pin or not server.url.startswith("https:") or not server.is_here:
        return server
    pins = [one.pin for one in servers() if one.pin and _port(one) == _port(server)]
    return ServerAddress(server.url, pins[0] if pins else None)


def is_registered(server: ServerAddress) -> bool:
    """Return whether this is a server of this user that runs on this machine."""
    return _registered(server) is not None


def for_others(server: ServerAddress) -> ServerAddress:
    """Return the address by which other machines reach ``server``, as far as is known here."""
    found = _registered(server)
    return ServerAddress.parse(found.url_for_others) if found and found.url_for_others else server


def _registered(server: ServerAddress) -> LocalServer | None:
    for one in local_servers():
        names = [one.url, one.url_for_others] if one.url_for_others else [one.url]
        if server.url in [ServerAddress.parse(name).url for name in names]:
            return one
    return None


def _port(server: ServerAddress) -> int:
    return urlsplit(server.url).port or _HTTPS_PORT
