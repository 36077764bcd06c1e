"""Which of this machine's addresses others use, and what to listen on so that all of them work."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from typing import Final

from proconf_tui.config.hosts import is_any_address, is_loopback
from proconf_tui.config.interfaces import Ip, OwnAddress, addresses_for_others
from proconf_tui.engine.sockets import ANY_IPV4, ANY_IPV6
from proconf_tui.errors import ConfigError
from proconf_tui.server.config import ServerConfig

_INSIDE: Final = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "cni", "podman")
"""Beginnings of the names of interfaces that lead to this machine's own containers."""
_ELSEWHERE: Final = {4: "192.0.2.1", 6: "2001:db8::1"}
"""Addresses of nobody (RFC 5737, RFC 3849): the way to them is the way out."""


def best(owned: Iterable[OwnAddress], routed: Sequence[str]) -> Ip | None:
    """Return the address for an invite: IPv4 before IPv6, the network before own containers.

    ``routed`` are the addresses from which this machine sends to others.
    """

    def rank(own: OwnAddress) -> tuple[bool, bool, bool]:
        return own.ip.version != 4, own.interface.startswith(_INSIDE), str(own.ip) not in routed

    ordered = sorted(owned, key=rank)
    return ordered[0].ip if ordered else None


def routed_addresses() -> list[str]:
    """Return the addresses from which this machine would send to somewhere else; sends nothing."""
    found = []
    for version, elsewhere in _ELSEWHERE.items():
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return found


def every_address() -> str:
    """Return the host that is every address of this machine: of both families where it has both."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((ANY_IPV6, 0))
    except OSError:
        return ANY_IPV4
    return ANY_IPV6


def host_for_others(config: ServerConfig) -> str | None:
    """Return the name or address by which other machines reach a server; None if they cannot.

    Raises:
        ConfigError: it is to be reached from the local network, and there is none.
    """
    if is_loopback(config.host):
        return None
    if config.has_tls and config.allowed_hosts:
        return config.allowed_hosts[0]
    if not is_any_address(config.host):
        return config.host
    if config.public_addresses:
        return min(config.public_addresses, key=lambda address: ":" in address)
    found = best(addresses_for_others(), routed_addresses())
    if found is None and config.is_lan:
        raise ConfigError(
            "This machine has no address that others could use; connect it to a network, "
            "or leave out --lan."
        )
    return str(found) if found else None
