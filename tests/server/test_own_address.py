"""Which address an invite names, and what is said where there is none."""

from __future__ import annotations

import ipaddress

import pytest

from proconf_tui.config.interfaces import OwnAddress
from proconf_tui.errors import ConfigError
from proconf_tui.server import own_address
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.own_address import best, host_for_others
from tests.support.ipv6 import has_ipv6


def _own(text: str) -> list[OwnAddress]:
    pairs = [one.split("@") for one in text.split()]
    return [OwnAddress(ipaddress.ip_address(ip), interface) for ip, interface in pairs]


@pytest.mark.parametrize(
    ("owned", "routed", "chosen"),
    [
        ("", [], None),
        ("fd00::2@eth0", [], "fd00::2"),
        ("fd00::2@eth0 192.0.2.5@eth0", ["fd00::2"], "192.0.2.5"),
        ("172.17.0.1@docker0 192.0.2.5@wlan0", [], "192.0.2.5"),
        ("172.17.0.1@docker0", [], "172.17.0.1"),
        ("10.0.0.1@eth0 192.0.2.5@wlan0", ["192.0.2.5"], "192.0.2.5"),
        ("10.0.0.1@eth0 192.0.2.5@wlan0", [], "10.0.0.1"),
    ],
)
def test_the_best_address(owned: str, routed: list[str], chosen: str | None) -> None:
    assert best(_own(owned), routed) == (ipaddress.ip_address(chosen) if chosen else None)


def test_without_a_network_there_is_no_meeting_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_address, "addresses_for_others", list)
    everywhere = ServerConfig(host="0.0.0.0")
    assert host_for_others(everywhere) is None
    with pytest.raises(ConfigError, match="connect it to a network, or leave out --lan"):
        host_for_others(ServerConfig(host="0.0.0.0", is_lan=True))


def test_who_listens_for_this_machine_only_is_reached_by_nobody_else() -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        assert host_for_others(ServerConfig(host=host, allowed_hosts=("meet.test",))) is None
    assert host_for_others(ServerConfig(host="192.0.2.5")) == "192.0.2.5"


def test_every_address_is_of_both_families_where_there_are_two() -> None:
    assert own_address.every_address() == ("::" if has_ipv6() else "0.0.0.0")
