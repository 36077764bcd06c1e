"""The certificate of a server for the machines around it, whose names no authority vouches for.

It is made on this machine, kept with its key in the data directory, and used again until its last
month: a browser remembers for which certificate its user has made an exception, and invites that
were given out name it. A new address of the machine is no reason for another one: nobody knows it
by its names. During a meeting its dates are none either, for everybody in it holds its pin.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError

LASTS: Final = datetime.timedelta(days=365)
LEAST_LEFT: Final = datetime.timedelta(days=30)
_CLOCKS_DIFFER: Final = datetime.timedelta(days=1)
_FILE: Final = "self-signed.pem"
_PRIVATE: Final = 0o600
_OF_OTHERS: Final = 0o077
_LONGEST_NAME: Final = 253
_NAME: Final = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proconf-tui")])


def self_signed(hosts: Iterable[str], now: datetime.datetime, *, is_known: bool = False) -> Path:
    """Return the file with this user's certificate and key; made anew unless it can be used again.

    It can if it is good for a while after ``now``, or if people know the server by it already. A
    new one names ``hosts``, for whoever lets a machine trust it.

    Raises:
        ConfigError: the data directory cannot be used.
    """
    path = data_dir() / _FILE
    good_at = None if is_known else now
    try:
        if not _can_be_used(path, good_at):
            _publish(_made(hosts, now), path, good_at)
        if path.stat().st_mode & _OF_OTHERS:
            path.chmod(_PRIVATE)
    except OSError as error:
        raise ConfigError(
            f"The certificate cannot be kept in {path} ({error.strerror}); "
            "see to it or name another directory with PROCONF_DATA_DIR."
        ) from error
    return path


def _can_be_used(path: Path, now: datetime.datetime | None) -> bool:
    try:
        pem = path.read_bytes()
        found = x509.load_pem_x509_certificate(pem)
        is_its_key = (
            serialization.load_pem_private_key(pem, None).public_key() == found.public_key()
        )
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    if now is None:
        return is_its_key
    is_good = found.not_valid_before_utc <= now <= found.not_valid_after_utc - LEAST_LEFT
    return is_its_key and is_good


def _made(hosts: Iterable[str], now: datetime.datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    names = dict.fromkeys(map(_general_name, filter(_can_be_named, hosts)))
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder(_NAME, _NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _can_be_named(host: str) -> bool:
    return host.isascii() and 0 < len(host) <= _LONGEST_NAME


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _publish(pem: bytes, path: Path, good_at: datetime.datetime | None) -> None:
    """Put ``pem`` there whole, unless another server of this user was faster."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        _write(pem, draft)
        try:
            os.link(draft, path)
        except OSError:
            # There is one already, or the file system has no links.
            if not _can_be_used(path, good_at):
                draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _write(pem: bytes, path: Path) -> None:
    path.touch(mode=_PRIVATE, exist_ok=False)
    with path.open("wb") as file:
        file.write(pem)
        file.flush()
        # Else a name may outlive a power cut, and what it names not.
        os.fsync(file.fileno())
