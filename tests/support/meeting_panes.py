"""The real commands in terminal panes, and what is to be seen there of a meeting."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tests.support.ansi import Cell, Colour
from tests.support.pulse import PulseRig
from tests.support.terminal import TmuxTerminal

PROGRAM: Final = [sys.executable, "-m", "proconf_tui"]
SLOW_S: Final = 40.0
"""How long anything may take that takes well under a second on a machine that is not busy."""

Rgb = tuple[int, int, int]


@contextlib.contextmanager
def pane(
    arguments: Sequence[str], pulse: PulseRig | None = None, size: tuple[int, int] = (120, 36)
) -> Iterator[TmuxTerminal]:
    """A terminal in which the program runs, with the sound devices of ``pulse``."""
    env = pulse.env if pulse else {}
    with TmuxTerminal(*size) as terminal:
        wanted = {k: v for k, v in env.items() if k.startswith(("PULSE", "ALSA", "PROCONF"))}
        terminal.run([*PROGRAM, *arguments], wanted)
        yield terminal


def invite_link(terminal: TmuxTerminal) -> str:
    """Return the link that the meeting's screen shows for the key ``i``, and close that again."""
    terminal.send_keys("i")
    rows = terminal.wait_for("https?://", SLOW_S).split("\n")
    first, column = next((n, row.index("http")) for n, row in enumerate(rows) if "http" in row)
    link = ""
    for row in rows[first:]:
        part = row[column:].partition(" ")[0]
        if not part:
            break
        link += part
    terminal.send_keys("Escape")
    terminal.wait_until(lambda: "Invite to" not in terminal.screen(), "it stays", SLOW_S)
    return link


def say(terminal: TmuxTerminal, line: str) -> None:
    """Write a line of chat."""
    terminal.send_keys("c")
    terminal.type_text(line)
    terminal.send_keys("Enter", "Tab")


def painted(terminal: TmuxTerminal, is_wanted: Callable[[Rgb], bool]) -> int:
    """Return how many cells are of a colour that is wanted, as far as pictures may draw them."""
    cells = (cell for row in terminal.cells() for cell in row)
    return sum(_is_painted(cell, is_wanted) for cell in cells)


def _is_painted(cell: Cell, is_wanted: Callable[[Rgb], bool]) -> bool:
    # Where both halves are of one colour nothing but the ground is drawn.
    drawn = {" ": (cell.bg,), "▀": (cell.fg, cell.bg)}.get(cell.char, ())
    return any(_matches(colour, is_wanted) for colour in drawn)


def _matches(colour: Colour, is_wanted: Callable[[Rgb], bool]) -> bool:
    return isinstance(colour, tuple) and is_wanted(colour)


def is_green(colour: Rgb) -> bool:
    """Return whether this may be of Chromium's own camera."""
    red, green, blue = colour
    return 100 < green < 180 and red < 50 and blue < 50


def is_magenta(colour: Rgb) -> bool:
    """Return whether this is as far from green as colours can be."""
    red, green, blue = colour
    return red > 130 and blue > 130 and green < 90
