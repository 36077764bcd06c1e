"""Before the meeting: one's name, picture, loudness and devices, and what will be shared."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static

from proconf_tui.control.screen import DeviceList, Levels, OpenedDevices
from proconf_tui.protocol.limits import NAME_CELLS
from proconf_tui.protocol.text import clean_name
from proconf_tui.tui.entry import OFF
from proconf_tui.tui.equipment import Choices, Kind, labels
from proconf_tui.tui.screens.base import BaseScreen, Context
from proconf_tui.tui.video.feed import Wanted
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.widgets.meter import LevelMeter
from proconf_tui.tui.widgets.sound_test import SoundTestLine
from proconf_tui.tui.words import listed, one_line

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("microphone", "Microphone"),
    ("camera", "Camera"),
    ("speaker", "Loudspeaker"),
)


class PrejoinScreen(BaseScreen):
    """Enter joins, escape leaves; devices change live."""

    CSS_PATH = "prejoin.tcss"
    AUTO_FOCUS = "#name"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-roomy")]  # noqa: RUF012 - Textual's own name
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+j,ctrl+enter", "join", show=False),
        Binding("ctrl+t", "test", show=False, priority=True),
    ]

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        choices = context.session.equipment.choices
        self._tile = VideoTile("me", choices.name or "You", widget_id="preview")

    def compose(self) -> ComposeResult:
        session = self.context.session
        verb = self._verb
        with Vertical(id="prejoin") as box:
            box.border_title = Content(f"{verb} {one_line(session.room_name or 'a meeting', 48)}")
            with Horizontal(id="prejoin-body"):
                with Container(id="preview-frame", classes="field") as frame:
                    frame.border_title = "You"
                    yield self._tile
                with Vertical(id="fields"):
                    yield from self._fields(session.equipment.choices)
            with VerticalScroll(id="problems", can_focus=False):
                yield Static("", id="problem-lines")
            yield Static("", id="shared")
            with Horizontal(id="buttons"):
                yield Button(f"{verb} now", id="join", variant="primary", compact=True)
                yield Button("Leave", id="leave", compact=True)
                yield Static("", id="prejoin-hint")

    @property
    def _verb(self) -> str:
        return "Start" if self.context.session.options.mode == "start" else "Join"

    def _fields(self, choices: Choices) -> ComposeResult:
        with Container(classes="field") as field:
            field.border_title = "Name"
            yield Input(
                choices.name or "",
                placeholder="A name is made up if you give none",
                max_length=NAME_CELLS,
                compact=True,
                id="name",
            )
        for kind, title in _KINDS:
            with Container(classes="field", id=f"{kind}-field") as field:
                field.border_title = title
                spec = choices.spec(kind)
                yield Select(
                    _options(labels(None, kind, spec)),
                    value=spec,
                    allow_blank=False,
                    compact=True,
                    id=kind,
                )
                if kind == "microphone":
                    yield LevelMeter(widget_id="loudness")
                    yield Button("Hear yourself  ctrl+t", id="test", compact=True)
                    yield SoundTestLine()

    def on_mount(self) -> None:
        session = self.context.session
        if session.equipment.devices is not None:
            self.devices_listed(session.equipment.devices)
        if session.equipment.opened is not None:
            self.devices_opened(session.equipment.opened)
        self._say_what_is_shared()

    # --- what comes from the agent ---

    def devices_listed(self, devices: DeviceList) -> None:
        equipment = self.context.session.equipment
        for kind, _ in _KINDS:
            select = self.query_one(f"#{kind}", Select)
            spec = equipment.choices.spec(kind)
            with select.prevent(Select.Changed):
                select.set_options(_options(labels(devices, kind, spec)))
                select.value = spec
                # The same value may have another label now.
                select.mutate_reactive(type(select).value)
        self._show_problems()

    def devices_opened(self, opened: OpenedDevices) -> None:
        self._show_problems()
        self.query_one(SoundTestLine).forget()
        if opened.camera is None:
            self._tile.clear()
        self._say_what_is_shared()

    async def show_levels(self, levels: Levels) -> None:
        self.query_one("#loudness", LevelMeter).show(levels.microphone_dbfs)

    def wanted_tiles(self) -> dict[Wanted, VideoTile]:
        has_camera = self.context.session.equipment.choices.camera != OFF
        return {Wanted(None): self._tile} if has_camera else {}

    # --- what the person does ---

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._say_keys(event.widget)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._tile.rename(clean_name(event.value) or "You")

    def on_input_submitted(self) -> None:
        self.action_join()

    def on_select_changed(self) -> None:
        self._say_what_is_shared()
        if self.context.session.equipment.choices.camera != OFF and self._choices().camera == OFF:
            self._tile.clear()
        # The app's: what was opened is learnt of even if one joins meanwhile.
        equipment = self.context.session.equipment
        self.app.run_worker(equipment.choose(self._choices()), group="devices")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        actions = {"join": self.action_join, "leave": self.action_leave, "test": self.action_test}
        actions[str(event.button.id)]()

    def action_test(self) -> None:
        """Record a few seconds and play them back."""
        self.run_worker(self._test(), group="test")

    def action_join(self) -> None:
        self.workers.cancel_group(self, "test")
        self.app.run_worker(self.context.session.join(self._choices()), group="join")

    def action_leave(self) -> None:
        self.app.run_worker(self.context.session.leave(), group="leave")

    # --- inside ---

    async def _test(self) -> None:
        equipment = self.context.session.equipment
        microphone = equipment.opened.microphone if equipment.opened else None
        await self.query_one(SoundTestLine).run(equipment.try_sound, microphone)

    def _choices(self) -> Choices:
        specs = {kind: str(self.query_one(f"#{kind}", Select).value) for kind, _ in _KINDS}
        return Choices(clean_name(self.query_one("#name", Input).value) or None, **specs)

    def _say_what_is_shared(self) -> None:
        choices, opened = self._choices(), self.context.session.equipment.opened
        problems = opened.problems if opened else {}
        shared = ["your name"]
        if choices.microphone != OFF and "microphone" not in problems:
            shared.append("your microphone")
        if choices.camera != OFF and "camera" not in problems:
            shared.append("your camera")
        self.query_one("#shared", Static).update(
            Content.assemble(("Others will get ", "$quiet"), listed(shared), (".", "$quiet"))
        )

    def _show_problems(self) -> None:
        problems = self.context.session.equipment.problems()
        self.query_one("#problem-lines", Static).update(Content("\n".join(problems)))
        self.query_one("#prejoin").set_class(bool(problems), "-troubled")

    def _say_keys(self, focused: Widget) -> None:
        joins = f"{self._verb.lower()}s"
        if isinstance(focused, Select):
            keys = f"enter opens · ctrl+j {joins}"
        elif isinstance(focused, Button) and focused.id != "join":
            keys = f"enter presses · ctrl+j {joins}"
        else:
            keys = f"enter {joins} · tab moves"
        self.query_one("#prejoin-hint", Static).update(Content(f"{keys} · esc leaves"))


def _options(labels: dict[str, str]) -> list[tuple[Content, str]]:
    return [(Content(label), spec) for spec, label in labels.items()]
