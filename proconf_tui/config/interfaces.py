"""The addresses that this machine has now, by its network interfaces, and which serve others best.

The system is asked each time: they come and go.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Container, Iterable
from typing import Final, NamedTuple

import ifaddr

from proconf_tui.config.hosts import Ip

_INSIDE: Final = re.compile(
    r"docker|br-|veth|virbr|vnet|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|bridge1\d\d"
    r"|vethernet|vmware|virtualbox|hyper-v"
)
"""How interfaces are called that lead to containers and machines inside this one."""
_TUNNEL: Final = re.compile(
    r"tun|tap|wg|utun|ppp|ipsec|tailscale|zt|nordlynx|cscotun|wireguard|zerotier"
)
"""How those of private networks are called, in which few of the people around are."""
_ELSEWHERE: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses of nobody (RFC 5737, RFC 3849): the way to them is the way out."""


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


def ipv6_links() -> list[ipaddress.IPv6Network]:
    """Return the IPv6 networks on whose links this machine is."""
    return [
        ipaddress.IPv6Network((ip.ip[0], ip.network_prefix), strict=False)
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if not isinstance(ip.ip, str)
    ]


def addresses_for_others() -> list[OwnAddress]:
    """Return the addresses of this machine that others could use, the best first."""
    usable = [own for own in own_addresses() if own.is_for_others]
    return ranked(usable, routed_addresses()) if usable else []


def ranked(owned: Iterable[OwnAddress], routed: Container[str]) -> list[OwnAddress]:
    """Return the addresses in the order in which others should try them.

    A network goes before a tunnel, and both before what is inside this machine; among equals IPv4
    goes before IPv6, and the addresses in ``routed``, from which this machine sends to elsewhere,
    before others. With a private network as the way out these are the tunnel's.
    """

    def rank(own: OwnAddress) -> tuple[int, bool, bool]:
        return _remoteness(own.interface), own.ip.version != 4, str(own.ip) not in routed

    return sorted(owned, key=rank)


def _remoteness(interface: str) -> int:
    name = interface.lower()
    return 2 if _INSIDE.match(name) else 1 if _TUNNEL.match(name) else 0


def routed_addresses() -> list[str]:
    """Return the addresses from which this machine would send to somewhere else; sends nothing."""
    found = []
    for family, elsewhere in _ELSEWHERE.items():
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return found
