"""What a log may hold of text from others: nothing that commands a terminal, and not too much.

Whoever reads a log does so in a terminal. Refuses to know who logs and where it goes.
"""

from __future__ import annotations

import logging
from typing import Final

from proconf_tui.protocol.text import ELLIPSIS, clean

LINE_CELLS: Final = 500
_LINES_OF_HEAD: Final = 20
_LINES_OF_TAIL: Final = 80
"""An error says at its end what it is."""


def harmless(text: str) -> str:
    """Return ``text`` as one line that may be logged."""
    return clean(text, max_cells=LINE_CELLS)


def harmless_lines(text: str) -> str:
    """Return ``text``, a traceback as a rule, as lines that may be logged.

    Each is cleaned by itself, so that a sequence without an end takes no other line away.
    """
    lines = text.splitlines()
    if len(lines) > _LINES_OF_HEAD + _LINES_OF_TAIL:
        lines = [*lines[:_LINES_OF_HEAD], ELLIPSIS, *lines[-_LINES_OF_TAIL:]]
    return "\n".join(map(harmless, lines))


class HarmlessFormatter(logging.Formatter):
    """Formats records of the standard library, of which nothing then commands a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return harmless_lines(super().format(record))
