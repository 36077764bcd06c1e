"""What is said to plain HTTP where TLS is spoken."""

from __future__ import annotations

import pytest

from proconf_tui.server.plain_http import answer_to, may_be_http

_HTML = b"Accept: text/html,*/*;q=0.8\r\n"


def _said(line: bytes, *fields: bytes) -> str:
    answer = answer_to(line + b"\r\n" + b"".join(fields) + b"\r\n")
    assert answer is not None
    return answer.decode()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        (b"meet.example.org:7880", "https://meet.example.org:7880/j/plaza?x=1"),
        (b"[2001:db8::5]", "https://[2001:db8::5]/j/plaza?x=1"),
    ],
)
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_a_browser_is_led_to_the_same_place(method: bytes, host: bytes, address: str) -> None:
    said = _said(method + b" /j/plaza?x=1 HTTP/1.1", b"host: " + host + b"\r\n", _HTML)
    assert said.startswith("HTTP/1.1 307 Temporary Redirect\r\n")
    assert f"\r\nlocation: {address}\r\n" in said.replace("Location:", "location:")
    assert "no-store" in said
    assert "connection: close" in said
    assert said.endswith("\r\n\r\n")


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b"GET /api/v1/rooms HTTP/1.1", [b"Host: h:1\r\n", b"Accept: */*\r\n"]),
        (b"POST /j/plaza HTTP/1.1", [b"Host: h:1\r\n", _HTML]),
        (b"GET /j/plaza HTTP/1.0", [_HTML]),
        (b"GET /j/plaza HTTP/1.1", [b"Host: h/evil\r\n", _HTML]),
        (b"GET /j/plaza HTTP/1.1", [b"Host: a@b\r\n", _HTML]),
    ],
)
def test_all_others_are_told(line: bytes, fields: list[bytes]) -> None:
    said = _said(line, *fields)
    assert said.startswith("HTTP/1.1 400 Bad Request\r\n")
    assert "its address begins with https://" in said
    assert "ocation:" not in said


@pytest.mark.parametrize(
    "said", [b"HELLO\r\n\r\n", b"GET h HTTP/1.1\r\n\r\n", b"GET / HTTP/2\r\n\r\n", b""]
)
def test_what_is_no_request_gets_no_answer(said: bytes) -> None:
    assert answer_to(said) is None


@pytest.mark.parametrize(
    ("first", "may_be"), [(b"G", True), (b"\x16", False), (b"\x80", False), (b"", False)]
)
def test_the_first_byte_tells(first: bytes, may_be: bool) -> None:
    assert may_be_http(first) is may_be
