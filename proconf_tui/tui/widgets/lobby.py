"""The pane of the lobby: who waits and for how long; moderators only."""

from __future__ import annotations

import time
from collections.abc import Callable

from proconf_tui.control.screen import LobbyPeerInfo
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.widgets.row_list import Piece, Row, RowList, fitted
from proconf_tui.tui.words import duration, name_of


class LobbyPane(RowList):
    """Who knocks, longest first; the cursor selects whom ``admit`` and ``deny`` act on."""

    def __init__(self) -> None:
        super().__init__(widget_id="lobby", classes="pane")
        self._waiting: list[LobbyPeerInfo] = []
        self._called: Callable[[PeerId], str] = name_of

    @property
    def selected(self) -> LobbyPeerInfo | None:
        """Who the cursor is on."""
        return self._waiting[self.cursor] if self.cursor < len(self._waiting) else None

    def show(self, waiting: list[LobbyPeerInfo], called: Callable[[PeerId], str]) -> None:
        """Show these as they are ``called``; the cursor stays on who it is on while they wait."""
        before = self.selected
        self._called = called
        self._waiting = waiting
        count = len(waiting)
        self.entitle(f"Lobby {count} waiting" if count else "Lobby")
        self.set_class(bool(waiting), "-knocking")
        self.set_class(not waiting, "-empty")
        self.tick()
        for index, peer in enumerate(waiting):
            if before is not None and peer.peer_id == before.peer_id:
                self.cursor = index

    def tick(self) -> None:
        """Show how long they have waited by now."""
        width, now = self.scrollable_content_region.width, time.time()
        self.show_rows([self._row(peer, width, now) for peer in self._waiting] or [_NOBODY])

    def on_resize(self) -> None:
        self.tick()

    def _row(self, peer: LobbyPeerInfo, width: int, now: float) -> Row:
        left = [Piece("◆ ", "warning"), Piece(self._called(peer.peer_id))]
        return fitted(left, [Piece(f" {duration(now - peer.knocked_at)}", "quiet")], width)


_NOBODY: Row = [Piece("Nobody is waiting", "quiet")]
