"""Small texts of the screen: names cut to width, initials, durations, meters.

Whatever others wrote passes the sanitiser here once more; what comes out is plain text and must
be shown as `textual.content.Content`, never as markup. Clocks are arguments.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from proconf_tui.protocol.text import clean

SILENCE_DBFS: Final = -60.0
_FULL_DBFS: Final = -10.0

SPEAKING_DBFS: Final = -40.0
"""Louder than this is shown as speaking."""


SCREEN_SIGN: Final = "▤"
"""Stands for a shared screen."""

_MARK: Final = re.compile(r"^\(not \w+\) ")
"""Before names that imitate; see `names`."""

_OPTIONS: Final = (
    (re.compile(r"\buse --(mic|speaker|camera) none\b"), "choose Off"),
    (re.compile(r" (with|after) --(mic|speaker|camera)\b"), ""),
)


def problem(sentence: str) -> str:
    """Return what is wrong with a device as one line that advises no command-line option."""
    line = clean(sentence)
    for option, instead in _OPTIONS:
        line = option.sub(instead, line)
    return line


def name_of(text: str, max_cells: int = 48) -> str:
    """Return somebody's name as one line that is never empty."""
    return clean(text, max_cells=max_cells).strip() or "Unnamed"


def one_line(text: str, max_cells: int | None = None) -> str:
    """Return a text of others as one clean line."""
    return clean(text, max_cells=max_cells)


@lru_cache(maxsize=1024)
def many_lines(text: str) -> str:
    """Return a text of others with its line breaks kept."""
    return clean(text, is_multiline=True)


def listed(items: Sequence[str], word: str = "and") -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    *others, last = items
    return f"{', '.join(others)} {word} {last}" if others else last


def initials(name: str) -> str:
    """Return one or two capital letters that stand for a name."""
    own = _MARK.sub("", name_of(name))
    words = [word for word in own.replace("-", " ").split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "·"


def duration(seconds: float) -> str:
    """Return ``0:42``, ``12:05`` or ``1:02:03``."""
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


def clock(at: float) -> str:
    """Return the local time of day, ``14:05``, of an instant in seconds since the epoch."""
    return time.strftime("%H:%M", time.localtime(at))


def percent(share: float) -> str:
    """Return ``150%`` for 1.5."""
    return f"{round(100 * share)}%"


def loudness(dbfs: float | None) -> float:
    """Return 0 (nothing to hear) to 1 (as loud as speech gets) for a meter."""
    if dbfs is None:
        return 0.0
    return min(1.0, max(0.0, (dbfs - SILENCE_DBFS) / (_FULL_DBFS - SILENCE_DBFS)))
