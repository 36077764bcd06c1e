"""Which of this machine's addresses an invite names, and what to listen on so that all work."""

from __future__ import annotations

import socket

from proconf_tui.config.hosts import is_any_address, is_loopback
from proconf_tui.config.interfaces import addresses_for_others
from proconf_tui.engine.sockets import ANY_IPV4, ANY_IPV6
from proconf_tui.errors import ConfigError
from proconf_tui.server.config import ServerConfig


def every_address() -> str:
    """Return the host that is every address of this machine: of both families where it has both."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((ANY_IPV6, 0))
    except OSError:
        return ANY_IPV4
    return ANY_IPV6


def name_for_links(config: ServerConfig) -> str | None:
    """Return the first name that a server is told to go by, of those that a link can carry."""
    return next((name for name in config.allowed_hosts if not name.startswith("*.")), None)


def host_for_others(config: ServerConfig) -> str | None:
    """Return the name or address by which other machines reach a server; None if they cannot.

    Raises:
        ConfigError: it is to be reached from the local network, and there is none.
    """
    if is_loopback(config.host):
        return None
    if config.has_tls and (name := name_for_links(config)):
        return name
    if not is_any_address(config.host):
        return config.host
    if config.public_addresses:
        return min(config.public_addresses, key=lambda address: ":" in address)
    families = (4, 6) if ":" in config.host else (4,)
    found = [str(own.ip) for own in addresses_for_others() if own.ip.version in families]
    if not found and config.is_lan:
        raise ConfigError(
            "This machine has no address that others could use; connect it to a network, "
            "or leave out --lan."
        )
    return found[0] if found else None
