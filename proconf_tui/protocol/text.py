"""The one sanitiser for text from others: what comes out can be written to a terminal.

It takes away whatever commands a terminal (ECMA-48 control functions, 7-bit and 8-bit), whatever
reorders or hides text (Unicode bidi controls, invisibles, tag characters), and whatever makes one
cell overflow into its neighbours (piled-up combining marks). Every function is idempotent.

Decisions: private-use characters go, because what they look like is up to the reader's font and
could imitate our own icons. Unassigned ones go, except where new emoji appear. ZWJ, variation
selectors and skin tones stay inside emoji only; elsewhere they hide text or fake its width.
It does not know markup: whoever builds markup from text of others does it wrong anyway.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import get_character_cell_size

from proconf_tui.protocol.limits import ID_CHARACTERS, NAME_CELLS

MARKS_PER_BASE: Final = 4
ELLIPSIS: Final = "…"

_ZWJ = "\u200d"
_TEXT_STYLE, _EMOJI_STYLE = "\ufe0e", "\ufe0f"
_SKIN_TONES = "\U0001f3fb-\U0001f3ff"

# Unterminated strings and sequences are taken too: the terminal would wait for the rest and
# swallow what we print next.
_CONTROL_SEQUENCE = re.compile(
    # OSC, DCS, SOS, PM, APC up to ST or BEL (ECMA-48 8.3.89, 8.3.27, 8.3.128, 8.3.94, 8.3.2)
    r"(?:\x1b[]PX^_]|[\x90\x98\x9d\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|\Z)"
    # CSI: parameters, intermediates, final (ECMA-48 5.4)
    r"|(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?"
    # the other escape sequences (ECMA-35 13.2)
    r"|\x1b[\x20-\x2f]*[\x30-\x7e]?",
    re.DOTALL,
)
_LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_MANY_LINE_BREAKS = re.compile("\n{3,}")

_EMOJI = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf"
    "\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
)
_EMOJI_ELEMENT = f"{_EMOJI}(?:{_TEXT_STYLE}|{_EMOJI_STYLE}|[{_SKIN_TONES}])?"
_WHOLE_EMOJI = f"{_EMOJI_ELEMENT}(?:{_ZWJ}{_EMOJI_ELEMENT})*|[0-9#*]{_EMOJI_STYLE}\u20e3"
_EMOJI_OR_STRAY = re.compile(f"({_WHOLE_EMOJI})|[{_ZWJ}{_TEXT_STYLE}{_EMOJI_STYLE}{_SKIN_TONES}]")
_ONE_EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_WHOLE_EMOJI}")
_PARTS_OF_EMOJI = frozenset((_ZWJ, _TEXT_STYLE, _EMOJI_STYLE, *map(chr, range(0x1F3FB, 0x1F400))))

# Invisible, although their general category is that of letters, marks or symbols.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\ufffc"
    + "".join(map(chr, range(0xFE00, 0xFE0E)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_REPLACED_BY_CATEGORY = {"Zs": " ", "Cs": "\ufffd", "Cc": "", "Cf": "", "Co": "", "Cn": ""}
_BLANK_BRAILLE = "\u2800"

_ROOM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PEER_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


def clean(text: str, *, max_cells: int | None = None, is_multiline: bool = False) -> str:
    """Return ``text`` as it may be shown: no control, nothing hidden, nothing piled up.

    Line breaks become spaces, or with ``is_multiline`` ``\\n``, at most two in a row. With
    ``max_cells`` what is wider is cut and ends in ``…``; the width is the widest a terminal
    could draw it, so a joined emoji counts as its parts.
    """
    if not (text.isascii() and text.isprintable()):
        text = _cleaned(text, is_multiline)
    return text if max_cells is None else _cut(text, max_cells)


def clean_name(text: str) -> str:
    """Return ``text`` as a display name: one line, single spaces, at most 48 cells, maybe empty."""
    return _cut(" ".join(clean(text).split()), NAME_CELLS)


def is_valid_room_id(text: str) -> bool:
    """Return whether ``text`` can name a room: 1 to 64 of ``A-Z a-z 0-9 . _ -``, no mark first."""
    return len(text) <= ID_CHARACTERS and _ROOM_ID.fullmatch(text) is not None


def is_valid_peer_id(text: str) -> bool:
    """Return whether ``text`` can be a peer's id: 1 to 64 of ``A-Z a-z 0-9 . _ -``."""
    return len(text) <= ID_CHARACTERS and _PEER_ID.fullmatch(text) is not None


def is_valid_identity(text: str) -> bool:
    """Return whether ``text`` can be an identity: 1 to 64 visible characters without spaces."""
    return 0 < len(text) <= ID_CHARACTERS and " " not in text and text == clean(text)


def is_one_emoji(text: str) -> bool:
    """Return whether ``text`` is a single emoji; a joined one and a flag count as one."""
    return _ONE_EMOJI.fullmatch(text) is not None


def width_cells(text: str) -> int:
    """Return the most cells that any terminal takes to draw clean ``text``."""
    return sum(map(_cells_of, text))


def _cleaned(text: str, is_multiline: bool) -> str:
    text = _CONTROL_SEQUENCE.sub("", text)
    text = _LINE_BREAK.sub("\n", text)
    text = "".join(map(_shown_as, text))
    text = _EMOJI_OR_STRAY.sub(lambda match: match[1] or "", text)
    text = _without_piles_of_marks(text)
    if is_multiline:
        return _MANY_LINE_BREAKS.sub("\n\n", text)
    return text.replace("\n", " ")


@lru_cache(maxsize=4096)
def _shown_as(character: str) -> str:
    if character == "\n" or character in _PARTS_OF_EMOJI:
        return character
    if character in ("\t", _BLANK_BRAILLE):
        return " "
    if character in _INVISIBLE:
        return ""
    category = unicodedata.category(character)
    if category == "Cn" and "\U0001f000" <= character <= "\U0001faff":
        return character
    return _REPLACED_BY_CATEGORY.get(category, character)


def _without_piles_of_marks(text: str) -> str:
    kept: list[str] = []
    has_base, marks = False, 0
    for character in text:
        if character in _PARTS_OF_EMOJI:
            kept.append(character)
        elif character != "\n" and _cells_of(character) == 0:
            if has_base and marks < MARKS_PER_BASE:
                kept.append(character)
                marks += 1
        else:
            kept.append(character)
            has_base, marks = not character.isspace(), 0
    return "".join(kept)


def _cut(text: str, max_cells: int) -> str:
    if width_cells(text) <= max_cells:
        return text
    if max_cells < 1:
        return ""
    left_cells = max_cells - 1
    for end, character in enumerate(text):
        left_cells -= _cells_of(character)
        if left_cells < 0:
            return text[:end].rstrip(_ZWJ) + ELLIPSIS
    return text


@lru_cache(maxsize=4096)
def _cells_of(character: str) -> int:
    if character == _EMOJI_STYLE:
        return 1
    if "\U0001f3fb" <= character <= "\U0001f3ff":
        return 2
    return get_character_cell_size(character, "latest")
