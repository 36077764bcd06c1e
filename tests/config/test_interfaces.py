"""The addresses of this machine, and which of them other machines could use."""

from __future__ import annotations

import ifaddr
import pytest

from proconf_tui.config.interfaces import addresses_for_others, own_addresses


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
