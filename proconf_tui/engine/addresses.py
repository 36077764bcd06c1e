"""At which addresses clients can reach the engine's sockets."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Final

from proconf_tui.config.hosts import Ip, ip_of
from proconf_tui.config.interfaces import addresses_for_others
from proconf_tui.engine.sockets import ANY_IPV4, ANY_IPV6
from proconf_tui.errors import ConfigError

MAX_ADVERTISED: Final = 8

_LOOPBACK: Final = {4: "127.0.0.1", 6: "::1"}
_NAME: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?", re.IGNORECASE)
_FAMILIES: Final = {ANY_IPV4: (4,), ANY_IPV6: (6, 4)}


def advertised(
    host: str, port: int, public_addresses: Sequence[str]
) -> tuple[tuple[str, int], ...]:
    """Return what to name as candidates for sockets bound to ``host``, the best first.

    ``public_addresses`` if any are given, else the host itself, else, for sockets bound to
    every address, those of this machine, at most 8; loopback only when there is no other.

    Raises:
        ConfigError: an address is none, or none that another machine could use; or there are more
            public ones than can be told, or of a family on which ``host`` does not listen.
    """
    if public_addresses:
        hosts = _named(host, public_addresses)
    elif host in _FAMILIES:
        hosts = list(dict.fromkeys(_own_addresses(_FAMILIES[host])))[:MAX_ADVERTISED]
    else:
        hosts = [_checked(host)]
    return tuple((str(ip), port) for ip in hosts)


def _named(host: str, public_addresses: Sequence[str]) -> list[Ip]:
    found = list(dict.fromkeys(_checked(name) for name in public_addresses))
    if len(found) > MAX_ADVERTISED:
        raise ConfigError(
            f"Clients can be told {MAX_ADVERTISED} public addresses and not {len(found)}; "
            "leave some out."
        )
    families = _FAMILIES.get(host) or (ipaddress.ip_address(host).version,)
    for ip in found:
        if ip.version not in families:
            raise ConfigError(
                f"The public address {ip} is IPv{ip.version}, on which the server does not listen "
                f"with --host {host}; use --host ::, which is both families."
            )
    return found


def _checked(name: str) -> Ip:
    ip = ip_of(name)
    if ip is None:
        raise ConfigError(f"{name!r} is not an IP address that clients could reach{_hint(name)}.")
    if (
        ip.is_unspecified
        or ip.is_multicast
        or (isinstance(ip, ipaddress.IPv6Address) and (ip.is_link_local or ip.scope_id))
    ):
        raise ConfigError(f"{name} is not an address that clients could reach; name another.")
    return ip


def _hint(name: str) -> str:
    """Return how to write an address that is given as in a URL, if it is."""
    inside, bracket, after = name.removeprefix("[").partition("]")
    if bracket and ip_of(inside):
        return f"; write {inside}, without brackets" + (" and port" if after else "")
    before = name.rpartition(":")[0]
    if ip_of(before):
        return f"; write {before}, without a port"
    is_name = _NAME.fullmatch(name) is not None
    return "; give the IP address here, and the name with --allowed-host" if is_name else ""


def _own_addresses(families: Sequence[int]) -> list[Ip]:
    usable = [own.ip for own in addresses_for_others()]
    # Each family in turn (RFC 8421 section 4): many of one must not push out the other. The best
    # of each stays among the first, and with it the one that an invite names.
    turns = zip_longest(*([ip for ip in usable if ip.version == v] for v in families))
    found = [ip for ip in chain.from_iterable(turns) if ip is not None]
    return found or [ipaddress.ip_address(_LOOPBACK[version]) for version in families]
