"""TLS for one server: which certificate it shows, and how others know it.

An address for others has a pin unless a public authority vouches for the certificate under that
very name: then it may be renewed, and invites go on being good.
"""

from __future__ import annotations

import dataclasses
import datetime
import ssl
from pathlib import Path
from typing import Final

from cryptography import x509

from proconf_tui.config.interfaces import addresses_for_others
from proconf_tui.protocol.pin import Fragment, pin_of
from proconf_tui.server.certificate_files import check_files, context_showing
from proconf_tui.server.certificate_names import CertificateNames, names_in
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.own_address import host_for_others, name_for_links
from proconf_tui.server.self_signed import self_signed
from proconf_tui.server.web_checks import own_names

_LOOPBACK: Final = ("127.0.0.1", "::1")
_ROUNDS: Final = 8
"""More than any handshake takes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tls:
    """What a server with TLS needs; ``certificate`` is the one it shows, in DER.

    ``names`` are those by which others know the operator's certificate. By one of our own making
    nobody knows a name.
    """

    context: ssl.SSLContext
    certificate: bytes
    names: CertificateNames

    @property
    def pin(self) -> str:
        """The certificate's."""
        return pin_of(self.certificate)

    def pinned(self, url: str) -> str:
        """Return ``url`` with the pin."""
        return Fragment(pin=self.pin).after(url)


def check(config: ServerConfig) -> None:
    """See that the files for TLS can be used, and that others can come if they are to.

    Raises:
        ConfigError: what is wrong, and with which.
    """
    _named(config)
    host_for_others(config)


def open_tls(config: ServerConfig) -> Tls | None:
    """Return what the server shows; None for one without TLS.

    Raises:
        ConfigError: the files named cannot be used, or none can be kept.
    """
    context = _named(config)
    host = host_for_others(config)
    if context is None and config.is_lan:
        context = context_showing(_own(config, host))
    if context is None:
        return None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    # Asked of the context, since the file may be another's by now.
    shown = _shown_by(context)
    return Tls(context, shown, names_in(shown) if config.tls_cert else CertificateNames())


def urls(config: ServerConfig, tls: Tls | None) -> tuple[str, str | None]:
    """Return the server's address for this machine and that for others, if they can come.

    ``config`` has the port that is really used.
    """
    host = _host_in_links(config, tls)
    local, others = config.local_url, config.url_at(host) if host else None
    if tls is None:
        return local, others
    if others is not None and host is not None and not _is_known_everywhere(tls, host):
        others = tls.pinned(others)
    # By the address of the machine itself no authority knows anybody.
    return tls.pinned(local), others


def _host_in_links(config: ServerConfig, tls: Tls | None) -> str | None:
    """Return how links name the server: what others know the certificate by, unless told else."""
    host = host_for_others(config)
    if tls is None or host is None or name_for_links(config) or tls.names.cover(host):
        return host
    return tls.names.for_links or host


def _named(config: ServerConfig) -> ssl.SSLContext | None:
    now = None if config.is_resumed else datetime.datetime.now(datetime.UTC)
    return check_files(config.tls_cert, config.tls_key, now)


def _own(config: ServerConfig, host: str | None) -> Path:
    addresses = [str(own.ip) for own in addresses_for_others()]
    names = sorted(own_names(config.allowed_hosts))
    named = [host] if host else []
    hosts = [*named, *config.public_addresses, *addresses, *names, *_LOOPBACK]
    now = datetime.datetime.now(datetime.UTC)
    return self_signed(hosts, now, is_known=config.is_resumed)


def _shown_by(context: ssl.SSLContext) -> bytes:
    """Return the certificate in DER that a server with this context shows."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    shown = _meet(context, client, None).getpeercert(binary_form=True)
    assert shown is not None, "every server shows one"
    return shown


def _is_known_everywhere(tls: Tls, host: str) -> bool:
    """Return whether others, too, will have an authority that vouches for the server at ``host``.

    Of public authorities browsers demand that their certificates are logged (RFC 6962), and say
    so themselves. Those of a company or of this machine do not, and who trusts them here is alone.
    """
    return _is_logged(tls.certificate) and _is_trusted(tls.context, host)


def _is_logged(certificate: bytes) -> bool:
    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        logged = extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
    except (ValueError, x509.ExtensionNotFound):
        return False
    return len(logged.value) > 0


def _is_trusted(context: ssl.SSLContext, host: str) -> bool:
    """Return whether this machine's authorities vouch for what is shown, at ``host``."""
    try:
        _meet(context, ssl.create_default_context(), host)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _meet(server: ssl.SSLContext, client: ssl.SSLContext, host: str | None) -> ssl.SSLObject:
    """Return the client's side of a handshake between the two, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = server.wrap_bio(to_server, to_client, server_side=True)
    coming = client.wrap_bio(to_client, to_server, server_hostname=host)
    for _ in range(_ROUNDS):
        if _is_done(coming):
            return coming
        _is_done(serving)
    raise ssl.SSLError("the handshake came to no end")


def _is_done(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
