"""Which addresses clients are told."""

from __future__ import annotations

import ipaddress

import pytest

from proconf_tui.engine.addresses import advertised
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import ConfigError


def test_a_bound_address_is_told_itself() -> None:
    assert advertised("127.0.0.1", 5000, ()) == (("127.0.0.1", 5000),)


def test_public_addresses_go_before_all() -> None:
    assert advertised("0.0.0.0", 5000, ["198.51.100.1", "203.0.113.9"]) == (
        ("198.51.100.1", 5000),
        ("203.0.113.9", 5000),
    )


def test_a_socket_on_every_address_tells_those_of_the_machine() -> None:
    told = advertised("0.0.0.0", 5000, ())
    hosts = [ipaddress.IPv4Address(host) for host, _ in told]
    assert hosts
    assert not any(host.is_unspecified for host in hosts)
    assert len(hosts) == 1 or not any(host.is_loopback for host in hosts)


async def test_an_address_that_is_none_is_named_and_leaves_nothing_open() -> None:
    engine = EmbeddedEngine(public_addresses=["example.org"])
    with pytest.raises(ConfigError, match=r"example\.org"):
        await engine.open()
