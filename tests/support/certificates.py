"""Certificates of every kind that a server may be given, with their keys, as files."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtensionOID, NameOID

NOW: Final = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
_DAY: Final = datetime.timedelta(days=1)
_PEM: Final = serialization.Encoding.PEM


_SIGNED_TIMESTAMP: Final = bytes(1 + 32 + 8 + 2) + b"\x04\x03" + b"\x00\x01" + bytes(1)
"""Version, log, time, no extensions; a signature (RFC 6962 section 3.2) that is none."""
_TIMESTAMPS: Final = len(_SIGNED_TIMESTAMP).to_bytes(2, "big") + _SIGNED_TIMESTAMP
_LIST: Final = len(_TIMESTAMPS).to_bytes(2, "big") + _TIMESTAMPS
_LOGGED: Final = x509.UnrecognizedExtension(
    ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS, b"\x04" + bytes([len(_LIST)]) + _LIST
)


class Pair(NamedTuple):
    """A certificate and its key."""

    cert: Path
    key: Path


def make_pair(
    directory: Path,
    *hosts: str,
    days: tuple[int, int] = (-1, 30),
    passphrase: bytes | None = None,
    key: CertificateIssuerPrivateKeyTypes | None = None,
    is_logged: bool = False,
) -> Pair:
    """Return a certificate signed by itself, good on these ``days`` from now, and its key.

    The key is a usual one if no other is given. Who is told to trust the certificate as an
    authority trusts the server that shows it. One that ``is_logged`` says what those of public
    authorities say.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW + days[0] * _DAY)
        .not_valid_after(NOW + days[1] * _DAY)
        .add_extension(x509.SubjectAlternativeName(map(_general_name, hosts)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    if is_logged:
        builder = builder.add_extension(_LOGGED, critical=False)
    certificate = builder.sign(key, digest)
    pair = Pair(directory / "cert.pem", directory / "key.pem")
    directory.mkdir(exist_ok=True)
    pair.cert.write_bytes(certificate.public_bytes(_PEM))
    encryption = (
        serialization.BestAvailableEncryption(passphrase)
        if passphrase
        else serialization.NoEncryption()
    )
    pair.key.write_bytes(key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, encryption))
    return pair


def der_of(cert: Path) -> bytes:
    """Return the first certificate in a file in DER."""
    certificate = x509.load_pem_x509_certificate(cert.read_bytes())
    return certificate.public_bytes(serialization.Encoding.DER)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
