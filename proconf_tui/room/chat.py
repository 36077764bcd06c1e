"""How much of the chat a room keeps: the last lines of each conversation.

A conversation is what is said to everybody, or between two. Each keeps its own last lines, so
that whoever can read only some of them forgets the same ones at the same moment as the server.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import Final

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.limits import (
    CHAT_CHARACTERS_KEPT,
    CHAT_LINES_KEPT,
    PRIVATE_CHARACTERS_KEPT,
    PRIVATE_LINES_KEPT,
)
from proconf_tui.room.model import ChatLine

Lines = tuple[ChatLine, ...]

_PUBLIC: Final[frozenset[PeerId]] = frozenset()


def with_line(lines: Lines, line: ChatLine) -> Lines:
    """Return ``lines`` and ``line``, without what its conversation no longer keeps."""
    conversation = _conversation(line)
    is_public = conversation == _PUBLIC
    left = CHAT_LINES_KEPT if is_public else PRIVATE_LINES_KEPT
    characters_left = CHAT_CHARACTERS_KEPT if is_public else PRIVATE_CHARACTERS_KEPT
    kept: list[ChatLine] = []
    for each in reversed((*lines, line)):
        if _conversation(each) == conversation:
            left -= 1
            characters_left -= len(each.text)
            if left < 0 or characters_left < 0:
                continue
        kept.append(each)
    return tuple(reversed(kept))


def without_the_gone(lines: Lines, present: Set[PeerId]) -> Lines:
    """Return ``lines`` with no more than the last private ones said with those who have left.

    What nobody ``present`` can read goes. Each who is keeps as much of what was said with all who
    are not as of one conversation; nobody can fill another's chat by coming again and again.
    """
    kept: list[ChatLine] = []
    left = _Room()
    for line in reversed(lines):
        readers = _conversation(line) & present
        if line.to is None or len(readers) == 2 or any(left.takes(one, line) for one in readers):
            kept.append(line)
    return tuple(reversed(kept))


class _Room:
    """How much each who is present may still keep."""

    def __init__(self) -> None:
        self._lines: Counter[PeerId] = Counter()
        self._characters: Counter[PeerId] = Counter()

    def takes(self, reader: PeerId, line: ChatLine) -> bool:
        """Count ``line`` for its ``reader``; return whether there is room for it."""
        self._lines[reader] += 1
        self._characters[reader] += len(line.text)
        return (
            self._lines[reader] <= PRIVATE_LINES_KEPT
            and self._characters[reader] <= PRIVATE_CHARACTERS_KEPT
        )


def _conversation(line: ChatLine) -> frozenset[PeerId]:
    return _PUBLIC if line.to is None else frozenset((line.from_peer_id, line.to))
