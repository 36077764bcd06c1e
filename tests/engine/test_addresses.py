"""Which addresses clients are told."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest

from proconf_tui.engine.addresses import MAX_ADVERTISED, advertised
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import ConfigError
from tests.support.own_interfaces import machine_has


def _machine_has(monkeypatch: pytest.MonkeyPatch, *ips: str) -> None:
    """Let the machine have these addresses and no other, all in one network."""
    machine_has(monkeypatch, [(ip, "eth0") for ip in ips])


def _hosts(told: Sequence[tuple[str, int]]) -> list[str]:
    assert {port for _, port in told} == {5000}
    return [host for host, _ in told]


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "::1", "2001:db8::1"])
def test_a_bound_address_is_told_itself(host: str) -> None:
    assert advertised(host, 5000, ()) == ((host, 5000),)


def test_public_addresses_of_both_families_go_before_all() -> None:
    given = ["198.51.100.1", "2001:DB8:0::9", "203.0.113.9", "2001:db8::9"]
    told = ["198.51.100.1", "2001:db8::9", "203.0.113.9"]
    assert _hosts(advertised("::", 5000, given)) == told


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_a_public_address_goes_before_the_host(host: str) -> None:
    assert _hosts(advertised(host, 5000, ["198.51.100.1"])) == ["198.51.100.1"]


@pytest.mark.parametrize(
    ("host", "public"),
    [("0.0.0.0", "2001:db8::5"), ("127.0.0.1", "2001:db8::5"), ("2001:db8::1", "203.0.113.5")],
)
def test_a_family_that_is_not_listened_on_is_refused(host: str, public: str) -> None:
    with pytest.raises(ConfigError, match=f"{public} is IPv.* use --host ::,"):
        advertised(host, 5000, [public])


def test_more_public_addresses_than_can_be_told_are_refused() -> None:
    given = [f"198.51.100.{n}" for n in range(1, MAX_ADVERTISED + 1)]
    assert _hosts(advertised("0.0.0.0", 5000, [*given, given[0]])) == given
    with pytest.raises(ConfigError, match="8 public addresses and not 9"):
        advertised("0.0.0.0", 5000, [*given, "198.51.100.9"])


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("[2001:db8::5]", "write 2001:db8::5, without brackets."),
        ("[2001:db8::5]:7880", "write 2001:db8::5, without brackets and port."),
        ("1.2.3.4:7880", "write 1.2.3.4, without a port."),
        ("meet.example.org", "give the IP address here, and the name with --allowed-host."),
        ("example.org:7880", "give the IP address here, and the name with --allowed-host."),
        ("no address", "'no address' is not an IP address that clients could reach."),
    ],
)
def test_an_address_written_as_in_a_url_is_put_right(name: str, hint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        advertised("::", 5000, [name])
    assert refused.value.message.endswith(hint)


def test_a_socket_on_every_address_tells_those_of_the_machine() -> None:
    told = advertised("0.0.0.0", 5000, ())
    hosts = [ipaddress.IPv4Address(host) for host, _ in told]
    assert hosts
    assert not any(host.is_unspecified for host in hosts)
    assert len(hosts) == 1 or not any(host.is_loopback for host in hosts)


def test_both_families_are_told_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Local, temporary and unique local (fd00::/8) IPv6 addresses are as good as others."""
    _machine_has(
        monkeypatch,
        "127.0.0.1",
        "192.0.2.1",
        "192.0.2.2",
        "::1",
        "fe80::1",
        "fd00::2",
        "2001:db8::3",
    )
    told = ["fd00::2", "192.0.2.1", "2001:db8::3", "192.0.2.2"]
    assert _hosts(advertised("::", 5000, ())) == told
    assert _hosts(advertised("0.0.0.0", 5000, ())) == ["192.0.2.1", "192.0.2.2"]


def test_many_of_one_family_leave_room_for_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine_has(monkeypatch, *(f"192.0.2.{n}" for n in range(1, 21)), "2001:db8::3")
    told = _hosts(advertised("::", 5000, ()))
    assert len(told) == MAX_ADVERTISED
    assert told[:2] == ["2001:db8::3", "192.0.2.1"]


def test_the_best_are_told_when_there_are_more_than_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    bridges = [(f"172.{n}.0.1", f"br-{n}") for n in range(18, 30)]
    machine_has(monkeypatch, [*bridges, ("10.8.0.2", "tun0"), ("192.0.2.5", "wlan0")])
    told = _hosts(advertised("0.0.0.0", 5000, ()))
    assert told[:3] == ["192.0.2.5", "10.8.0.2", "172.18.0.1"]
    assert len(told) == MAX_ADVERTISED


def test_loopback_is_told_only_when_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine_has(monkeypatch, "127.0.0.1", "::1", "fe80::1", "169.254.7.7")
    assert _hosts(advertised("::", 5000, ())) == ["::1", "127.0.0.1"]
    assert _hosts(advertised("0.0.0.0", 5000, ())) == ["127.0.0.1"]
    _machine_has(monkeypatch, "127.0.0.1", "::1", "192.0.2.1")
    assert _hosts(advertised("::", 5000, ())) == ["192.0.2.1"]


@pytest.mark.parametrize(
    "name", ["", "example.org", "0.0.0.0", "::", "ff02::1", "fe80::1", "::1%lo"]
)
def test_what_nobody_could_reach_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="clients could reach"):
        advertised("127.0.0.1", 5000, [name])


async def test_an_address_that_is_none_is_named_and_leaves_nothing_open() -> None:
    engine = EmbeddedEngine(public_addresses=["example.org"])
    with pytest.raises(ConfigError, match=r"example\.org"):
        await engine.open()
