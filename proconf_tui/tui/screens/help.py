"""The keys that work now, by group, from the table of actions; first those of what is focused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from proconf_tui.tui.bindings import GROUPS, Action, Group, Pane, shown
from proconf_tui.tui.slash import EVERYBODYS, USAGE

_LEGEND = (
    "♪ microphone   ! nothing comes from it   ▣ camera   ▤ shared screen   ⚑ raised hand"
    "   ● speaking in green   ◌ reconnecting"
)


class HelpScreen(ModalScreen[None]):
    """Closes with escape, ``?`` or ``q``; scrolls where it does not fit."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#help-body"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-roomy")]  # noqa: RUF012 - Textual's own name
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, actions: Sequence[Action], *, is_moderator: bool, pane: Pane | None) -> None:
        super().__init__()
        self._actions = [a for a in actions if is_moderator or not a.moderators_only]
        self._pane = pane

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes"
            with VerticalScroll(id="help-body"):
                with Grid(id="help-groups"):
                    for group in self._groups():
                        actions = [a for a in self._actions if a.group == group]
                        yield _group(group, actions)
                yield Static(Content(f"In the chat: {self._usage()}"), classes="help-note")
                yield Static(Content(_LEGEND), classes="help-note")

    def action_scroll(self, rows: int) -> None:
        self.query_one("#help-body").scroll_relative(y=rows, animate=False)

    def _usage(self) -> str:
        is_moderator = any(action.moderators_only for action in self._actions)
        return USAGE if is_moderator else "  ".join(EVERYBODYS)

    def _groups(self) -> list[Group]:
        """Return the groups there are, those first that act on what is focused."""
        here = {action.group for action in self._actions if self._pane in action.panes}
        present = {action.group for action in self._actions}
        return sorted((group for group in GROUPS if group in present), key=lambda g: g not in here)


def _group(title: str, actions: Sequence[Action]) -> Static:
    keys = [_keys(action) for action in actions]
    width = max(map(len, keys))
    lines = [Content.styled(title, "bold $primary")]
    for key, action in zip(keys, actions, strict=True):
        padded = (key.ljust(width), "bold $foreground")
        lines.append(Content.assemble(padded, "  ", (action.description, "$quiet")))
    return Static(Content("\n").join(lines), classes="help-group")


def _keys(action: Action) -> str:
    names = [shown(key) for key in action.key_names]
    if len(names) > 2:
        return f"{names[0]}…{names[-1]}"
    return " ".join(names)
