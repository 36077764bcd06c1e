"""The pin of a server's certificate, as an address carries it: ``#pin=sha256:DIGEST``.

Behind a token stands a colon before it, ``#TOKEN:pin=sha256:DIGEST``: a link is pasted into shells,
and none of them minds a colon.

The digest is SHA-256 of the certificate in DER, in base64url without padding (RFC 4648 section 5).
Whoever has an address with a pin needs no authority to know the server. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final, NamedTuple

from proconf_tui.errors import ConfigError

_KEY: Final = "pin="
_FIELD: Final = re.compile(r"(?:^|:)(?=[a-z]+=)")
_FORM: Final = re.compile(r"sha256:[A-Za-z0-9_-]{43}")


def pin_of(certificate: bytes) -> str:
    """Return the pin of a certificate in DER."""
    digest = hashlib.sha256(certificate).digest()
    return f"sha256:{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def checked_pin(pin: str) -> str:
    """Return ``pin`` if a certificate can have it.

    Raises:
        ConfigError: it cannot.
    """
    if not _FORM.fullmatch(pin):
        raise ConfigError("The link's pin is damaged; copy the whole link, or ask for a new one.")
    return pin


class Fragment(NamedTuple):
    """What stands behind the ``#`` of an address or an invite."""

    token: str | None = None
    pin: str | None = None

    @classmethod
    def parse(cls, text: str) -> Fragment:
        """Return the token and the pin in ``text``, ``TOKEN:pin=PIN`` or either alone.

        Other fields, ``:KEY=VALUE``, say nothing here.

        Raises:
            ConfigError: the pin is none.
        """
        token, *fields = _FIELD.split(text)
        pins = [field.removeprefix(_KEY) for field in fields if field.startswith(_KEY)]
        return cls(token or None, checked_pin(pins[0]) if pins else None)

    def after(self, url: str) -> str:
        """Return ``url`` with this fragment, if it says anything."""
        parts = [self.token, f"{_KEY}{self.pin}" if self.pin else None]
        text = ":".join(part for part in parts if part)
        return f"{url}#{text}" if text else url
