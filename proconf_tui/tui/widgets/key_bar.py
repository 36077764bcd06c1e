"""The line at the bottom: the keys that work now, each of which can also be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from proconf_tui.tui.bindings import Action

_KEPT = 2
"""The last keys, as help and leave, are never crowded out."""


class KeyChip(Static):
    """One key with what it does."""

    def __init__(self, action: Action) -> None:
        content = Content.assemble(
            (action.shown_key, "bold $primary"), (f" {action.label}", "$quiet")
        )
        super().__init__(content, classes="key-chip")
        self.action = action

    def on_click(self) -> None:
        self.post_message(KeyBar.Pressed(self.action.name))


class KeyBar(Horizontal):
    """Shows as many of the actions as there is room for, the first ones first."""

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._actions: Sequence[Action] = ()
        self._fitting: list[Action] = []

    @property
    def shown_actions(self) -> list[str]:
        """Names of the actions in sight."""
        return [action.name for action in self._fitting]

    def compose(self) -> ComposeResult:
        for action in self._fitting:
            yield KeyChip(action)

    async def show(self, actions: Sequence[Action]) -> None:
        """Offer these actions."""
        self._actions = actions
        fitting = self._fit(self.size.width)
        if fitting != self._fitting:
            self._fitting = fitting
            await self.recompose()

    async def on_resize(self) -> None:
        await self.show(self._actions)

    def _fit(self, width: int) -> list[Action]:
        kept = list(self._actions[-_KEPT:])
        room = width - sum(map(_width, kept))
        fitting: list[Action] = []
        for action in self._actions[:-_KEPT]:
            room -= _width(action)
            if room < 0:
                break
            fitting.append(action)
        return fitting + kept


def _width(action: Action) -> int:
    return cell_len(action.shown_key) + cell_len(action.label) + 3
