"""HTTP answers as bytes, for where no route is reached: each the last on its connection."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response


def last_answer(answer: Response) -> bytes:
    """Return a whole answer as it is sent (RFC 9112), after which the connection is closed."""
    status = HTTPStatus(answer.status_code)
    fields = [*answer.raw_headers, (b"connection", b"close")]
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    head = f"HTTP/1.1 {status} {status.phrase}\r\n".encode()
    return head + headers + b"\r\n" + bytes(answer.body)
