"""Draws no more than the terminal takes.

Textual's loop waits where its writer's queue is full, and with it every key, timer and signal. So
nothing is drawn while a few writes wait, and everything once they are through.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Final

from textual.app import App

from proconf_tui.tui.textual_private import waiting_writes

MOST_WAITING: Final = 6
"""Two updates of the screen; Textual's queue takes ten, and holds what comes between two looks."""


class Pace:
    """Pauses an app's drawing. Call `look` on the app's loop, as often as it draws."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._pause = ExitStack()
        self.is_paused = False

    def look(self) -> None:
        """Pause or go on, as the terminal reads."""
        waiting = waiting_writes(self._app)
        if not self.is_paused and waiting > MOST_WAITING:
            self.is_paused = True
            self._pause.enter_context(self._app.batch_update())
        elif self.is_paused and not waiting:
            self.close()
            self._app.screen.refresh(layout=True)

    def close(self) -> None:
        """Pause no more, and draw nothing for that."""
        self.is_paused = False
        self._pause.close()
