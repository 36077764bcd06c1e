"""The room's controls as switches. They show what is so in the room, whoever changed it.

A switch does not move by itself: it asks, and moves when the room has changed. So two moderators
who change at the same time both see what has become of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType

from proconf_tui.control.commands import UpdateRoomControls
from proconf_tui.control.screen import ControlsInfo, RoomSnapshot
from proconf_tui.tui.screens.live_dialog import LiveDialog
from proconf_tui.tui.widgets.row_list import Piece, Row


class Switch(NamedTuple):
    """One control: ``is_on`` reads it, ``change`` makes the command that sets it."""

    key: str
    label: str
    is_on: Callable[[ControlsInfo], bool]
    change: Callable[[bool], UpdateRoomControls]


def _source(key: str, label: str, name: str) -> Switch:
    # Only the one that changes is named: a list of all would undo what somebody else does just now.
    return Switch(
        key,
        f"  {label}",
        lambda controls: controls.allow_produce_sources.get(name, True),
        lambda is_on: UpdateRoomControls(allow_produce_sources={name: is_on}),
    )


SWITCHES: Final = (
    Switch(
        "l",
        "Lock: who comes has to be let in",
        lambda controls: controls.room_locked,
        lambda is_on: UpdateRoomControls(room_locked=is_on),
    ),
    Switch(
        "p",
        "Publish, and of that:",
        lambda controls: controls.allow_produce,
        lambda is_on: UpdateRoomControls(allow_produce=is_on),
    ),
    _source("m", "microphone", "mic"),
    _source("v", "camera", "cam"),
    _source("s", "screen", "screen"),
    Switch(
        "r",
        "Receive: see and hear others",
        lambda controls: controls.allow_consume,
        lambda is_on: UpdateRoomControls(allow_consume=is_on),
    ),
    Switch(
        "d",
        "Send data: chat and reactions",
        lambda controls: controls.allow_send_data,
        lambda is_on: UpdateRoomControls(allow_send_data=is_on),
    ),
)
_SOURCES: Final = range(2, 5)


class ControlsScreen(LiveDialog):
    """``ask`` sends a change to the server, and says so if it is refused."""

    HEADING = "Room controls"
    HINT = "space or the letter switches · esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "dismiss", show=False),
        *(
            Binding(switch.key, f"switch({index})", show=False)
            for index, switch in enumerate(SWITCHES)
        ),
    ]

    def __init__(self, snapshot: RoomSnapshot, ask: Callable[[UpdateRoomControls], object]) -> None:
        super().__init__(snapshot)
        self._ask = ask

    def rows(self) -> list[Row]:
        controls = self.snapshot.controls
        return [_row(index, switch, controls) for index, switch in enumerate(SWITCHES)]

    def note(self) -> str:
        return "What everybody may do who is no moderator."

    def choose(self, index: int) -> None:
        switch = SWITCHES[index]
        self._ask(switch.change(not switch.is_on(self.snapshot.controls)))

    def action_switch(self, index: int) -> None:
        self.row_list.cursor = index
        self.choose(index)


def _row(index: int, switch: Switch, controls: ControlsInfo) -> Row:
    is_on = switch.is_on(controls)
    is_void = index in _SOURCES and not controls.allow_produce
    state = Piece(" on ", "good") if is_on else Piece(" off", "bad" if index else "quiet")
    return [
        Piece(f" {switch.key} ", "accent"),
        Piece(state.text, "quiet") if is_void else state,
        Piece(f"  {switch.label}", "quiet" if is_void else "text"),
    ]
