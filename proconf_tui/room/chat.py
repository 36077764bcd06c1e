"""How much of the chat a room keeps: the last lines of each conversation.

A conversation is what is said to everybody, or between two. Each keeps its own last lines, so
that whoever can read only some of them forgets the same ones at the same moment as the server.
"""

from __future__ import annotations

from collections.abc import Container
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


def without_conversations_of_the_gone(lines: Lines, present: Container[PeerId]) -> Lines:
    """Return ``lines`` without the private ones that nobody ``present`` can read."""
    return tuple(
        line
        for line in lines
        if line.to is None or line.from_peer_id in present or line.to in present
    )


def _conversation(line: ChatLine) -> frozenset[PeerId]:
    return _PUBLIC if line.to is None else frozenset((line.from_peer_id, line.to))
