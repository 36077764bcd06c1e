"""What a terminal answers when it is asked what it can do, told apart from what a person types.

Answers come in the order of the questions; that to the primary device attributes, which every
terminal gives, is the last. Forms as in xterm's ctlseqs: XTVERSION, DECRQSS and XTGETTCAP are
device control strings, the others control sequences. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_ANSWER: Final = re.compile(
    r"\x1bP[^\x1b]*\x1b\\"  # XTVERSION, DECRQSS, XTGETTCAP
    r"|\x1b\[6;\d+;\d+t"  # a cell's size in pixels
    r"|(?P<last>\x1b\[\?[\d;]*c)"  # primary device attributes
)
_BEGUN: Final = re.compile(r"\x1b(?:P[^\x1b]*\x1b?|\[\??[\d;]*)?\Z")
_ESCAPE: Final = "\x1b"
HOLD_FOR_S: Final = 0.5
"""How long the beginning of an answer is kept back; after that it was a key."""

LONGEST: Final = 1024
"""Characters of an answer. What is longer is lost: nobody types such a thing either."""

MOST_FOUND: Final = 16
MOST_TYPED: Final = 1024
"""Characters of what is typed before the app is there; what comes after them is lost."""

_MOST_HELD: Final = LONGEST + len("\x1b[?") + 1
_OVERLONG: Final = re.compile(rf"\x1b(?:P[^\x1b]{{{LONGEST},}}|\[\??[\d;]{{{LONGEST},}})")


@dataclass(slots=True)
class Answers:
    """Takes the answers out of what comes; instants are those of one clock that does not jump.

    After ``until`` nothing is taken for an answer any more.
    """

    until: float
    found: list[str] = field(default_factory=list)
    is_complete: bool = False
    _held: str = ""
    _held_at: float = 0.0
    _typed: str = ""

    @property
    def has_begun(self) -> bool:
        """Whether the terminal has said anything, be it half an answer."""
        return bool(self.found) or self._held.startswith(("\x1bP", "\x1b[?", "\x1b[6"))

    def keep(self, text: str, now: float) -> None:
        """Take the answers out of this text; what else is in it is given out later."""
        self._typed = self.taken(text, now)[:MOST_TYPED]

    def taken(self, text: str, now: float) -> str:
        """Return this text, and what was kept before it, without the answers."""
        before, text = self._typed, self._held + text
        self._typed = self._held = ""
        while not self._is_over(now) and (answer := _ANSWER.search(text)):
            before += text[: answer.start()]
            text = text[answer.end() :]
            self._find(answer)
        if not self._is_over(now) and (begun := _BEGUN.search(text)):
            self._hold(begun.group(), now)
            text = text[: begun.start()]
        return before + _OVERLONG.sub("", text)

    def released(self, now: float) -> str:
        """Return what was kept, if it is no answer's beginning; call it when nothing comes."""
        typed, self._typed = self._typed, ""
        is_old = now - self._held_at > HOLD_FOR_S
        if self._held == _ESCAPE or is_old or self._is_over(now):
            typed, self._held = typed + _OVERLONG.sub("", self._held), ""
        return typed

    def _find(self, answer: re.Match[str]) -> None:
        if len(answer.group()) <= LONGEST and len(self.found) < MOST_FOUND:
            self.found.append(answer.group())
        self.is_complete = answer["last"] is not None

    def _hold(self, begun: str, now: float) -> None:
        """Keep so much of it that it is still overlong if it is, and whether its end has begun."""
        if len(begun) > _MOST_HELD:
            begun = begun[: _MOST_HELD - 1] + begun[-1]
        self._held, self._held_at = begun, now

    def _is_over(self, now: float) -> bool:
        return self.is_complete or now > self.until
