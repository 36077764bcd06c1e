"""The engine's UDP sockets: one for an address, two on one port number for every address.

Refuses to know datagrams. IPv6 sockets take IPv6 only (RFC 3493 section 5.3), so that every
address that comes from them is what it says, never an IPv4 address in IPv6's clothes.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Sequence
from typing import Final

from proconf_tui.errors import ConfigError

SOCKET_BUFFER: Final = 4 << 20
ANY_IPV4: Final = "0.0.0.0"
ANY_IPV6: Final = "::"

_TRIES: Final = 20


def bind(host: str, port: int) -> tuple[socket.socket, ...]:
    """Return non-blocking UDP sockets bound to ``host`` that share one port number.

    ``::`` gives two sockets, the IPv6 one first, anything else one; see `addresses_of`.
    ``port`` 0 takes a number that is free for all of them.

    Raises:
        ConfigError: the port is taken, or the host is no address of this machine.
    """
    hosts = addresses_of(host)
    tries = _TRIES if port == 0 else 1
    for attempt in range(1, tries + 1):
        try:
            return _bind_all(hosts, port)
        except OSError as error:
            if attempt == tries or error.errno != errno.EADDRINUSE:
                raise ConfigError(_why(host, port, error)) from error
    raise AssertionError("the last try returns or raises")


def addresses_of(host: str) -> tuple[str, ...]:
    """Return the address literals to bind to for ``host``, each with a socket of its own.

    ``::`` means every address of both families; a name means one address, of IPv4 where it has
    both. What listens for signalling and what carries media ask here, so that they agree.

    Raises:
        ConfigError: it is a name that nobody knows, none at all, or good for one link only.
    """
    name = _literal(host)
    _check_scope(name)
    return (ANY_IPV6, ANY_IPV4) if name == ANY_IPV6 else (name,)


def family_of(address: str) -> socket.AddressFamily:
    """Return the family of an address literal."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _check_scope(address: str) -> None:
    # A candidate has no place to say on which link it is.
    ip = ipaddress.ip_address(address)
    if not isinstance(ip, ipaddress.IPv6Address):
        return
    if ip.is_link_local:
        raise ConfigError(
            f"{address} is a link-local address, which clients cannot be told; "
            "choose another with --host, or :: for every one."
        )
    if ip.scope_id:
        plain = address.partition("%")[0]
        raise ConfigError(f"{address} names an interface; choose {plain} alone with --host.")


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (socket.gaierror, UnicodeError) as error:
        raise ConfigError(
            f"{host!r} is no address of this machine; choose another with --host."
        ) from error
    families = {family: str(address[0]) for family, _, _, _, address in reversed(found)}
    return families.get(socket.AF_INET) or families[socket.AF_INET6]


def _bind_all(hosts: Sequence[str], port: int) -> tuple[socket.socket, ...]:
    bound: list[socket.socket] = []
    try:
        for host in hosts:
            bound.append(_bind_one(host, port))
            port = bound[0].getsockname()[1]
    except OSError:
        for sock in bound:
            sock.close()
        raise
    return tuple(bound)


def _bind_one(host: str, port: int) -> socket.socket:
    family = family_of(host)
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def _why(host: str, port: int, error: OSError) -> str:
    reason = f"UDP port {port} on {host} cannot be used ({error.strerror})"
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return f"{reason}; end the program that holds it, or choose another with --port."
    return f"{reason}; choose an address of this machine with --host."
