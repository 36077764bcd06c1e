"""What the terminal can show, from its environment and its answers, and what is drawn there.

Pure: `proconf_tui.tui.video.probe` asks the terminal. Which terminals draw which glyphs themselves,
without gaps and whatever their font, is in docs/decisions/015-how-pictures-are-drawn.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from proconf_tui.config.settings import PixelMode
from proconf_tui.tui.video.modes import CELL_ASPECT, MODES, Mode, ModeName

_SEXTANTS: Final = frozenset({"contour", "foot", "ghostty", "kitty", "rio", "vte", "wezterm"})
_QUADRANTS: Final = _SEXTANTS | {"alacritty", "iterm2", "konsole", "windows terminal", "xterm.js"}
_RGB: Final = _QUADRANTS | {"mintty", "tmux"}
"""Terminals with 24-bit colour, ``tmux`` since it translates for the terminal around it."""

_BY_TERM: Final = {
    "alacritty": "alacritty",
    "contour": "contour",
    "foot": "foot",
    "linux": "linux",
    "rio": "rio",
    "screen": "screen",
    "tmux": "tmux",
    "wezterm": "wezterm",
    "xterm-ghostty": "ghostty",
    "xterm-kitty": "kitty",
}
_BY_PROGRAM: Final = {
    "apple_terminal": "terminal.app",
    "ghostty": "ghostty",
    "iterm.app": "iterm2",
    "mintty": "mintty",
    "rio": "rio",
    "vscode": "xterm.js",
    "wezterm": "wezterm",
}
_BY_VARIABLE: Final = {
    "WT_SESSION": "windows terminal",
    "VTE_VERSION": "vte",
    "KONSOLE_VERSION": "konsole",
}
_REMOTE: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
"""Mosh has them too, since it is started by way of SSH."""

_MANY_COLOURS: Final = ("256color", "direct", "-kitty", "-ghostty")
_USUAL_ASPECTS: Final = (0.3, 0.8)
_LARGEST_CELL_PX: Final = 1000

_VERSION: Final = re.compile(r"\x1bP>\|([ -'*-~]{1,64}?)(?:\(| v?\d|\x1b)")
_SGR: Final = re.compile(r"\x1bP1\$r([\d;:]*)m")
_HAS_RGB: Final = re.compile(r"48[:;]2[:;]{1,2}1[:;]2[:;]3(?:[;:]|$)")
_HAS_256: Final = re.compile(r"48[:;]5[:;]\d{1,3}")
_CAPABILITY: Final = re.compile(r"\x1bP1\+r(?:524742|5463)\b", re.IGNORECASE)
_CELL: Final = re.compile(r"\x1b\[6;(\d{1,4});(\d{1,4})t")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """``terminal`` is its name in small letters, ``cell_px`` a cell's width and height.

    Someone ``is_remote`` who has come by SSH; ``is_colourless`` is that colours are not wanted.
    """

    has_rgb: bool = False
    has_256: bool = False
    has_unicode: bool = True
    is_colourless: bool = False
    is_remote: bool = False
    terminal: str | None = None
    cell_px: tuple[int, int] | None = None

    @property
    def cell_aspect(self) -> float:
        """A cell's width to its height; what cannot be is taken for the usual."""
        width, height = self.cell_px or (0, 0)
        aspect = width / height if height else 0.0
        return aspect if _USUAL_ASPECTS[0] <= aspect <= _USUAL_ASPECTS[1] else CELL_ASPECT


class Chosen(NamedTuple):
    """A way to draw, and what it was chosen ``since``."""

    mode: Mode
    since: str


def from_environment(
    environ: Mapping[str, str], cell_px: tuple[int, int] | None = None
) -> Capabilities:
    """Return what is known before the terminal is asked; ``cell_px`` is what its driver says."""
    name = environ.get("TERM", "").lower()
    terminal = _named(environ)
    has_rgb = terminal in _RGB or environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    return Capabilities(
        has_rgb=has_rgb or name.endswith("-direct"),
        has_256=has_rgb or any(part in name for part in _MANY_COLOURS),
        has_unicode=_is_unicode(environ),
        # As Textual has it: an empty variable counts too.
        is_colourless="NO_COLOR" in environ,
        is_remote=any(environ.get(name) for name in _REMOTE),
        terminal=terminal,
        cell_px=_possible(cell_px),
    )


def with_answers(known: Capabilities, answers: Iterable[str]) -> Capabilities:
    """Return what is known after the terminal has answered, which counts for more."""
    said = "".join(answers)
    version, sgr, cell = _VERSION.search(said), _SGR.search(said), _CELL.search(said)
    terminal = version[1].lower() if version else known.terminal
    kept = sgr[1] if sgr else ""
    has_rgb = bool(_HAS_RGB.search(kept) or _CAPABILITY.search(said)) or terminal in _RGB
    return replace(
        known,
        terminal=terminal,
        has_rgb=known.has_rgb or has_rgb,
        has_256=known.has_256 or has_rgb or bool(_HAS_256.search(kept)),
        cell_px=(_possible((int(cell[2]), int(cell[1]))) if cell else None) or known.cell_px,
    )


def _possible(cell_px: tuple[int, int] | None) -> tuple[int, int] | None:
    if cell_px is None or not all(0 < side <= _LARGEST_CELL_PX for side in cell_px):
        return None
    return cell_px


class _Rule(NamedTuple):
    """Where it ``applies``, pictures are drawn in this mode, ``since`` something is so."""

    applies: Callable[[Capabilities], bool]
    mode: ModeName
    since: str


_RULES: Final = (
    _Rule(lambda has: not has.has_unicode, "ascii", "the locale is not UTF-8"),
    _Rule(lambda has: has.terminal == "linux", "ascii", "the Linux console has no braille"),
    _Rule(lambda has: has.is_colourless, "braille", "NO_COLOR is set"),
    _Rule(lambda has: not has.has_256, "braille", "only 16 colours are known of"),
    _Rule(lambda has: not has.has_rgb, "256", "24-bit colour is not known of"),
    _Rule(lambda has: has.terminal in _SEXTANTS, "sextant", "this terminal draws them itself"),
    _Rule(lambda has: has.terminal in _QUADRANTS, "quadrant", "this terminal draws them itself"),
    _Rule(lambda has: True, "half", "they look right in every font"),
)
"""The first that applies counts."""


def choose(wanted: PixelMode, capabilities: Capabilities) -> Chosen:
    """Return how pictures are drawn: as ``wanted``, or as looks best and cannot go wrong."""
    if wanted != "auto":
        return Chosen(MODES[wanted], "it was asked for")
    rule = next(rule for rule in _RULES if rule.applies(capabilities))
    return Chosen(MODES[rule.mode], rule.since)


def _named(environ: Mapping[str, str]) -> str | None:
    name = environ.get("TERM", "").lower()
    if environ.get("TMUX"):
        return "tmux"
    for beginning, terminal in _BY_TERM.items():
        if name == beginning or name.startswith((f"{beginning}-", f"{beginning}.")):
            return terminal
    if not name.startswith("xterm"):
        return None  # What else is set was inherited from the terminal it was started in.
    if (program := environ.get("TERM_PROGRAM", "").lower()) in _BY_PROGRAM:
        return _BY_PROGRAM[program]
    return next((named for variable, named in _BY_VARIABLE.items() if environ.get(variable)), None)


def _is_unicode(environ: Mapping[str, str]) -> bool:
    """Return False only where the locale names another character set."""
    names = (environ.get(variable) for variable in ("LC_ALL", "LC_CTYPE", "LANG"))
    charset = next((name for name in names if name), "").partition(".")[2].partition("@")[0]
    return not charset or charset.lower().replace("-", "") == "utf8"
