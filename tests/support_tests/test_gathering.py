from __future__ import annotations

import aioice.ice
import pytest

from tests.support.gathering import gathering


def _gathered() -> list[str]:
    return aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True)


def test_these_are_gathered_and_then_what_was_before() -> None:
    before = aioice.ice.get_host_addresses
    with gathering("127.0.0.1", "::1"):
        assert _gathered() == ["127.0.0.1", "::1"]
    assert aioice.ice.get_host_addresses is before


def test_a_lasting_patch_that_comes_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["192.0.2.1"])
    with gathering("127.0.0.1"):
        inner = aioice.ice.get_host_addresses
        lasting = lambda use_ipv4, use_ipv6: ["::1", *inner(use_ipv4, use_ipv6)]  # noqa: E731
        aioice.ice.get_host_addresses = lasting
        assert _gathered() == ["::1", "127.0.0.1"]
    assert _gathered() == ["::1", "192.0.2.1"]
