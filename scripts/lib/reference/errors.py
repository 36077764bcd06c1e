"""The table of errors: their stable codes, their classes, and the sentences they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from proconf_tui import errors
from proconf_tui.errors import ProconfError
from scripts.lib.reference import markdown as md
from scripts.lib.reference.docstrings import Names, markdown


def all_errors() -> list[type[ProconfError]]:
    """Return the errors of `proconf_tui.errors`, parents before children."""
    return [kind for kind in _tree(ProconfError) if kind.__module__ == errors.__name__]


def table(kinds: Iterable[type[ProconfError]], names: Names) -> str:
    """Return the table of these errors."""
    rows = [_row(kind, names) for kind in kinds]
    return md.table(("Code", "Class", "Kind of", "What it says, if nothing closer"), rows)


def _row(kind: type[ProconfError], names: Names) -> tuple[str, str, str, str]:
    parent = kind.__bases__[0].__name__ if kind is not ProconfError else ""
    said = md.code(kind.code), md.code(kind.__name__), parent and md.code(parent)
    return *said, markdown(kind.default_message, names)


def _tree(kind: type[ProconfError]) -> Iterator[type[ProconfError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)
