"""What a server with TLS shows, and when those whom it invites need the pin for it."""

from __future__ import annotations

import ssl
import stat
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.pin import pin_of
from proconf_tui.server import tls
from proconf_tui.server.certificate_names import CertificateNames
from proconf_tui.server.config import ServerConfig
from tests.support.certificates import Pair, der_of, make_pair
from tests.support.signalling import running_server


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
    pin = f"#pin={pin_of(der_of(pair.cert))}"
    assert _addresses(config) == (f"https://192.0.2.5:1{pin}", f"https://meet.test:1{pin}")


@pytest.mark.parametrize(
    ("names", "allowed", "linked"),
    [
        (["*.test", "meet.test", "other.test"], (), "meet.test"),
        (["meet.test", "192.0.2.5"], (), "192.0.2.5"),
        (["meet.test"], ("other.test",), "other.test"),
        (["meet.test"], ("*.test",), "meet.test"),
        (["*.meet.test"], (), "192.0.2.5"),
        (["*.meet.test"], ("a.meet.test",), "a.meet.test"),
        (["localhost"], (), "192.0.2.5"),
    ],
)
def test_links_name_what_the_certificate_is_for(
    names: list[str], allowed: tuple[str, ...], linked: str, tmp_path: Path
) -> None:
    pair = make_pair(tmp_path, *names)
    config = ServerConfig(
        port=1, host="192.0.2.5", allowed_hosts=allowed, tls_cert=pair.cert, tls_key=pair.key
    )
    others = _addresses(config)[1]
    assert others is not None
    assert urlsplit(others).hostname == linked


def test_a_name_makes_nobody_come_to_this_machine_alone(pair: Pair) -> None:
    assert _addresses(ServerConfig(port=1, tls_cert=pair.cert, tls_key=pair.key))[1] is None


async def test_a_server_goes_by_the_names_of_its_certificate(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, "meet.test", "*.meet.test")
    async with running_server(tls_cert=pair.cert, tls_key=pair.key) as server:
        context = ssl.create_default_context(cafile=str(pair.cert))
        context.check_hostname = False
        async with httpx.AsyncClient(
            base_url=server.url.partition("#")[0], verify=context, trust_env=False
        ) as client:
            for host, status in (
                ("meet.test", 200),
                ("A.meet.test:1", 200),
                ("a.b.meet.test", 403),
                ("other.test", 403),
            ):
                answer = await client.get("/healthz", headers={"Host": host})
                assert answer.status_code == status, host


async def test_a_server_goes_by_no_name_of_a_certificate_of_its_own() -> None:
    own = ServerConfig(host="0.0.0.0", is_lan=True, public_addresses=("192.0.2.5",))
    opened = tls.open_tls(own)
    assert opened is not None
    assert opened.names == CertificateNames()


def test_whom_a_public_authority_knows_by_name_is_invited_to_without_a_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make_pair(tmp_path, "meet.test", is_logged=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.cert))
    config = ServerConfig(port=1, host="192.0.2.5", tls_cert=pair.cert, tls_key=pair.key)
    pin = f"#pin={pin_of(der_of(pair.cert))}"
    assert _addresses(config)[1] == "https://meet.test:1"
    for name, ending in (("meet.test", ""), ("other.test", pin)):
        assert _addresses(_named(name, pair)) == (
            f"https://127.0.0.1:1{pin}",
            f"https://{name}:1{ending}",
        )


def test_who_is_trusted_on_this_machine_alone_is_known_by_the_pin(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.cert))
    pinned = f"https://meet.test:1#pin={pin_of(der_of(pair.cert))}"
    assert _addresses(_named("meet.test", pair))[1] == pinned


def test_who_is_logged_but_trusted_by_nobody_is_known_by_the_pin(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, "meet.test", is_logged=True)
    pinned = f"https://meet.test:1#pin={pin_of(der_of(pair.cert))}"
    assert _addresses(_named("meet.test", pair))[1] == pinned


def _named(name: str, pair: Pair) -> ServerConfig:
    return ServerConfig(
        port=1, host="::", allowed_hosts=(name,), tls_cert=pair.cert, tls_key=pair.key
    )


@pytest.mark.parametrize("days", [(-300, 3), (-300, -3)])
def test_who_takes_the_place_of_a_crashed_one_shows_what_that_one_showed(
    days: tuple[int, int], tmp_path: Path
) -> None:
    old = make_pair(tmp_path, "meet.test", days=days)
    named = ServerConfig(tls_cert=old.cert, tls_key=old.key, is_resumed=True)
    kept = data_dir() / "self-signed.pem"
    kept.write_bytes(old.cert.read_bytes() + old.key.read_bytes())
    own = ServerConfig(
        host="0.0.0.0", is_lan=True, public_addresses=("192.0.2.5",), is_resumed=True
    )
    for config in (named, own):
        opened = tls.open_tls(config)
        assert opened is not None
        assert opened.pin == pin_of(der_of(old.cert))


def test_a_file_that_changes_after_it_was_looked_at_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make_pair(tmp_path / "one"), make_pair(tmp_path / "other")
    mixed = tmp_path / "mixed.pem"
    mixed.write_bytes(one.cert.read_bytes() + other.key.read_bytes())
    monkeypatch.setattr(tls, "self_signed", lambda *_, **__: mixed)
    config = ServerConfig(host="0.0.0.0", is_lan=True, public_addresses=("192.0.2.5",))
    with pytest.raises(ConfigError, match=r"mixed\.pem cannot be used for TLS"):
        tls.open_tls(config)


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
