"""The certificate of one's own: whom it names, how long it is used, and when there is another."""

from __future__ import annotations

import datetime
import ipaddress
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError
from proconf_tui.server import self_signed as module
from proconf_tui.server.self_signed import LASTS, LEAST_LEFT, self_signed
from tests.support.certificates import NOW, make_pair

HOST = "192.0.2.5"
SECOND = datetime.timedelta(seconds=1)


def _made(host: str = HOST, now: datetime.datetime = NOW) -> bytes:
    return self_signed([host, "localhost", "::1"], now).read_bytes()


def test_it_names_everything_this_machine_is_called() -> None:
    hosts = [HOST, "localhost", HOST, "fd00::2", "höst", "x" * 300, ""]
    path = self_signed(hosts, NOW)
    found = x509.load_pem_x509_certificate(path.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [
        x509.IPAddress(ipaddress.ip_address(HOST)),
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("fd00::2")),
    ]
    assert isinstance(found.public_key(), ec.EllipticCurvePublicKey)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.parent == data_dir()
    assert list(data_dir().iterdir()) == [path]


def test_it_is_used_again_until_its_last_month() -> None:
    made = _made()
    last = NOW + LASTS - LEAST_LEFT
    assert _made(now=last) == made
    assert _made(now=last + SECOND) != made


def test_it_is_used_as_long_as_people_know_the_server_by_it() -> None:
    made = _made()
    for now in (NOW + LASTS, NOW + 2 * LASTS, NOW - LASTS):
        path = self_signed([HOST], now, is_known=True)
        assert path.read_bytes() == made
    path.write_bytes(b"")
    assert self_signed([HOST], NOW, is_known=True).read_bytes()


def test_the_key_is_kept_from_others() -> None:
    _made()
    path = data_dir() / "self-signed.pem"
    path.chmod(0o644)
    _made()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("is_damaged", [False, True])
def test_of_two_that_begin_at_once_both_show_the_same(
    is_damaged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster = make_pair(tmp_path / "x", HOST, days=(-1, 300))
    pem = faster.cert.read_bytes() + faster.key.read_bytes()
    path = data_dir() / "self-signed.pem"
    if is_damaged:
        path.touch()
    make = module._made

    def make_meanwhile(hosts: Iterable[str], now: datetime.datetime) -> bytes:
        path.write_bytes(pem)
        return make(hosts, now)

    monkeypatch.setattr(module, "_made", make_meanwhile)
    assert _made() == pem


def test_it_is_on_the_disk_before_it_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    for name in ("fsync", "link"):
        real = getattr(os, name)

        def noted(*given: object, name: str = name, real: Callable[..., None] = real) -> None:
            done.append(name)
            real(*given)

        monkeypatch.setattr(os, name, noted)
    _made()
    assert done == ["fsync", "link"]


def test_where_there_are_no_links_it_is_kept_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert _made() == _made()


def test_it_stays_when_the_machine_has_another_address() -> None:
    assert _made("192.0.2.6") == _made()


def test_a_clock_that_goes_back_a_little_is_no_reason() -> None:
    made = _made()
    assert _made(now=NOW - datetime.timedelta(hours=23)) == made
    assert _made(now=NOW - datetime.timedelta(days=2)) != made


@pytest.mark.parametrize("end", [0, 100, -100])
def test_a_damaged_one_is_made_anew(end: int) -> None:
    made = _made()
    path = data_dir() / "self-signed.pem"
    path.write_bytes(made[:end])
    assert _made() not in (made, made[:end])


def test_one_whose_key_is_encrypted_is_made_anew(tmp_path: Path) -> None:
    pair = make_pair(tmp_path / "x", HOST, days=(-1, 300), passphrase=b"secret")
    path = data_dir() / "self-signed.pem"
    path.write_bytes(pair.cert.read_bytes() + pair.key.read_bytes())
    _made()
    assert b"ENCRYPTED" not in path.read_bytes()


def test_one_with_the_key_of_another_is_made_anew(tmp_path: Path) -> None:
    one, other = (make_pair(tmp_path / name, HOST, days=(-1, 300)) for name in "ab")
    path = data_dir() / "self-signed.pem"
    mixed = one.cert.read_bytes() + other.key.read_bytes()
    path.write_bytes(mixed)
    assert _made() != mixed


def test_a_place_that_cannot_be_written_to_is_named_and_no_key_left_beside_it() -> None:
    place = data_dir() / "self-signed.pem"
    place.mkdir()
    with pytest.raises(ConfigError, match=r"self-signed\.pem .*see to it or name another"):
        _made()
    assert list(data_dir().iterdir()) == [place]
