"""The certificate of a server for the machines around it, whose names no authority vouches for.

It is made on this machine, kept with its key in the data directory, and used again until its days
end: a browser remembers for which certificate its user has made an exception, and invites that were
given out name it. A new address of the machine is no reason for another one: nobody knows it by
its names, and people in a meeting whose server crashes then hold its pin.
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
_LONGEST_NAME: Final = 253
_NAME: Final = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proconf-tui")])


def self_signed(hosts: Iterable[str], now: datetime.datetime) -> Path:
    """Return the file with this user's certificate and key; made anew unless it can be used again.

    It can if it is good for a while after ``now``. A new one names ``hosts``, for whoever lets a
    machine trust it.

    Raises:
        ConfigError: the data directory cannot be used.
    """
    path = data_dir() / _FILE
    if not _can_be_used(path, now):
        try:
            _keep(_made(hosts, now), path)
        except OSError as error:
            raise ConfigError(
                f"The certificate cannot be kept in {path} ({error.strerror}); "
                "see to it or name another directory with PROCONF_DATA_DIR."
            ) from error
    return path


def _can_be_used(path: Path, now: datetime.datetime) -> bool:
    try:
        pem = path.read_bytes()
        found = x509.load_pem_x509_certificate(pem)
        is_its_key = (
            serialization.load_pem_private_key(pem, None).public_key() == found.public_key()
        )
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        return False
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


def _keep(pem: bytes, path: Path) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_bytes(pem)
        # Another server of this user may be reading it at this moment.
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
