"""What somebody is told who speaks plain HTTP to a server with TLS: where it is by HTTPS.

Browsers are led there, and take what stands behind the ``#`` of a link with them (RFC 9110
section 10.2.2); programs are told. Who speaks neither is told nothing. Pure.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import Response

from proconf_tui.errors import ServerUnreachable
from proconf_tui.server.raw_answers import last_answer
from proconf_tui.server.routes.failures import GUARD, failure

HEAD_BYTES: Final = 16 * 1024
"""How much of a request is looked at."""
HEAD_END: Final = b"\r\n\r\n"

_REQUEST: Final = re.compile(rb"([A-Z]{3,7}) (/[!-~]*) HTTP/1\.[01]\r\n")
_HOST: Final = re.compile(
    rb"\r\nhost:[ \t]*((?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?)[ \t]*\r\n", re.IGNORECASE
)
_WANTS_PAGE: Final = re.compile(rb"\r\naccept:[^\r\n]*text/html", re.IGNORECASE)
_SENTENCE: Final = "This server speaks TLS: its address begins with https://."


def may_be_http(first: bytes) -> bool:
    """Return whether a connection that begins so can be plain HTTP, which TLS never can be."""
    return first.isalpha() and first.isupper()


def answer_to(head: bytes) -> bytes | None:
    """Return the answer to the beginning of a request, up to its empty line; None for what is none.

    The way to HTTPS is none for good, as the server may be run without TLS another day.
    """
    request, host = _REQUEST.match(head), _HOST.search(head)
    if request is None:
        return None
    if host is None or request[1] not in (b"GET", b"HEAD") or not _WANTS_PAGE.search(head):
        return last_answer(failure(400, ServerUnreachable.code, _SENTENCE))
    location = f"https://{host[1].decode()}{request[2].decode()}"
    headers = {**GUARD, "Location": location, "Cache-Control": "no-store"}
    return last_answer(Response(b"", 307, headers))
