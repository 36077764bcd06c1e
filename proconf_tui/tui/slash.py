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


Meaning = Say | Perform | SetLock | PerformOn

PLAIN: Final = {"leave": "leave", "help": "help"}
WITH_NAME: Final = {"admit": "admit", "deny": "deny", "kick": "kick", "mute": "mute"}
EVERYBODYS: Final = ("/leave", "/help")
MODERATORS: Final = ("/admit NAME", "/deny NAME", "/mute NAME", "/kick NAME", "/lock", "/unlock")
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
    if word in ("lock", "unlock"):
        return SetLock(word == "lock")
    if word in PLAIN:
        return Perform(PLAIN[word])
    if word not in WITH_NAME:
        raise ConfigError(f"There is no command /{word}; there are: {USAGE}")
    if not rest.strip():
        raise ConfigError(f"Say whom: /{word} NAME")
    return PerformOn(WITH_NAME[word], rest.strip().removeprefix("@"))
