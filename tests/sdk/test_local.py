"""What the registry of this machine knows of an address that leads to a server here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from proconf_tui.config.local_servers import LocalServer, registered
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.local import for_others, is_registered, server_at
from tests.support.own_interfaces import machine_has

_PIN = pin_of(b"")
_FOR_OTHERS = f"https://192.0.2.7:7880#pin={_PIN}"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    machine_has(monkeypatch, [("192.0.2.7", "eth0"), ("198.51.100.7", "wlan0")])


@contextmanager
def _running(url: str, url_for_others: str | None = None) -> Iterator[None]:
    with registered(LocalServer(url, os.getpid(), url_for_others)):
        yield


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:7880",
        "https://localhost:7880",
        "https://[::1]:7880",
        "https://192.0.2.7:7880",
        "https://198.51.100.7:7880",
    ],
)
def test_whatever_leads_to_a_server_of_all_addresses_is_that_server(url: str) -> None:
    with _running(f"https://127.0.0.1:7880#pin={_PIN}", _FOR_OTHERS):
        server = server_at(url)
        assert server == ServerAddress(url, _PIN)
        assert is_registered(server)
        assert str(for_others(server)) == _FOR_OTHERS


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:7881",
        "https://192.0.2.8:7880",
        "https://meet.test:7880",
        "http://127.0.0.1:7880",
    ],
)
def test_what_leads_elsewhere_is_no_server_here(url: str) -> None:
    with _running(f"https://127.0.0.1:7880#pin={_PIN}", _FOR_OTHERS):
        server = server_at(url)
        assert server == for_others(server) == ServerAddress(url)
        assert not is_registered(server)


def test_who_listens_at_one_address_is_found_there_alone() -> None:
    for url, others in (
        ("https://127.0.0.1:7880", None),
        ("https://192.0.2.7:7880", "https://192.0.2.7:7880"),
    ):
        with _running(f"{url}#pin={_PIN}", others and f"{others}#pin={_PIN}"):
            assert server_at(url).pin == _PIN
            assert server_at("https://198.51.100.7:7880").pin is None
            assert is_registered(ServerAddress(url))


def test_a_name_for_others_leads_here_too() -> None:
    with _running(f"https://127.0.0.1:443#pin={_PIN}", "https://meet.test:443"):
        named = ServerAddress("https://meet.test:443")
        assert is_registered(named)
        # Where a name leads to, another may show the certificate.
        assert server_at(named.url) == named
        assert is_registered(ServerAddress("https://localhost"))
