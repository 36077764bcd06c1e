"""Markdown from plain values: tables, anchors as GitHub makes them, paragraphs. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100


def anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", title.lower())
    return kept.replace(" ", "-")


def link(text: str, page: str = "") -> str:
    """Return a link, in code letters, to the heading ``text`` of ``page`` or of this one."""
    return f"[`{text}`]({page}#{anchor(text)})"


def code(text: str) -> str:
    """Return ``text`` in code letters."""
    return f"`{text}`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a column in which no row has anything is left out."""
    body = [list(row) for row in rows]
    used = [n for n in range(len(head)) if any(row[n] for row in body)]
    lines = [[head[n] for n in used], ["---"] * len(used)]
    lines += [[_cell(row[n]) for n in used] for row in body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def paragraphs(text: str) -> str:
    """Return ``text`` with each paragraph filled to the width of our documents."""
    return "\n\n".join(
        textwrap.fill(part, WIDTH, break_long_words=False, break_on_hyphens=False)
        for part in text.split("\n\n")
    )


def join(*parts: str) -> str:
    """Return the parts that are not empty, a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
