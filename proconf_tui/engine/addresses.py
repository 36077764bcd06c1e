"""At which addresses clients can reach the engine's socket."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

import ifaddr

from proconf_tui.engine.ice_lite import Address
from proconf_tui.errors import ConfigError

MAX_ADVERTISED: Final = 8
ANY_HOST: Final = "0.0.0.0"
LOOPBACK: Final = "127.0.0.1"


def advertised(host: str, port: int, public_addresses: Sequence[str]) -> tuple[Address, ...]:
    """Return what to name as candidates for a socket bound to ``host``.

    ``public_addresses`` if any are given, else the host itself, else, for a socket bound to
    every address, those of this machine; loopback only when there is no other.

    Raises:
        ConfigError: a public address is not an IPv4 address.
    """
    hosts = list(public_addresses) or ([host] if host != ANY_HOST else _own_addresses())
    for name in hosts:
        _check(name)
    return tuple((name, port) for name in hosts[:MAX_ADVERTISED])


def _check(name: str) -> None:
    try:
        ipaddress.IPv4Address(name)
    except ValueError as error:
        raise ConfigError(f"{name!r} is not an IPv4 address that clients could reach.") from error


def _own_addresses() -> list[str]:
    found = [
        ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)
    ]
    usable = [name for name in found if _is_reachable(name)]
    return usable or [LOOPBACK]


def _is_reachable(name: str) -> bool:
    address = ipaddress.IPv4Address(name)
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)
