"""Which hosts are us and which origins are ours."""

from __future__ import annotations

import platform

import pytest

from proconf_tui.server.web_checks import is_called, is_own_host, is_own_origin, own_names

NAMES = own_names(["Meet.Example.org"])


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:7880",
        "127.0.0.1:7880",
        "192.168.1.5",
        "[::1]:7880",
        "[2001:db8::1]",
        "meet.example.org",
        "MEET.example.org:443",
        platform.node(),
    ],
)
def test_own_hosts(host: str) -> None:
    assert is_own_host(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "[::1",
        "@",
        ":7880",
    ],
)
def test_foreign_hosts(host: str | None) -> None:
    assert not is_own_host(host, NAMES)


@pytest.mark.parametrize(
    ("name", "host", "is_its"),
    [
        ("*.example.org", "meet.example.org", True),
        ("*.example.org", "example.org", False),
        ("*.example.org", "a.meet.example.org", False),
        ("*.example.org", ".example.org", False),
        ("*.example.org", "meet.example.org.evil.example", False),
        ("*.org", "example.org", False),
        ("*", "localhost", False),
    ],
)
def test_a_wildcard_stands_for_one_label(name: str, host: str, is_its: bool) -> None:
    assert is_called(host, {name}) is is_its


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "127.0.0.1:7880"),
        ("http://127.0.0.1:7880", "127.0.0.1:7880"),
        ("https://meet.example.org", "meet.example.org"),
        ("http://[::1]:7880", "[::1]:7880"),
    ],
)
def test_own_origins(origin: str | None, host: str) -> None:
    assert is_own_origin(origin, host)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9999", "null", "", "file://", "http://[::1"]
)
def test_foreign_origins(origin: str) -> None:
    assert not is_own_origin(origin, "127.0.0.1:7880")
