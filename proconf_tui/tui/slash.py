"""The ``/`` commands of the chat's input line: text → what is meant; it does nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from proconf_tui.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Say:
    """Chat for everybody."""

    text: str


@dataclass(frozen=True, slots=True)
class Perform:
    """An action of the table, without anybody in particular."""

    action: str


@dataclass(frozen=True, slots=True)
class SetLock:
    """Lock or open the room; unlike the key it is no toggle."""

    is_locked: bool


@dataclass(frozen=True, slots=True)
class PerformOn:
    """An action of the table on whoever has this name (or the only one whose begins so)."""

    action: str
    name: str


@dataclass(frozen=True, slots=True)
class SayTo:
    """Chat for one: a name and the text. Where the name ends only the room's people tell."""

    line: str


Meaning = Say | SayTo | Perform | SetLock | PerformOn

PLAIN: Final = {"leave": "leave", "help": "help", "react": "react"}
MODERATORS_PLAIN: Final = {
    "controls": "controls",
    "suspend": "suspend",
    "blocked": "blocked",
}
WITH_NAME: Final = {
    "admit": "admit",
    "deny": "deny",
    "mute": "mute",
    "remove": "kick",
    "unblock": "unblock",
}
_ALSO: Final = {"kick": "remove"}
EVERYBODYS: Final = ("/to NAME TEXT", "/react", "/leave", "/help")
MODERATORS: Final = (
    *(f"/{word} NAME" for word in WITH_NAME),
    "/lock",
    "/unlock",
    *(f"/{word}" for word in MODERATORS_PLAIN),
)
USAGE: Final = "  ".join((*MODERATORS, *EVERYBODYS))


def parse(line: str) -> Meaning:
    """Return what a line means; ``//`` at its start says one slash.

    Raises:
        ConfigError: an unknown command, or one that lacks its name.
    """
    if not line.startswith("/"):
        return Say(line)
    if line.startswith("//"):
        return Say(line[1:])
    word, _, rest = line[1:].partition(" ")
    word = _ALSO.get(word, word)
    if word in ("lock", "unlock"):
        return SetLock(word == "lock")
    if word in PLAIN or word in MODERATORS_PLAIN:
        return Perform((PLAIN | MODERATORS_PLAIN)[word])
    if word == "to":
        return _say_to(rest)
    if word not in WITH_NAME:
        raise ConfigError(f"There is no command /{word}; there are: {USAGE}")
    if not rest.strip():
        raise ConfigError(f"Say whom: /{word} NAME")
    return PerformOn(WITH_NAME[word], rest.strip().removeprefix("@"))


def _say_to(rest: str) -> SayTo:
    line = rest.strip().removeprefix("@")
    if len(line.split(maxsplit=1)) < 2:
        raise ConfigError("Say to whom and what: /to NAME TEXT")
    return SayTo(line)
