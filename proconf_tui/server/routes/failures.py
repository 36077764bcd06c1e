"""How every failure of the HTTP API looks: a status and ``{"code", "message"}``, nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proconf_tui.errors import (
    BadPasscode,
    Blocked,
    ConfigError,
    Denied,
    InvalidMessage,
    InvalidToken,
    LimitExceeded,
    MeetingNotStarted,
    PeerNotFound,
    PermissionDenied,
    ProconfError,
    RoomFull,
    RoomNotFound,
    ServerUnreachable,
)
from proconf_tui.server.api import Failure

_UNAUTHORISED: Final = 401

_STATUS: Final[dict[type[ProconfError], int]] = {
    InvalidMessage: 400,
    ConfigError: 400,
    InvalidToken: _UNAUTHORISED,
    BadPasscode: 403,
    Blocked: 403,
    Denied: 403,
    PermissionDenied: 403,
    RoomNotFound: 404,
    PeerNotFound: 404,
    MeetingNotStarted: 409,
    RoomFull: 409,
    LimitExceeded: 413,
    ServerUnreachable: 503,
}

_HTTP: Final[dict[int, tuple[str, str | None]]] = {
    400: ("INVALID_MESSAGE", None),
    404: ("NOT_FOUND", "There is nothing at this path; see /api/v1/openapi.json."),
    405: ("METHOD_NOT_ALLOWED", "This path does not take that method; the header Allow has those."),
    408: ("TIMEOUT", None),
    426: ("UPGRADE_REQUIRED", None),
    500: (ProconfError.code, "The server made a mistake; try again."),
}
"""Code and sentence by status; without one of ours the sentence is that of whoever refused."""


GUARD: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""For what is opened in a browser and is no page: it is what it says, and nothing in it runs."""


class Refused(Exception):
    """A refusal whose status is not the usual one of its ``error``."""

    def __init__(
        self, status: int, error: ProconfError, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = headers or {}


def status_of(kind: type[ProconfError]) -> int:
    """Return the HTTP status that goes with a kind of error."""
    return _STATUS.get(kind, 500)


def failure(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer that says what is wrong."""
    content = msgspec.json.encode(Failure(code, message))
    answer = Response(content, status, {**GUARD, **(headers or {})}, "application/json")
    if status == _UNAUTHORISED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def failure_of(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer to what HTTP itself refuses; ``detail`` is said where we say nothing."""
    code, sentence = _HTTP.get(status, ("HTTP", None))
    return failure(status, code, sentence or detail, headers)


async def _from_ours(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProconfError)
    return failure(status_of(type(error)), error.code, error.message)


async def _from_refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return failure(error.status, error.error.code, error.error.message, error.headers)


async def _from_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return failure_of(error.status_code, error.detail, error.headers)


async def _from_mistake(_: Request, _error: Exception) -> Response:
    return failure_of(500)


EXCEPTION_HANDLERS: Final[Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]] = {
    ProconfError: _from_ours,
    Refused: _from_refused,
    HTTPException: _from_http,
    Exception: _from_mistake,
}
