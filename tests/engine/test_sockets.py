"""The engine's sockets: which families, one port number for both, and clear refusals."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from proconf_tui.engine import sockets
from proconf_tui.errors import ConfigError
from tests.support.ipv6 import needs_ipv6


@contextlib.contextmanager
def _bound(host: str, port: int = 0) -> Iterator[tuple[socket.socket, ...]]:
    opened = sockets.bind(host, port)
    try:
        yield opened
    finally:
        for each in opened:
            each.close()


def _echoes(server: socket.socket, to: str) -> bool:
    """Whether a datagram to that address gets there."""
    with socket.socket(server.family, socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", (to, server.getsockname()[1]))
        server.settimeout(5)
        return server.recv(100) == b"hello"


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_ipv4_is_one_socket(host: str) -> None:
    with _bound(host) as (only,):
        assert only.family == socket.AF_INET
        assert not only.getblocking()
        assert _echoes(only, "127.0.0.1")


@needs_ipv6
def test_an_ipv6_address_is_one_socket() -> None:
    with _bound("::1") as (only,):
        assert only.family == socket.AF_INET6
        assert _echoes(only, "::1")


@needs_ipv6
@pytest.mark.parametrize("host", ["::", "0::0"])
def test_every_address_is_a_socket_of_each_family_on_one_port(host: str) -> None:
    with _bound(host) as (six, four):
        assert (six.family, four.family) == (socket.AF_INET6, socket.AF_INET)
        assert six.getsockname()[1] == four.getsockname()[1]
        assert _echoes(six, "::1")
        assert _echoes(four, "127.0.0.1")


@needs_ipv6
def test_a_number_free_in_one_family_only_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first number that the system offers is taken in IPv4: another one is tried."""
    offered: list[int] = []
    original = sockets._bind_one

    with contextlib.ExitStack() as held:

        def bind_one(host: str, port: int) -> socket.socket:
            made = original(host, port)
            if host == sockets.ANY_IPV6:
                offered.append(made.getsockname()[1])
                if len(offered) == 1:
                    held.enter_context(original(sockets.ANY_IPV4, offered[0]))
            return made

        monkeypatch.setattr(sockets, "_bind_one", bind_one)
        with _bound("::") as (six, four):
            assert len(offered) == 2
            assert six.getsockname()[1] == four.getsockname()[1] == offered[1]


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::", marks=needs_ipv6)])
def test_a_taken_port_is_named(host: str) -> None:
    with _bound("127.0.0.1") as (holder,):
        port = holder.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"{port}.*--port"):
            sockets.bind(host, port)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("::1%lo", "choose ::1 alone"),
        ("::1%nosuch", "choose ::1 alone"),
        ("fe80::1", "link-local"),
        ("fe80::1%lo", "link-local"),
        ("fe80::1%nosuch", "link-local"),
    ],
)
def test_an_address_of_one_link_is_refused(host: str, said: str) -> None:
    with pytest.raises(ConfigError, match=f"{host} .*{said}"):
        sockets.addresses_of(host)


@pytest.mark.parametrize("host", ["198.51.100.7", "2001:db8::7", "no.such.host.invalid", "a" * 70])
def test_an_address_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(ConfigError, match=r"--host"):
        sockets.bind(host, 0)
