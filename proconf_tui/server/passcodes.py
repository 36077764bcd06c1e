"""Passcodes of rooms: kept as salted scrypt hashes (RFC 7914), compared in constant time.

A passcode is short, so guessing is also slowed where guests ask for their token.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, b64encode
from typing import Final

_COST: Final = 2**12
_SALT_BYTES: Final = 16


def hashed(passcode: str) -> str:
    """Return what to keep of a passcode: ``SALT:HASH``, both base64. Takes milliseconds of CPU."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{b64encode(salt).decode()}:{b64encode(_scrypt(passcode, salt)).decode()}"


def matches(passcode: str, kept: str) -> bool:
    """Return whether ``kept`` was made from this passcode. Takes milliseconds of CPU."""
    salt, _, expected = kept.partition(":")
    made = _scrypt(passcode, b64decode(salt))
    return secrets.compare_digest(made, b64decode(expected))


def _scrypt(passcode: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passcode.encode(), salt=salt, n=_COST, r=8, p=1)
