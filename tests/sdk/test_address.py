"""Addresses and invites as people give them."""

from __future__ import annotations

from collections.abc import Callable

import ifaddr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk.address import Invite, ServerAddress


@pytest.mark.parametrize(
    ("given", "url", "websocket_url", "is_loopback"),
    [
        ("127.0.0.1:7880", "http://127.0.0.1:7880", "ws://127.0.0.1:7880/api/v1/ws", True),
        ("https://meet.test", "https://meet.test", "wss://meet.test/api/v1/ws", False),
        ("http://[::1]:80/x?y#z", "http://[::1]:80", "ws://[::1]:80/api/v1/ws", True),
        ("http://user:pw@meet.test:1", "http://meet.test:1", "ws://meet.test:1/api/v1/ws", False),
        ("localhost:1", "http://localhost:1", "ws://localhost:1/api/v1/ws", True),
    ],
)
def test_addresses(given: str, url: str, websocket_url: str, is_loopback: bool) -> None:
    server = ServerAddress.parse(given)
    assert (server.url, server.websocket_url, server.is_loopback) == (
        url,
        websocket_url,
        is_loopback,
    )


def test_what_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    ips = [ifaddr.IP("192.0.2.7", 24, "a"), ifaddr.IP(("2001:db8::7", 0, 0), 64, "a")]
    monkeypatch.setattr("ifaddr.get_adapters", lambda: [ifaddr.Adapter("a", "a", ips)])
    here = ("http://192.0.2.7:7880", "http://[2001:DB8::7]:1", "127.0.0.1:1", "localhost:1")
    assert all(ServerAddress.parse(url).is_here for url in here)
    elsewhere = ("http://192.0.2.8:7880", "https://meet.test", "http://192.0.2.7.meet.test")
    assert not any(ServerAddress.parse(url).is_here for url in elsewhere)


@pytest.mark.parametrize(
    ("given", "host", "port"),
    [
        ("https://meet.test", "meet.test", 443),
        ("http://meet.test", "meet.test", 80),
        ("https://[::1]:7880", "::1", 7880),
    ],
)
def test_where_to_connect(given: str, host: str, port: int) -> None:
    server = ServerAddress.parse(given)
    assert (server.host, server.port) == (host, port)


@pytest.mark.parametrize("given", ["", "http://", "ftp://x", "http://x:99999", "http://x:0", "[::"])
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(ConfigError, match="no server's address"):
        ServerAddress.parse(given)


def test_an_invite_to_no_address_is_refused_like_one() -> None:
    with pytest.raises(ConfigError, match="no server's address"):
        Invite.parse("http://[::1/j/room")


def test_an_invite_to_an_ipv6_address_keeps_its_brackets() -> None:
    invite = Invite(ServerAddress.parse("[2001:db8::7]:7880"), RoomId("myRoom"), "a.b.c")
    assert str(invite) == "http://[2001:db8::7]:7880/j/myRoom#a.b.c"
    assert Invite.parse(str(invite)) == invite


def test_an_invite_may_have_a_slash_at_its_end() -> None:
    invite = Invite.parse("http://192.0.2.1:7880/j/myRoom/#abc")
    assert invite is not None
    assert (invite.room_id, invite.token) == ("myRoom", "abc")


def test_an_invite_survives_the_round_trip() -> None:
    invite = Invite(ServerAddress.parse("https://meet.test:8443"), RoomId("myRoom"), "a.b.c")
    assert str(invite) == "https://meet.test:8443/j/myRoom#a.b.c"
    assert Invite.parse(str(invite)) == invite
    assert Invite.parse("https://meet.test/j/myRoom") == Invite(
        ServerAddress.parse("https://meet.test"), RoomId("myRoom")
    )
    assert Invite.parse("myRoom") is None
    assert Invite.parse("https://meet.test/other") is None


@given(
    st.sampled_from(["meet.test", "127.0.0.1", "[2001:db8::7]"]),
    st.integers(1, 65535),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
    st.none() | st.text("abcXYZ019-_.", min_size=1),
    st.none() | st.binary().map(pin_of),
)
def test_any_invite_with_a_pin_survives_the_round_trip(
    host: str, port: int, room: str, token: str | None, pin: str | None
) -> None:
    invite = Invite(ServerAddress(f"https://{host}:{port}", pin), RoomId(room), token)
    assert Invite.parse(str(invite)) == invite
    assert ServerAddress.parse(str(invite.server)) == invite.server


def test_the_pin_stands_where_browsers_do_not_send_it() -> None:
    server = ServerAddress("https://192.0.2.7:7880", pin_of(b""))
    assert str(server) == f"https://192.0.2.7:7880#pin={pin_of(b'')}"
    assert str(Invite(server, RoomId("r"), "a.b.c")).endswith(f"/j/r#a.b.c:pin={pin_of(b'')}")
    assert server.websocket_url == "wss://192.0.2.7:7880/api/v1/ws"


@pytest.mark.parametrize("parse", [ServerAddress.parse, Invite.parse])
def test_a_pin_without_tls_is_refused(parse: Callable[[str], object]) -> None:
    with pytest.raises(ConfigError, match="begins with https"):
        parse(f"http://meet.test/j/room#pin={pin_of(b'')}")
    with pytest.raises(ConfigError, match="damaged"):
        parse("https://meet.test/j/room#pin=sha256:short")
