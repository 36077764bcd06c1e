"""Certificates and keys that cannot be used: one sentence for each fault."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

from proconf_tui.errors import ConfigError
from proconf_tui.server.certificate_files import check_files
from tests.support.certificates import NOW, der_of, make_pair

ECDSA = bytes.fromhex("2a8648ce3d0201")
"""The kind of a key in DER (RFC 5480 section 2.1.1)."""


def test_what_can_be_used_is_not_complained_of(tmp_path: Path) -> None:
    check_files(None, None, NOW)
    cert, key = make_pair(tmp_path, "meet.test")
    check_files(cert, key, NOW)


def test_one_without_the_other_is_refused(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, "meet.test")
    for cert, key in ((pair.cert, None), (None, pair.key)):
        with pytest.raises(ConfigError, match="name both"):
            check_files(cert, key, NOW)


@pytest.mark.parametrize(
    ("days", "said"), [((-9, -1), "expired on"), ((1, 9), "check this machine's clock")]
)
def test_its_days_must_have_come_and_not_be_over(
    tmp_path: Path, days: tuple[int, int], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        check_files(*make_pair(tmp_path, "meet.test", days=days), NOW)


def test_the_key_must_be_the_certificates(tmp_path: Path) -> None:
    one, other = make_pair(tmp_path / "one", "a.test"), make_pair(tmp_path / "other", "a.test")
    with pytest.raises(ConfigError, match="is not the key of the certificate"):
        check_files(one.cert, other.key, NOW)


def test_a_kind_of_key_that_nobody_knows_is_told(tmp_path: Path) -> None:
    cert, key = make_pair(tmp_path, "a.test")
    strange = der_of(cert).replace(ECDSA, ECDSA[:-1] + b"\x7f")
    cert.write_text(ssl.DER_cert_to_PEM_cert(strange))
    with pytest.raises(ConfigError, match=r"cert\.pem has a key of an unknown kind"):
        check_files(cert, key, NOW)


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA 2048"],
)
def test_what_browsers_take_is_not_complained_of(
    tmp_path: Path, key: CertificateIssuerPrivateKeyTypes
) -> None:
    check_files(*make_pair(tmp_path, "a.test", key=key), NOW)


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 1024),
    ],
    ids=["Ed25519", "P-521", "RSA 1024"],
)
def test_what_browsers_do_not_take_is_refused(
    tmp_path: Path, key: CertificateIssuerPrivateKeyTypes
) -> None:
    with pytest.raises(ConfigError, match=r"Browsers take no .* of key that .*cert\.pem has; get"):
        check_files(*make_pair(tmp_path, "a.test", key=key), NOW)


def test_the_key_must_not_be_encrypted(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is encrypted; take its passphrase away"):
        check_files(*make_pair(tmp_path, "a.test", passphrase=b"secret"), NOW)


def test_each_must_be_what_it_is_said_to_be(tmp_path: Path) -> None:
    cert, key = make_pair(tmp_path, "a.test")
    with pytest.raises(ConfigError, match=r"key\.pem is no certificate in PEM"):
        check_files(key, cert, NOW)
    with pytest.raises(ConfigError, match=r"cert\.pem is no private key in PEM"):
        check_files(cert, cert, NOW)


def test_both_must_be_there_and_readable(tmp_path: Path) -> None:
    cert, key = make_pair(tmp_path, "a.test")
    nowhere = tmp_path / "nowhere"
    with pytest.raises(ConfigError, match=r"no file .*nowhere; check --tls-cert"):
        check_files(nowhere, key, NOW)
    with pytest.raises(ConfigError, match=r"no file .*nowhere; check --tls-key"):
        check_files(cert, nowhere, NOW)
    with pytest.raises(ConfigError, match=r"cannot be read \(Is a directory\)"):
        check_files(cert, tmp_path, NOW)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_of_somebody_else_is_named(tmp_path: Path) -> None:
    cert, key = make_pair(tmp_path, "a.test")
    key.chmod(0)
    with pytest.raises(ConfigError, match=r"key\.pem cannot be read \(Permission denied\)"):
        check_files(cert, key, NOW)
