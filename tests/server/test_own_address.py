"""Which address an invite names, and what is said where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.config.hosts import is_loopback
from proconf_tui.engine.addresses import advertised
from proconf_tui.errors import ConfigError
from proconf_tui.server import own_address
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.own_address import host_for_others
from tests.support.ipv6 import has_ipv6
from tests.support.own_interfaces import machine_has

_EVERYWHERE = ("0.0.0.0", "::")
_INTERFACES = st.sampled_from(["eth0", "wlan0", "docker0", "br-1", "br-2", "tun0", "wg0"])
_IPS = st.ip_addresses(network="192.0.2.0/24") | st.ip_addresses(network="2001:db8::/64")
_OWNED = st.tuples(_IPS.map(str), _INTERFACES)


@pytest.mark.parametrize("host", _EVERYWHERE)
def test_media_come_to_the_address_of_the_invite_however_many_bridges_there_are(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridges = [(f"172.{n}.0.1", f"br-{n}") for n in range(18, 30)]
    bridges += [(f"fd00:{n}::1", f"br-{n}") for n in range(18, 30)]
    machine_has(monkeypatch, [("172.17.0.1", "docker0"), *bridges, ("192.0.2.5", "wlan0")])
    assert host_for_others(ServerConfig(host=host)) == "192.0.2.5"
    assert ("192.0.2.5", 5000) in advertised(host, 5000, ())


@given(st.lists(_OWNED) | st.lists(_OWNED, min_size=20), st.sampled_from(_EVERYWHERE))
def test_media_come_to_the_address_of_any_invite(owned: list[tuple[str, str]], host: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        machine_has(monkeypatch, owned)
        invited = host_for_others(ServerConfig(host=host))
        told = [ip for ip, _ in advertised(host, 5000, ())]
    assert invited in told or (invited is None and all(map(is_loopback, told)))


def test_an_invite_names_no_address_at_which_nobody_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine_has(monkeypatch, [("2001:db8::5", "eth0")])
    assert host_for_others(ServerConfig(host="::")) == "2001:db8::5"
    assert host_for_others(ServerConfig(host="0.0.0.0")) is None


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
