"""Who is blocked from the meeting, and the way to let them come again."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from proconf_tui.control.screen import BlockedInfo, RoomSnapshot
from proconf_tui.tui.screens.live_dialog import LiveDialog
from proconf_tui.tui.widgets.row_list import Piece, Row
from proconf_tui.tui.words import name_of


class BlockedScreen(LiveDialog):
    """``unblock`` asks the server to let somebody come again."""

    HEADING = "Blocked"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("B", "dismiss", show=False)]

    def __init__(self, snapshot: RoomSnapshot, unblock: Callable[[BlockedInfo], object]) -> None:
        super().__init__(snapshot)
        self._unblock = unblock

    def rows(self) -> list[Row]:
        return [
            [
                Piece(f" {name_of(one.name or one.identity, 28)}"),
                Piece(f"  {name_of(one.identity, 26)}" if one.name else "", "quiet"),
            ]
            for one in self.snapshot.blocked
        ]

    def note(self) -> str:
        return "" if self.snapshot.blocked else "Nobody is blocked from this meeting."

    def hint(self) -> str:
        return "enter lets them come again · esc closes" if self.snapshot.blocked else self.HINT

    def choose(self, index: int) -> None:
        if index < len(self.snapshot.blocked):
            self._unblock(self.snapshot.blocked[index])
