"""What a server with TLS shows, and when those whom it invites need the pin for it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.pin import pin_of
from proconf_tui.server import tls
from proconf_tui.server.config import ServerConfig
from tests.support.certificates import Pair, der_of, make_pair


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(tmp_path_factory.mktemp("tls"), "meet.test")


def _addresses(config: ServerConfig) -> tuple[str, str | None]:
    return tls.urls(config, tls.open_tls(config))


def test_without_tls_addresses_are_what_they_were() -> None:
    assert _addresses(ServerConfig(port=1)) == ("http://127.0.0.1:1", None)
    everywhere = ServerConfig(port=1, host="0.0.0.0", public_addresses=("2001:db8::5", "192.0.2.5"))
    assert _addresses(everywhere) == ("http://127.0.0.1:1", "http://192.0.2.5:1")


def test_who_is_known_to_nobody_is_known_by_the_pin(pair: Pair) -> None:
    config = ServerConfig(port=1, host="192.0.2.5", tls_cert=pair.cert, tls_key=pair.key)
    pinned = f"https://192.0.2.5:1#pin={pin_of(der_of(pair.cert))}"
    assert _addresses(config) == (pinned, pinned)


def test_whom_an_authority_knows_by_name_is_invited_to_without_a_pin(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.cert))
    config = ServerConfig(port=1, host="192.0.2.5", tls_cert=pair.cert, tls_key=pair.key)
    pin = f"#pin={pin_of(der_of(pair.cert))}"
    assert _addresses(config)[1] == f"https://192.0.2.5:1{pin}"
    for name, ending in (("meet.test", ""), ("other.test", pin)):
        named = ServerConfig(
            port=1, host="::", allowed_hosts=(name,), tls_cert=pair.cert, tls_key=pair.key
        )
        assert _addresses(named) == (f"https://127.0.0.1:1{pin}", f"https://{name}:1{ending}")


def test_for_the_local_network_it_makes_a_certificate_of_its_own() -> None:
    config = ServerConfig(port=1, host="0.0.0.0", is_lan=True, public_addresses=("192.0.2.5",))
    made = data_dir() / "self-signed.pem"
    assert _addresses(config)[1] == f"https://192.0.2.5:1#pin={_pin_in(made)}"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_it_shows_the_certificate_that_is_named_also_to_the_local_network(pair: Pair) -> None:
    config = ServerConfig(
        host="0.0.0.0",
        is_lan=True,
        public_addresses=("192.0.2.5",),
        tls_cert=pair.cert,
        tls_key=pair.key,
    )
    opened = tls.open_tls(config)
    assert opened is not None
    assert opened.pin == pin_of(der_of(pair.cert))
    assert not (data_dir() / "self-signed.pem").exists()


def test_files_are_looked_at_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no file"):
        tls.open_tls(ServerConfig(tls_cert=tmp_path / "a", tls_key=tmp_path / "b"))


def _pin_in(path: Path) -> str:
    return pin_of(der_of(path))
