"""What strangers can make the server log commands no terminal, and does not fill the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from proconf_tui.config.paths import log_dir
from proconf_tui.server.logs import Seldom, log_to_file
from tests.server.test_web_server import connected
from tests.support.signalling import RunningServer

_CLIPBOARD = "\x1b]52;c;b3duZWQ=\x07"
_FOREIGN = f"GET / HTTP/1.1\r\nHost: evil{_CLIPBOARD}\x9b2J\r\nConnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    """Log to the file, and leave no trace of that."""
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn.error")
    before = root.handlers[:], root.level, uvicorn.level
    # So that what pytest listens with stays open.
    root.handlers[:] = []
    try:
        log_to_file()
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:], root.level, uvicorn.level = before
        structlog.reset_defaults()


def _logged() -> list[str]:
    path = log_dir() / "server.log"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def _assert_harmless(lines: list[str]) -> None:
    assert lines
    assert all(line.isprintable() and line.startswith("timestamp=2") for line in lines)


async def test_a_strangers_header_commands_no_terminal(server: RunningServer) -> None:
    async with connected(server, _FOREIGN.encode("latin-1")) as (reader, _):
        assert b" 403 " in (await reader.read())
    (line,) = [line for line in _logged() if "foreign request refused" in line]
    _assert_harmless([line])
    assert "host=evil" in line


async def test_a_stranger_cannot_fill_the_log(server: RunningServer) -> None:
    for _ in range(20):
        async with connected(server, _FOREIGN.encode("latin-1")) as (reader, _):
            await reader.read()
    assert len([line for line in _logged() if "foreign" in line]) == 5


async def test_no_http_at_all_is_not_worth_a_line(server: RunningServer) -> None:
    upgrade = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: h2c\r\nConnection: "
    for sent in (b"what?\r\n\r\n", upgrade + b"Upgrade, close\r\n\r\n"):
        async with connected(server, sent) as (reader, _):
            assert await reader.read(1)
    assert not [line for line in _logged() if "equest" in line]


def test_every_value_is_harmless_text_with_an_end() -> None:
    log = structlog.get_logger("proconf_tui.test")
    values = {"one": _CLIPBOARD, "nested": [{"a": _CLIPBOARD}], "raw": b"\x9b2J", "number": 7}
    log.warning(f"an event{_CLIPBOARD}", **values, long="x" * 100_000)
    try:
        raise ValueError(f"bad: {_CLIPBOARD}")
    except ValueError as error:
        log.error("failed", exc_info=error)
    lines = _logged()
    _assert_harmless(lines)
    assert len(lines[0]) < 2000
    assert 'level=warning event="an event"' in lines[0]
    assert "number=7" in lines[0]
    assert "Traceback" in lines[1]
    assert "ValueError: bad:" in lines[1]


def test_libraries_have_the_same_format_and_are_heard_now_and_then() -> None:
    for _ in range(20):
        logging.getLogger("aiortc.something").warning("said %s", f"this{_CLIPBOARD}")
    logging.getLogger("proconf_tui.engine").warning("and this")
    lines = _logged()
    _assert_harmless(lines)
    assert all('level=warning event="said this" logger=aiortc.something' in li for li in lines[:5])
    assert "and this" in lines[5]
    assert len(lines) == 6


def test_what_was_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    often, log = Seldom("often"), structlog.get_logger("proconf_tui.test")
    for _ in range(8):
        often.log(log, number=1)
    now = 60.0
    often.log(log, number=2)
    assert len(_logged()) == 6
    assert "number=2 unwritten=3" in _logged()[-1]
