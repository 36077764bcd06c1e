"""The app under Textual's pilot with a fake agent, and ways to wait for what it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widget import Widget

from proconf_tui.control.commands import Command, RaiseHand, ShowTiles
from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.options import TuiOptions
from proconf_tui.tui.screens.devices import DevicesScreen
from tests.support.fake_agent import FakeAgent, T
from tests.tui.thrift import drawing_for_nobody

LOOK_EVERY_S = 0.02
MOST_LOOKS = 500
"""Ten seconds at least; looks, since while a machine stands still time passes, and only time."""

SIZES = [(80, 24), (120, 40), (200, 60)]
"""From the smallest terminal that everything works in to one with room to spare."""

KEYS = {" ": "space", "/": "slash", "?": "question_mark", "\r": "enter", "\x7f": "backspace"}
"""Textual's names of the keys whose name is not their character."""


def text_of(app: ProconfApp) -> str:
    """Return the text on the screen, dialogs included, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@dataclass(frozen=True)
class Rig:
    """One running app; every wait ends with an assertion that shows the last screen."""

    app: ProconfApp
    pilot: Pilot[None]
    agent: FakeAgent

    async def until(self, is_so: Callable[[], object], what: str = "condition") -> None:
        """Wait until ``is_so()`` is true."""
        for _ in range(MOST_LOOKS):
            if is_so():
                return
            await self.pilot.pause(LOOK_EVERY_S)
        raise AssertionError(f"{what}: not so\n{text_of(self.app)}")

    async def sees(self, *texts: str) -> str:
        """Wait until all these are on the screen; return what is."""
        shown = ""

        def has_all() -> bool:
            nonlocal shown
            shown = text_of(self.app)
            return all(text in shown for text in texts)

        await self.until(has_all, repr(texts))
        return shown

    async def sees_no(self, text: str) -> None:
        """Wait until this is not on the screen."""
        await self.until(lambda: text not in text_of(self.app), f"no {text!r}")

    async def press(self, *keys: str) -> None:
        """Press keys when the room is shown as the agent told it, and let the app handle them.

        Each waits for the screen it goes to: one that was opened just now loses keys.
        """
        await self.until(self._knows_the_room, "the room as it was told")
        for key in keys:
            await self.until(self._takes_keys, f"a screen that takes {key}")
            await self.pilot.press(key)

    def _knows_the_room(self) -> bool:
        told = self.agent.told
        return told is None or self.app.session.snapshot == told

    def _takes_keys(self) -> bool:
        return self.app.result is not None or self.app.screen.is_mounted

    async def write(self, text: str) -> None:
        """Type text, key by key and without a pause; wait until the last key is handled."""
        driver = self.app._driver
        assert driver is not None
        for character in text[:-1]:
            driver.send_message(events.Key(KEYS.get(character, character), character))
        await self.pilot.press(KEYS.get(text[-1], text[-1]))

    async def hears(self, kind: type[T], count: int = 1) -> T:
        """Wait until the agent has got ``count`` such commands; return the newest."""
        await self.until(lambda: len(self.agent.all_heard(kind)) >= count, kind.__name__)
        return self.agent.all_heard(kind)[-1]

    async def ended(self) -> None:
        """Wait until the app has a result."""
        await self.until(lambda: self.app.result is not None, "a result")

    def one(self, selector: str) -> Widget:
        """Return the widget in the screen in sight."""
        return self.app.screen.query_one(selector)


@asynccontextmanager
async def running(
    agent: FakeAgent, directory: Path, size: tuple[int, int] = (120, 36), **options: Any
) -> AsyncIterator[Rig]:
    """Run the app, by default straight into the meeting."""
    defaults: dict[str, Any] = {"mode": "start", "room": "myRoom", "name": "Ada"}
    settings = TuiOptions(**(defaults | {"skip_prejoin": True} | options))
    with (directory / "screen.log").open("ab") as log, drawing_for_nobody():
        app = ProconfApp(
            settings, log, agent_command=agent.command, pictures=directory / "pictures"
        )
        async with app.run_test(size=size, notifications=True) as pilot:
            try:
                yield Rig(app, pilot, agent)
                if app.is_running and app.result is None:
                    # Whatever is shown at the end can be drawn.
                    text_of(app)
            finally:
                await app.bridge.stop()


@asynccontextmanager
async def meeting(
    agent: FakeAgent, directory: Path, size: tuple[int, int] = (120, 36), **options: Any
) -> AsyncIterator[Rig]:
    """Run the app and wait until the meeting is shown."""
    async with running(agent, directory, size, **options) as rig:
        await rig.sees("People 1")
        yield rig


def asked(agent: FakeAgent) -> list[Command]:
    """Return what people asked for; tiles are asked for by the screen itself, at any time."""
    return [command for command in agent.heard if not isinstance(command, ShowTiles)]


async def asks_nothing(rig: Rig, before: list[Command]) -> None:
    """Press a harmless key and check that its command is all that came after ``before``."""
    await rig.press("r")
    marker = await rig.hears(RaiseHand)
    assert asked(rig.agent) == [*before, marker]


async def show_devices(rig: Rig) -> DevicesScreen:
    """Open the dialog of devices and return it."""
    await rig.press("s")
    await rig.sees("Devices and sound", "takes the loudspeaker out")
    dialog = rig.app.screen
    assert isinstance(dialog, DevicesScreen)
    return dialog
