"""A small palette of emoji to react with."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from proconf_tui.tui.reactions import PALETTE


class EmojiChip(Static):
    """One emoji with its number; a click chooses it."""

    def __init__(self, number: int, emoji: str) -> None:
        super().__init__(Content.assemble((f"{number} ", "$quiet"), emoji), classes="emoji")
        self.emoji = emoji

    def on_click(self) -> None:
        self.screen.dismiss(self.emoji)


class ReactScreen(ModalScreen[str | None]):
    """Returns the chosen emoji, or None."""

    CSS_PATH = "react.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,e", "nothing", show=False),
        Binding("enter,space", "choose", show=False),
        Binding("right,l,down,j,tab", "move(1)", show=False),
        Binding("left,h,up,k,shift+tab", "move(-1)", show=False),
        *(
            Binding(str(number), f"number({number})", show=False)
            for number in range(1, len(PALETTE) + 1)
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._cursor = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="react") as box:
            box.border_title = "React"
            with Horizontal(id="palette"):
                for number, emoji in enumerate(PALETTE, 1):
                    yield EmojiChip(number, emoji)
            yield Static(Content("number, or arrows and enter · esc closes"), id="hint")

    def on_mount(self) -> None:
        self.action_move(0)

    def action_move(self, step: int) -> None:
        self._cursor = (self._cursor + step) % len(PALETTE)
        for index, chip in enumerate(self.query(EmojiChip)):
            chip.set_class(index == self._cursor, "-chosen")

    def action_number(self, number: int) -> None:
        self.dismiss(PALETTE[number - 1])

    def action_choose(self) -> None:
        self.dismiss(PALETTE[self._cursor])

    def action_nothing(self) -> None:
        self.dismiss(None)
