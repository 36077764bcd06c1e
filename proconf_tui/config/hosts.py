"""What the name or address of a host says by itself; nothing is looked up."""

from __future__ import annotations

import ipaddress

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


def ip_of(host: str) -> Ip | None:
    """Return the address that ``host`` is, or None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Return whether only this machine itself reaches ``host``."""
    ip = ip_of(host)
    return host == "localhost" if ip is None else ip.is_loopback


def is_any_address(host: str) -> bool:
    """Return whether ``host`` stands for every address of this machine."""
    ip = ip_of(host)
    return ip is not None and ip.is_unspecified
