"""Counts the pictures in what a program writes to its terminal; pure."""

from __future__ import annotations

from typing import Final

_END_OF_UPDATE: Final = b"\x1b[?2026l"
_COLOUR: Final = b"8;2;"
"""Of SGR 38 and 48: a 24-bit colour."""
_COLOURS_OF_A_PICTURE: Final = 60
"""Fewer are a change of text, which has a few per line."""


class PictureCounter:
    """``bytes`` written and ``pictures`` drawn so far; many colours make an update a picture."""

    def __init__(self) -> None:
        self.bytes = 0
        self.pictures = 0
        self._begun = b""

    def take(self, output: bytes) -> None:
        """Count this part of the output."""
        self.bytes += len(output)
        *ended, self._begun = (self._begun + output).split(_END_OF_UPDATE)
        self.pictures += sum(update.count(_COLOUR) >= _COLOURS_OF_A_PICTURE for update in ended)
