"""The addresses that this machine has now, by its network interfaces.

The system is asked each time: they come and go. What they are good for is for others to say.
"""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

import ifaddr

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class OwnAddress(NamedTuple):
    """One address of this machine and the name of its interface."""

    ip: Ip
    interface: str

    @property
    def is_for_others(self) -> bool:
        """Whether other machines could use it, wherever they are."""
        return not (self.ip.is_loopback or self.ip.is_link_local or self.ip.is_unspecified)


def own_addresses() -> list[OwnAddress]:
    """Return all addresses of this machine, its loopback's too."""
    return [
        # An IPv6 address comes as a tuple with its flow and scope.
        OwnAddress(
            ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0]), adapter.nice_name
        )
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]


def addresses_for_others() -> list[OwnAddress]:
    """Return the addresses of this machine that others could use."""
    return [own for own in own_addresses() if own.is_for_others]
