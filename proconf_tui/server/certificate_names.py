"""The names in a certificate: by which a server is called, and which of them a link can carry.

Source: RFC 5280 section 4.2.1.6. The common name is no such name; browsers, too, ignore it.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Final

from cryptography import x509

from proconf_tui.config.hosts import ip_of, is_loopback
from proconf_tui.server.web_checks import is_called

_WILDCARD: Final = "*."
_FORM: Final = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


@dataclasses.dataclass(frozen=True, slots=True)
class CertificateNames:
    """``hosts`` are names in lower case, in their order; one may begin with ``*.``."""

    hosts: tuple[str, ...] = ()
    addresses: frozenset[str] = frozenset()

    def cover(self, host: str) -> bool:
        """Return whether the certificate is for this name or address."""
        ip = ip_of(host)
        return str(ip) in self.addresses if ip else is_called(host.lower(), self.hosts)

    @property
    def for_links(self) -> str | None:
        """The first name that leads others to one machine, None if there is none."""
        found = (host for host in self.hosts if not host.startswith(_WILDCARD))
        return next((host for host in found if not is_loopback(host)), None)


def names_in(certificate: bytes) -> CertificateNames:
    """Return the names in a certificate in DER, without what can be no host's."""
    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return CertificateNames()
    hosts = (name.lower() for name in names.get_values_for_type(x509.DNSName))
    addresses = names.get_values_for_type(x509.IPAddress)
    return CertificateNames(
        tuple(host for host in hosts if _FORM.fullmatch(host) and ip_of(host) is None),
        frozenset(map(str, addresses)),
    )
