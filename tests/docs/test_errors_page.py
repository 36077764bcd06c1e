"""docs/errors.md lists every code there is, with the exception and the status that go with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args, get_type_hints

import pytest

from proconf_tui import errors
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.messages import Closed
from proconf_tui.sdk.admission import ERROR_OF
from proconf_tui.server.event_log import base
from proconf_tui.server.routes.failures import _HTTP, _STATUS, status_of

PAGE: Final = Path(__file__).parents[2] / "docs" / "errors.md"
NO_STATUS: Final = "–"


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table whose head begins with ``heading``, without their marks."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip().strip("`") for cell in line.strip("|").split(" | ")])
    return found


def kinds() -> Iterator[type[ProconfError]]:
    """Yield every error that may reach a client of the server or a program that uses the SDK."""
    for module in (errors, base):
        for kind in vars(module).values():
            is_error = isinstance(kind, type) and issubclass(kind, ProconfError)
            if is_error and kind.__module__ == module.__name__:
                yield kind


def test_every_error_is_on_the_page_and_no_other() -> None:
    listed = [(code, name) for code, name, *_ in rows("Code | In Python")]
    assert sorted(listed) == sorted((kind.code, kind.__name__) for kind in kinds())


@pytest.mark.parametrize("kind", list(kinds()))
def test_the_status_is_the_servers(kind: type[ProconfError]) -> None:
    (status,) = (cells[-1] for cells in rows("Code | In Python") if cells[0] == kind.code)
    if status == NO_STATUS:
        assert kind not in _STATUS
    else:
        assert int(status) == status_of(kind)


def test_every_row_says_when_and_what_to_do() -> None:
    for cells in rows("Code | In Python"):
        assert len(cells) == 5
        assert all(re.fullmatch(r"\S.{6,}\.", sentence) for sentence in cells[2:4])


def test_the_failures_of_http_itself_are_the_servers() -> None:
    listed = {int(status): code for code, status, _ in rows("Code | HTTP")}
    assert listed == {status: code for status, (code, _) in _HTTP.items()}


def test_every_reason_to_be_closed_is_listed_with_what_a_program_gets() -> None:
    listed = {reason: name for reason, _, name in rows("Reason | Meaning")}
    assert listed.keys() == set(get_args(get_type_hints(Closed)["reason"]))
    assert listed == {reason: kind.__name__ for reason, kind in ERROR_OF.items()}
