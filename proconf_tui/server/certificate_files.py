"""Certificates and keys in files: looked at before anything starts, each fault by its name."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from proconf_tui.errors import ConfigError

_CURVES: Final = (ec.SECP256R1, ec.SECP384R1)
_LEAST_RSA_BITS: Final = 2048


def check_files(
    cert: Path | None, key: Path | None, now: datetime.datetime | None
) -> ssl.SSLContext | None:
    """Return what shows the operator's certificate, or None if no file is named.

    It must be good at ``now``; without that, its dates are not asked.

    Raises:
        ConfigError: what is wrong with which file.
    """
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise ConfigError("A certificate needs its key: name both with --tls-cert and --tls-key.")
    certificate = _certificate(cert)
    if now is not None:
        _check_dates(certificate, cert, now)
    certified = _key_in(certificate, cert)
    if not _is_for_browsers(certified):
        raise ConfigError(
            f"Browsers take no certificate with the kind of key that {cert} has; get one with "
            f"ECDSA (P-256 or P-384) or RSA of {_LEAST_RSA_BITS} bits or more."
        )
    if _public(certified) != _public(_key(key)):
        raise ConfigError(f"{key} is not the key of the certificate {cert}; name the pair.")
    return context_showing(cert, key)


def context_showing(cert: Path, key: Path | None = None) -> ssl.SSLContext:
    """Return a server's context with that certificate, whose key may be in the same file.

    Raises:
        ConfigError: OpenSSL takes them for no pair, whatever was found in the files before.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error.strerror
        raise ConfigError(f"{cert} cannot be used for TLS ({reason}); get another one.") from error
    return context


def _check_dates(certificate: x509.Certificate, path: Path, now: datetime.datetime) -> None:
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if until < now:
        raise ConfigError(f"The certificate {path} expired on {until:%Y-%m-%d}; renew it.")
    if since > now:
        raise ConfigError(
            f"The certificate {path} is good from {since:%Y-%m-%d} on; check this machine's clock."
        )


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_content(path, "--tls-cert"))
    except ValueError as error:
        raise ConfigError(f"{path} is no certificate in PEM; name one with --tls-cert.") from error


def _is_for_browsers(key: PublicKeyTypes) -> bool:
    """Return whether browsers take such a key: none takes Ed25519, and not all take P-521."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= _LEAST_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES)


def _key_in(certificate: x509.Certificate, path: Path) -> PublicKeyTypes:
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError(
            f"The certificate {path} has a key of an unknown kind; get one with ECDSA or RSA."
        ) from error


def _key(path: Path) -> PublicKeyTypes:
    """Return the public half of a key."""
    try:
        return serialization.load_pem_private_key(_content(path, "--tls-key"), None).public_key()
    except TypeError as error:
        raise ConfigError(
            f"The key {path} is encrypted; take its passphrase away (openssl pkey -in {path}) "
            "and name that file with --tls-key."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError(f"{path} is no private key in PEM; name one with --tls-key.") from error


def _content(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}; check {option}.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); check {option}.") from error


def _public(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
