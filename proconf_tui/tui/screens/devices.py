"""Devices and sound, in the meeting: each chosen live, switched, and tried out.

What is shown is what the agent answers. A device that cannot be used says why, and the one before
goes on.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from proconf_tui.control.commands import SetProcessing
from proconf_tui.control.sound import SoundProcessing
from proconf_tui.errors import ProconfError
from proconf_tui.tui.entry import OFF
from proconf_tui.tui.equipment import Equipment, Kind, label_of, labels
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.confirm import Choice, ConfirmScreen
from proconf_tui.tui.screens.list_dialog import ListDialog
from proconf_tui.tui.widgets.meter import meter
from proconf_tui.tui.widgets.row_list import Piece, Row, RowList, fitted
from proconf_tui.tui.widgets.sound_test import SoundTestLine
from proconf_tui.tui.words import problem


class _Device(NamedTuple):
    key: str
    kind: Kind
    label: str


class _Switch(NamedTuple):
    key: str
    field: str
    label: str
    meaning: str
    needs_library: bool = True


DEVICES: Final = (
    _Device("m", "microphone", "Microphone"),
    _Device("v", "camera", "Camera"),
    _Device("l", "speaker", "Loudspeaker"),
)
SWITCHES: Final = (
    _Switch("e", "echo_cancellation", "Echo cancellation", "", needs_library=False),
    _Switch("n", "noise_suppression", "Noise suppression", "keeps fans and keys out"),
    _Switch("h", "high_pass", "High-pass", "keeps rumble out"),
    _Switch("g", "gain_control", "Gain control", "keeps you equally loud"),
)
_TEST_KEY: Final = "t"
_ECHO_METHODS: Final = {
    "canceller": "takes the loudspeaker out",
    "ducking": "lowers you while others talk",
    "none": "keeps the loudspeaker out",
}
_LIBRARY: Final = "pywebrtc-audio"
_METER_CELLS: Final = 10
_LABEL_CELLS: Final = 13
_SWITCH_CELLS: Final = 17

_Item = _Device | _Switch | str | None
_ITEMS: Final[tuple[_Item, ...]] = (*DEVICES, None, *SWITCHES, None, _TEST_KEY)


class DevicesScreen(ListDialog):
    """The meeting tells it of levels and of devices that come and go."""

    HEADING = "Devices and sound"
    HINT = "enter chooses or switches · esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "dismiss", show=False),
        *(
            Binding(item if isinstance(item, str) else item.key, f"item({index})", show=False)
            for index, item in enumerate(_ITEMS)
            if item is not None
        ),
    ]

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._processing: SoundProcessing | None = None
        self._level_dbfs: float | None = None
        self._trouble = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = self.HEADING
            yield Static("", id="note")
            yield RowList(widget_id="rows")
            yield SoundTestLine()
            yield Static("", id="hint")

    def on_mount(self) -> None:
        super().on_mount()
        self._do(self._ask())

    @property
    def equipment(self) -> Equipment:
        return self.context.session.equipment

    def show_level(self, dbfs: float | None) -> None:
        """Show how loud the microphone is."""
        self._level_dbfs = dbfs
        if self.query(RowList):
            self.row_list.show_rows(self.rows())

    # --- the list ---

    def rows(self) -> list[Row]:
        width = self.row_list.size.width
        return [self._row(item, width) for item in _ITEMS]

    def note(self) -> str:
        return "\n".join([self._trouble] if self._trouble else self.equipment.problems())

    def devices_changed(self) -> None:
        """Show what is in use now; what a test has shown was of something else."""
        self._forget_test()
        self.redraw()

    def on_resize(self) -> None:
        self.redraw()

    def action_item(self, index: int) -> None:
        self.row_list.cursor = index
        self.choose(index)

    def choose(self, index: int) -> None:
        item = _ITEMS[index]
        if isinstance(item, _Device):
            self._do(self._choose_device(item))
        elif isinstance(item, _Switch):
            self._do_fully(self._switch(item))
        elif item is not None:
            self._do(self._test())

    def _row(self, item: _Item, width: int) -> Row:
        if isinstance(item, _Device):
            return self._device_row(item, width)
        if isinstance(item, _Switch):
            return _switch_row(item, self._processing, width)
        return [] if item is None else [_key(item), Piece("  Say something, hear it back")]

    def _device_row(self, device: _Device, width: int) -> Row:
        opened = self.equipment.opened
        name = getattr(opened, device.kind) if opened else None
        is_off = self.equipment.choices.spec(device.kind) == OFF
        shown = Piece(label_of(name)) if name else _absent(is_off=is_off, is_known=bool(opened))
        left = [_key(device.key), Piece(f"  {device.label:{_LABEL_CELLS}}"), shown]
        is_metered = device.kind == "microphone" and name
        right = [Piece(" "), *meter(self._level_dbfs, _METER_CELLS)] if is_metered else []
        return fitted(left, right, width)

    # --- what is asked of the agent, each a worker of its own ---

    def _do(self, work: Awaitable[None]) -> None:
        """Do what ends with the dialog."""
        self.run_worker(self._told(work), group="devices")

    def _do_fully(self, work: Awaitable[None]) -> None:
        """Do what has its effect though the dialog is closed; so its outcome must be learnt of."""
        self.app.run_worker(self._told(work), group="devices")

    async def _told(self, work: Awaitable[None]) -> None:
        try:
            await work
        except ProconfError as error:
            self._say(error.message)
        self.redraw()

    def _say(self, trouble: str) -> None:
        sentence = problem(trouble)
        if self in self.app.screen_stack:
            self._trouble = sentence
        else:
            self.app.notify(sentence, severity="warning", markup=False)

    def _forget_test(self) -> None:
        for line in self.query(SoundTestLine):
            line.forget()

    async def _ask(self) -> None:
        self._processing = await self.equipment.process(SetProcessing())
        self.redraw()
        await self.equipment.list_devices()

    async def _choose_device(self, device: _Device) -> None:
        known, chosen = self.equipment.devices, self.equipment.choices.spec(device.kind)
        names = labels(known, device.kind, chosen)
        choices = [
            Choice(str(number) if number <= 9 else "", spec, _marked(name, is_used=spec == chosen))
            for number, (spec, name) in enumerate(names.items(), 1)
        ]
        spec = await self.app.push_screen_wait(
            ConfirmScreen(device.label, "", choices, cursor=list(names).index(chosen))
        )
        if spec is None or (spec == chosen and not self._is_broken(device.kind)):
            return
        self._do_fully(self._change(device.kind, spec))

    async def _change(self, kind: Kind, spec: str) -> None:
        self._trouble = ""
        why = await self.equipment.change(kind, spec)
        if why is not None:
            used = getattr(self.equipment.opened, kind)
            self._say(f"{why} Still using {label_of(used)}." if used else why)
        elif kind == "microphone" and spec != OFF:
            self._tell_if_unheard()

    def _tell_if_unheard(self) -> None:
        """A microphone that was off is open now, but still nobody hears it."""
        snapshot = self.context.session.snapshot
        if snapshot is None or snapshot.me is None or "audio" in snapshot.me.streams:
            return
        key = next(one.shown_key for one in self.context.actions if one.name == "microphone")
        self._say(f"Your microphone is off: press {key} in the meeting to be heard.")

    def _is_broken(self, kind: Kind) -> bool:
        opened = self.equipment.opened
        return opened is None or kind in opened.problems

    async def _switch(self, switch: _Switch) -> None:
        known = self._processing
        if known is not None and switch.needs_library and not known.is_complete:
            self._say(f"It needs {_LIBRARY}: pip install {_LIBRARY}")
            return
        is_on = known is not None and getattr(known, switch.field)
        self._trouble = ""
        self._forget_test()
        self._processing = await self.equipment.process(SetProcessing(**{switch.field: not is_on}))

    async def _test(self) -> None:
        opened = self.equipment.opened
        line = self.query_one(SoundTestLine)
        await line.run(self.equipment.try_sound, opened.microphone if opened else None)


def _key(key: str) -> Piece:
    return Piece(f" {key} ", "accent")


def _absent(*, is_off: bool, is_known: bool) -> Piece:
    if is_off:
        return Piece("off", "quiet")
    return Piece("not working", "warning") if is_known else Piece("…", "quiet")


def _marked(name: str, *, is_used: bool) -> str:
    return f"{name}  ✓" if is_used else name


def _switch_row(switch: _Switch, processing: SoundProcessing | None, width: int) -> Row:
    if processing is None:
        return [_key(switch.key), Piece(f"   …  {switch.label}", "quiet")]
    is_on = getattr(processing, switch.field)
    state = Piece("   on", "good") if is_on else Piece("  off", "quiet")
    echo = _ECHO_METHODS[processing.echo_method if is_on else "none"]
    meaning = Piece(switch.meaning or echo, "quiet")
    if switch.needs_library and not processing.is_complete:
        meaning = Piece(f"needs {_LIBRARY}", "warning")
    label = f"  {switch.label:{_SWITCH_CELLS}}  "
    return fitted([_key(switch.key), state, Piece(label), meaning], [], width)
