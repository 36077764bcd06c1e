"""The addresses of this machine, and which of them other machines could use."""

from __future__ import annotations

import ipaddress

import ifaddr
import pytest

from proconf_tui.config.interfaces import (
    OwnAddress,
    addresses_for_others,
    ipv6_links,
    own_addresses,
    ranked,
)
from tests.support.own_interfaces import machine_has


def test_what_others_cannot_use_is_none_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [ifaddr.IP(ip, 24, "e") for ip in ("127.0.0.1", "169.254.0.7", "192.0.2.5")]
    made += [ifaddr.IP((ip, 0, 0), 64, "e") for ip in ("::1", "fe80::1", "fd00::2")]
    monkeypatch.setattr("ifaddr.get_adapters", lambda: [ifaddr.Adapter("e", "eth0", made)])
    assert [str(own.ip) for own in own_addresses()] == [
        "127.0.0.1",
        "169.254.0.7",
        "192.0.2.5",
        "::1",
        "fe80::1",
        "fd00::2",
    ]
    assert [str(own.ip) for own in addresses_for_others()] == ["192.0.2.5", "fd00::2"]
    assert {own.interface for own in own_addresses()} == {"eth0"}


def test_links_are_those_of_its_ipv6_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [ifaddr.IP("192.0.2.5", 24, "e"), ifaddr.IP(("::1", 0, 0), 128, "e")]
    made.append(ifaddr.IP(("fd00:1::a:2", 0, 0), 64, "e"))
    monkeypatch.setattr("ifaddr.get_adapters", lambda: [ifaddr.Adapter("e", "eth0", made)])
    assert [str(link) for link in ipv6_links()] == ["::1/128", "fd00:1::/64"]


@pytest.mark.parametrize(
    ("owned", "routed", "order"),
    [
        ("", "", ""),
        ("fd00::2@eth0 192.0.2.5@eth0", "fd00::2", "192.0.2.5 fd00::2"),
        ("172.17.0.1@docker0 fd00::2@eth0 192.0.2.5@wlan0", "", "192.0.2.5 fd00::2 172.17.0.1"),
        ("10.0.0.1@eth0 192.0.2.5@wlan0", "192.0.2.5", "192.0.2.5 10.0.0.1"),
        ("10.0.0.1@eth0 192.0.2.5@wlan0", "", "10.0.0.1 192.0.2.5"),
        ("172.17.0.1@docker0 10.8.0.2@tun0 fd00::2@br0", "", "fd00::2 10.8.0.2 172.17.0.1"),
        ("192.168.64.1@bridge100 192.0.2.5@en0", "", "192.0.2.5 192.168.64.1"),
        ("172.20.0.1@vEthernet 192.0.2.5@Wi-Fi", "", "192.0.2.5 172.20.0.1"),
    ],
)
def test_networks_go_before_tunnels_and_both_before_what_is_inside(
    owned: str, routed: str, order: str
) -> None:
    pairs = [one.split("@") for one in owned.split()]
    given = [OwnAddress(ipaddress.ip_address(ip), name) for ip, name in pairs]
    assert [str(own.ip) for own in ranked(given, routed.split())] == order.split()


@pytest.mark.parametrize(
    "tunnel", ["tun0", "tap0", "wg0", "utun3", "ppp0", "tailscale0", "ztabcdef", "Tailscale"]
)
def test_the_way_out_through_a_tunnel_is_not_the_network_around(
    tunnel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned = [("10.8.0.2", tunnel), ("192.0.2.5", "wlan0")]
    machine_has(monkeypatch, owned, routed=["10.8.0.2"])
    assert [str(own.ip) for own in addresses_for_others()] == ["192.0.2.5", "10.8.0.2"]
