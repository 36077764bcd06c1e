"""The Textual app around one session: it switches screens and ends. `launch` is the way in.

First paint counts: nothing here imports a media library, and the agent loads while the first
screen is already drawn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, ClassVar, Literal

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from proconf_tui.config import paths
from proconf_tui.control.screen import DeviceList, OpenedDevices
from proconf_tui.tui import outcome, theme
from proconf_tui.tui.bindings import Action, resolve
from proconf_tui.tui.bridge import AGENT_COMMAND, Bridge
from proconf_tui.tui.inbox import Inbox, deliver
from proconf_tui.tui.messages import (
    AgentGone,
    AgentRestarting,
    EndWanted,
    EventsDue,
    KeyReleased,
    KeyUp,
)
from proconf_tui.tui.names import Names
from proconf_tui.tui.options import TuiOptions, TuiResult
from proconf_tui.tui.pace import Pace
from proconf_tui.tui.screens.base import BaseScreen, Context
from proconf_tui.tui.screens.too_small import TooSmallScreen, is_too_small
from proconf_tui.tui.session import Session
from proconf_tui.tui.textual_private import with_releases
from proconf_tui.tui.video.answers import Answers
from proconf_tui.tui.video.buffer_files import own_path
from proconf_tui.tui.video.feed import VideoFeed
from proconf_tui.tui.video.pacing import Pacer
from proconf_tui.tui.video.picture_settings import PictureChoice, PictureSettings
from proconf_tui.tui.video.plane import VideoPlane
from proconf_tui.tui.video.ticker import Ticker
from proconf_tui.tui.words import one_line

Kind = Literal["prejoin", "waiting", "meeting"]
_ASK_EVERY_S = 0.15
_LOOK_AT_SERVER_EVERY_S = 1.0


class ScreenWanted(Message, bubble=False):
    """Another screen is to be shown."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind


class ProconfApp(App[None]):
    """``log`` takes the agent's stderr; ``on_ending`` is called when the end begins.

    ``answers`` takes out of the input what the terminal still has to say to questions asked before.
    """

    TITLE = "proconf-tui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        options: TuiOptions,
        log: IO[bytes],
        *,
        agent_command: Sequence[str] = AGENT_COMMAND,
        pictures: Path | None = None,
        pictures_as: PictureSettings | None = None,
        answers: Answers | None = None,
    ) -> None:
        self._answers = answers
        super().__init__()
        for own in theme.THEMES:
            self.register_theme(own)
        self.theme = options.theme or theme.DARK
        self.result: TuiResult | None = None
        self.on_ending: Callable[[], object] = lambda: None
        self._kind: Kind = "waiting" if options.skip_prejoin else "prejoin"
        actions = resolve(options.keys)
        self.set_keymap(dict(options.keys))
        names = Names()
        self.inbox = Inbox(self, names)
        self.bridge = Bridge(self.inbox.put, log, agent_command)
        path = pictures or own_path(paths.runtime_dir())
        pictures_as = pictures_as or PictureSettings()
        choice = PictureChoice(pictures_as)
        self.feed = VideoFeed(path, self.bridge.call, choice)
        self.plane = VideoPlane(self, Pacer(pictures_as.budget_bytes_per_s))
        self._pace = Pace(self)
        self._ticker = Ticker(self._pace, self.feed, self.plane)
        self.session = Session(options, self.bridge, self, path)
        shared = (self.session, self.bridge, self.feed, actions, choice, self.plane, names)
        self.context = Context(*shared)

    def get_driver_class(self) -> type[Driver]:
        return with_releases(super().get_driver_class(), self._answers)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.VARIABLES

    @property
    def actions(self) -> Sequence[Action]:
        """The table with the user's keys in it."""
        return self.context.actions

    @property
    def base_screen(self) -> BaseScreen:
        """The screen between Textual's blank one and any dialogs."""
        screen = self.screen_stack[1]
        assert isinstance(screen, BaseScreen)
        return screen

    @property
    def _has_screen(self) -> bool:
        """Whether there is one; timers and the terminal speak before there is and after."""
        return len(self.screen_stack) > 1

    # --- life ---

    async def on_mount(self) -> None:
        await self.push_screen(self._make(self._kind))
        # The other processes take the processors a while: the first screen is drawn before.
        self.call_after_refresh(self._start_others)

    def _start_others(self) -> None:
        self.feed.open()
        self.run_worker(self._ticker.run(), group="pictures")
        self.set_interval(_ASK_EVERY_S, self._ask_for_pictures)
        self.set_interval(_LOOK_AT_SERVER_EVERY_S, self._mind_server)
        self.run_worker(self.session.prepare(), group="server")
        self.run_worker(self.bridge.run(), name="agent", group="agent")

    def on_resize(self, event: events.Resize) -> None:
        self._mind_size(event.size)

    def on_unmount(self) -> None:
        self._pace.close()
        self.plane.close()
        self.feed.close()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self.plane.key_pressed()
        await super().on_event(event)

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        self.plane.on_cursor_position(event.x, event.y, event.time)

    def on_app_blur(self) -> None:
        if self._has_screen:
            self.base_screen.keys_went_away()

    def on_key_released(self, message: KeyReleased) -> None:
        if self._has_screen:
            (self.screen.focused or self.screen).post_message(KeyUp(message.key))

    def on_end_wanted(self, message: EndWanted) -> None:
        self.finish(message.result)

    def action_leave(self) -> None:
        """Leave at once, whatever is shown."""
        self.run_worker(self.session.leave(), group="leave")

    async def action_quit(self) -> None:
        self.action_leave()

    def action_help_quit(self) -> None:
        self.notify("Press q to leave, or ctrl+q from anywhere.", markup=False)

    def action_command_palette(self) -> None:
        """Open the command palette, unless it is open or there is no room for it."""
        if not any(isinstance(s, CommandPalette | TooSmallScreen) for s in self.screen_stack):
            # Without an id: the one that was closed just now may not be gone yet.
            self.push_screen(CommandPalette())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer in the command palette what can be done on the screen beneath it."""
        if isinstance(screen, BaseScreen):
            yield from screen.palette_commands()

    # --- the session's stage ---

    def show_waiting(self) -> None:
        self._want("waiting")

    def show_meeting(self) -> None:
        self._want("meeting")

    def devices_listed(self, devices: DeviceList) -> None:
        self.base_screen.devices_listed(devices)

    def devices_opened(self, opened: OpenedDevices) -> None:
        self.base_screen.devices_opened(opened)

    async def choose_meeting(self, choices: Sequence[str]) -> str | None:
        """Let the person choose one of several meetings, or none; call it in a worker."""
        from proconf_tui.tui.screens.confirm import Choice, ConfirmScreen

        rows = [
            Choice(str(number) if number <= 9 else "", chosen, one_line(chosen, 48))
            for number, chosen in enumerate(choices, 1)
        ]
        return await self.push_screen_wait(
            ConfirmScreen("Which meeting?", "Several are running. Choose the one to join.", rows)
        )

    def finish(self, result: TuiResult) -> None:
        """Say goodbye to the agent, then end with this result; the first result counts."""
        if self.result is None:
            self.result = result
            self.on_ending()
            self.run_worker(self._finish(), group="finish")

    async def _finish(self) -> None:
        await asyncio.gather(self.bridge.stop(), self._ticker.stop())
        self.exit()

    # --- screens ---

    def _want(self, kind: Kind) -> None:
        if kind != self._kind:
            self._kind = kind
            self.post_message(ScreenWanted(kind))

    async def on_screen_wanted(self, message: ScreenWanted) -> None:
        if message.kind != self._kind or self.result is not None:
            return
        while len(self.screen_stack) > 2:
            await self.pop_screen()
        await self.switch_screen(self._make(message.kind))
        self._mind_size(self.size)

    def _make(self, kind: Kind) -> BaseScreen:
        # Each screen is imported when it is shown: the first paint waits for one only.
        if kind == "prejoin":
            from proconf_tui.tui.screens.prejoin import PrejoinScreen

            return PrejoinScreen(self.context)
        if kind == "meeting" and self.session.snapshot is not None:
            from proconf_tui.tui.screens.meeting import MeetingScreen

            return MeetingScreen(self.context, self.session.snapshot)
        from proconf_tui.tui.screens.lobby import LobbyScreen

        return LobbyScreen(self.context)

    def _mind_size(self, size: Size) -> None:
        shown = [screen for screen in self.screen_stack if isinstance(screen, TooSmallScreen)]
        if is_too_small(size) and not shown:
            self.push_screen(TooSmallScreen())
        for screen in shown:
            screen.go_if_needless(size)

    def _mind_server(self) -> None:
        if (problem := self.session.options.server_problem()) is not None:
            self.finish(TuiResult(outcome.ERROR, problem))

    def _ask_for_pictures(self) -> None:
        if not self._has_screen:
            return
        self.feed.watch(self.base_screen.wanted_tiles())
        self.feed.mind_stalls(time.monotonic())
        if (request := self.feed.settled()) is not None:
            # Keys do not wait for an agent that hangs.
            self.run_worker(self.feed.ask(request), group="asking")

    # --- what the bridge tells ---

    async def on_events_due(self, message: EventsDue) -> None:
        events = self.inbox.take()
        if self.result is None:
            await deliver(events, self.session, self.feed, self)
            self.inbox.ask_for_turn()

    def on_agent_restarting(self, message: AgentRestarting) -> None:
        self.session.agent_stopped(is_by_key=self.base_screen.is_talking_by_key)
        self.base_screen.agent_stopped()

    def on_agent_gone(self, message: AgentGone) -> None:
        self.finish(TuiResult(outcome.ERROR, message.sentence))
