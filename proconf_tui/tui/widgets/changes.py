"""Which cells of a line are others than before: all that a terminal has to be told. Pure.

A line is pieces of text, each with what it looks like; of what kind that is does not matter here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise, takewhile

from rich.cells import cell_len
from textual.content import Content

Look = tuple[str, Hashable]
"""Some text, and its colours or the name of them."""


def changed_cells(before: Iterable[Look], now: Iterable[Look]) -> tuple[int, int]:
    """Return the first cell that is another now, and how many from it on to the last such.

    Characters of two cells are never cut; (0, 0) if all is the same.
    """
    old, new = _pieces(before), _pieces(now)
    head = _same(old, new)
    old, new = old[len(head) :], new[len(head) :]
    tail = _same(old[::-1], new[::-1])
    old, new = old[: len(old) - len(tail)], new[: len(new) - len(tail)]
    width = max(_width(old), _width(new))
    if _width(old) != _width(new):
        width += _width(tail)
    return (_width(head), width) if width else (0, 0)


def looks_of(content: Content) -> list[Look]:
    """Return a line of text and its styles as pieces."""
    ends = {end for span in content.spans for end in (span.start, span.end)}
    cuts = sorted({0, len(content.plain), *ends})
    return [
        (
            content.plain[start:end],
            tuple(str(span.style) for span in content.spans if span.start <= start < span.end),
        )
        for start, end in pairwise(cuts)
    ]


def _pieces(looks: Iterable[Look]) -> list[Look]:
    """Return the pieces cut as small as they can be: what joins its neighbours stays with them."""
    pieces: list[Look] = []
    for text, look in looks:
        is_simple = all(cell_len(character) == 1 for character in text)
        pieces += [(character, look) for character in text] if is_simple else [(text, look)]
    return pieces


def _same(old: Sequence[Look], new: Sequence[Look]) -> list[Look]:
    """Return the pieces that both begin with."""
    pairs = zip(old, new, strict=False)
    return [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]


def _width(pieces: Iterable[Look]) -> int:
    return sum(cell_len(text) for text, _ in pieces)
