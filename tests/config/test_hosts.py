"""What the name or address of a host says by itself."""

from __future__ import annotations

import pytest

from proconf_tui.config.hosts import ip_of, is_any_address, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_by_itself(host: str) -> None:
    assert is_loopback(host)
    assert not is_any_address(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_of_this_machine(host: str) -> None:
    assert is_any_address(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", "127.0.0.1.org", ""])
def test_neither(host: str) -> None:
    assert not is_loopback(host)
    assert not is_any_address(host)


def test_a_name_is_no_address() -> None:
    assert str(ip_of("2001:DB8:0::1")) == "2001:db8::1"
    assert ip_of("localhost") is ip_of("[::1]") is ip_of("") is None
