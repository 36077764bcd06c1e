"""Writes the reference documents from the code: docs/protocol.md, docs/control.md, docs/api.md.

Run by ``make docs``. Each document's head is written by hand; from the mark on it is made of the
docstrings and fields of the classes, and is the same for every release of Python.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.lib.reference import api, control, protocol

PROJECT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = PROJECT / "docs"
MARK: Final = "<!-- Written by `make docs` from here on; change the code's docstrings instead. -->"

PAGES: Final[dict[str, Callable[[], str]]] = {
    "protocol.md": protocol.generated,
    "control.md": control.generated,
    "api.md": api.generated,
}


def page(name: str) -> str:
    """Return what the document should be: its own head, and what the code says by now."""
    head, mark, _ = (DOCS / name).read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"docs/{name} has lost the line from which on it is generated:\n{MARK}")
    return f"{head}{MARK}\n\n{PAGES[name]()}\n"


def main() -> None:
    """Bring every document up to date and name those that changed."""
    for name in PAGES:
        wanted, path = page(name), DOCS / name
        if wanted != path.read_text(encoding="utf-8"):
            path.write_text(wanted, encoding="utf-8")
            print(f"docs/{name} was brought up to date")


if __name__ == "__main__":
    main()
