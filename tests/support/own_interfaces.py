"""The network interfaces of a machine that a test makes up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ifaddr
import pytest


def machine_has(
    monkeypatch: pytest.MonkeyPatch,
    owned: Iterable[tuple[str, str]],
    *,
    routed: Sequence[str] = (),
) -> None:
    """Let the machine have these addresses and no other, each with the name of its interface.

    ``routed`` are those from which it sends to elsewhere.
    """
    adapters = [
        ifaddr.Adapter(name, name, [ifaddr.IP((ip, 0, 0) if ":" in ip else ip, 24, name)])
        for ip, name in owned
    ]
    monkeypatch.setattr("ifaddr.get_adapters", lambda: adapters)
    monkeypatch.setattr("proconf_tui.config.interfaces.routed_addresses", lambda: list(routed))
