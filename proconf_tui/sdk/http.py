"""JSON over HTTP, for the few calls that are not signalling; every failure becomes one of ours.

The standard library's client in a thread: these calls are rare and small, and a dependency for
them would cost every start.
"""

from __future__ import annotations

import asyncio
import http.client
import ssl
import urllib.error
import urllib.request
from typing import Any, Final, TypeVar

import msgspec

from proconf_tui.errors import ConfigError, ProconfError, ServerUnreachable, from_code
from proconf_tui.protocol.boundary import clean_json
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.tls import WrongCertificate, WrongServer, context_for

T = TypeVar("T")

TIMEOUT_S: Final = 10.0
_MOST_BYTES: Final = 4 * 1024 * 1024
_TOO_MANY_REQUESTS: Final = 429
_BROKEN_SERVER: Final = 500


class _Refusal(msgspec.Struct):
    code: str
    message: str


async def call(
    server: ServerAddress,
    method: str,
    path: str,
    kind: type[T],
    *,
    token: str | None = None,
    body: object = None,
) -> T:
    """Send ``body`` as JSON and return the JSON that comes back, its text clean, as a ``kind``.

    No JSON at all is a None.

    Raises:
        ServerUnreachable: nothing answers there, or not in our language.
        ProconfError: the server's refusal, by its code.
    """
    request = urllib.request.Request(f"{server.url}{path}", method=method)
    request.add_header("Accept", "application/json")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = msgspec.json.encode(body)
    status, content = await asyncio.to_thread(_exchange, server, request)
    if status is not None:
        raise _refusal(server, status, content)
    try:
        return msgspec.convert(_decoded(server, content), kind)
    except msgspec.ValidationError as error:
        raise not_ours(server) from error


def _exchange(server: ServerAddress, request: urllib.request.Request) -> tuple[int | None, bytes]:
    """Return what comes back, and the status of a refusal."""
    try:
        try:
            with _opener(server).open(request, timeout=TIMEOUT_S) as response:
                return None, response.read(_MOST_BYTES)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read(_MOST_BYTES)
    except urllib.error.URLError as error:
        reason = error.reason if isinstance(error.reason, Exception) else error
        raise unreachable(server, reason) from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise unreachable(server, error) from error


def _opener(server: ServerAddress) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    # None that follows redirections: a token is for the server that it was made for.
    for handler in (
        urllib.request.ProxyHandler({} if server.is_loopback else None),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=context_for(server)),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _decoded(server: ServerAddress, content: bytes) -> Any:
    if not content:
        return None
    try:
        return clean_json(msgspec.json.decode(content))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise not_ours(server) from error


def _refusal(server: ServerAddress, status: int, content: bytes) -> ProconfError:
    try:
        refusal = msgspec.convert(_decoded(server, content), _Refusal)
    except (msgspec.ValidationError, ServerUnreachable):
        if status < _BROKEN_SERVER and status != _TOO_MANY_REQUESTS:
            return not_ours(server)
        return ServerUnreachable(f"The server at {server.url} answered {status}; try again later.")
    return from_code(refusal.code, refusal.message)


def not_ours(server: ServerAddress) -> ServerUnreachable:
    """Return the error for an answer that no server of this program gives."""
    return ServerUnreachable(
        f"What answers at {server.url} is no meeting server; check the address, "
        "and http:// or https://."
    )


def unreachable(server: ServerAddress, error: BaseException) -> ProconfError:
    """Return the sentence for a connection to ``server`` that failed with ``error``."""
    where = server.url
    if isinstance(error, WrongCertificate):
        return WrongServer(
            f"The certificate of {where} is not the one that the invite names; "
            "ask for a new invite."
        )
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return ServerUnreachable(sentence.format(where=where))
    if isinstance(error, UnicodeError):
        return ConfigError(f"{where} is no server's address; it looks like http://HOST:PORT.")
    return ServerUnreachable(f"The server at {where} cannot be reached; check the network.")


_SENTENCES: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...]] = (
    (
        ssl.SSLCertVerificationError,
        "The certificate of {where} is not trusted here; ask for an invite link that ends in its "
        "pin (pin=…), or install the authority that signed it.",
    ),
    (
        ssl.SSLError,
        "The server at {where} does not speak TLS as expected; check the address, "
        "and http:// or https://.",
    ),
    (
        TimeoutError,
        "The server at {where} does not answer; check the address, the network and its firewall.",
    ),
    (
        ConnectionRefusedError,
        "No server runs at {where}; check the address or start one with: proconf-tui start",
    ),
    (
        (ConnectionError, http.client.HTTPException),
        "What answers at {where} broke the connection; check the port, and http:// or https://.",
    ),
)
