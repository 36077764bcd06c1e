"""TLS as a client sees it: a server is known by the pin of its address, or by the authorities here.

The pin is compared as soon as the handshake is over, and nothing has been sent by then. The
classes of a context's connections are the hook that `ssl` has for that, for asyncio and for
blocking sockets alike.
"""

from __future__ import annotations

import functools
import hmac
import ssl

from proconf_tui.errors import ServerUnreachable
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk.address import ServerAddress


class WrongCertificate(ssl.SSLCertVerificationError):
    """The certificate is not the one that the address names."""


class WrongServer(ServerUnreachable):
    """Where the server was said to be is another one, at least from the network one is in."""


def context_for(server: ServerAddress) -> ssl.SSLContext | None:
    """Return what checks the certificate of ``server``; None for one without TLS.

    Without a pin it may have to read all authorities, which takes too long for an event loop.
    """
    if not server.url.startswith("https:"):
        return None
    if server.pin is not None:
        return _Pinned.to(server.pin)
    return _trusting(ssl.get_default_verify_paths())


@functools.cache
def _trusting(_: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    """Return what trusts the authorities of this machine, read once from where they are."""
    return ssl.create_default_context()


class _Pinned(ssl.SSLContext):
    """Takes one certificate and no other, whatever its name, issuer and dates."""

    pin: str

    @classmethod
    def to(cls, pin: str) -> _Pinned:
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.pin = pin
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.sslobject_class = _PinnedObject
        context.sslsocket_class = _PinnedSocket
        return context

    def check(self, certificate: bytes | None) -> None:
        """Refuse every certificate but the one.

        Raises:
            WrongCertificate: it is another, or none.
        """
        if certificate is None or not hmac.compare_digest(pin_of(certificate), self.pin):
            raise WrongCertificate("the certificate has another pin")


class _PinnedObject(ssl.SSLObject):
    """For asyncio."""

    def do_handshake(self) -> None:
        super().do_handshake()
        _check(self)


class _PinnedSocket(ssl.SSLSocket):
    """For `http.client`."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        _check(self)


def _check(connection: ssl.SSLObject | ssl.SSLSocket) -> None:
    context = connection.context
    assert isinstance(context, _Pinned), "nobody else makes these connections"
    context.check(connection.getpeercert(binary_form=True))
