"""The meeting: video, people, lobby, events and chat, with a header and the keys that work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events as textual_events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal

from proconf_tui.control.events import Event
from proconf_tui.control.screen import Levels, RoomSnapshot
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.bindings import ACTIONS, WRITING, for_footer
from proconf_tui.tui.people import Person, people, waiting
from proconf_tui.tui.screens.live_dialog import LiveDialog
from proconf_tui.tui.screens.meeting_own import OwnActions
from proconf_tui.tui.screens.meeting_talk import TalkActions
from proconf_tui.tui.screens.meeting_view import ViewActions
from proconf_tui.tui.video.feed import Wanted
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.grid import VideoGrid
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.widgets.chat import ChatInput, ChatPane
from proconf_tui.tui.widgets.events_pane import EventsPane
from proconf_tui.tui.widgets.header import MeetingHeader
from proconf_tui.tui.widgets.key_bar import KeyBar
from proconf_tui.tui.widgets.lobby import LobbyPane
from proconf_tui.tui.widgets.participants import ParticipantsPane
from proconf_tui.tui.widgets.row_list import RowList
from proconf_tui.tui.widgets.statistics import StatisticsPanel


def _bindings() -> list[BindingType]:
    bindings: list[BindingType] = []
    for action in ACTIONS:
        if action.name == "pin":
            bindings += [
                Binding(key, f"perform('pin', {key})", show=False) for key in action.key_names
            ]
        else:
            target = f"perform('{action.name}')"
            bindings.append(Binding(action.keys, target, show=False, id=action.name))
    return bindings


class MeetingScreen(ViewActions, OwnActions, TalkActions):
    """Shows the newest snapshot; every key is an action of the table."""

    CSS_PATH = "meeting.tcss"
    AUTO_FOCUS = "#people"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012 - Textual's own name
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - Textual's own name
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def compose(self) -> ComposeResult:
        yield MeetingHeader()
        with Horizontal(id="body"):
            with Container(id="stage"):
                yield VideoGrid(self.context.pictures)
                yield StatisticsPanel(
                    self.ask_statistics, self._names_in_order, self.ask_server, self.pictures_rows
                )
            with Container(id="side"):
                with Container(id="who"):
                    yield ParticipantsPane()
                    yield LobbyPane()
                    yield EventsPane()
                yield ChatPane()
        yield KeyBar()

    async def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        await self.show_snapshot(self.snapshot)
        self.tell_problems()
        if self.snapshot.invite_url is not None:
            self.announce(Announcement("Press i to invite people", "good"))

    # --- what comes from the agent ---

    async def show_all(self, events: Sequence[Event]) -> None:
        before, is_due = self.snapshot, False
        self._is_taking = True
        try:
            for event in events:
                is_due = self._take_in(event) or is_due
        finally:
            self._is_taking = False
        self.announce_all()
        if self.snapshot is not before:
            await self._draw()
        elif is_due:
            await self.show_people()

    async def show_snapshot(self, snapshot: RoomSnapshot) -> None:
        self._know(snapshot)
        await self._draw()

    def _take_in(self, event: Event) -> bool:
        """Take in an event; return whether people are to be drawn anew for it."""
        if isinstance(event, RoomSnapshot):
            self._know(event)
        elif isinstance(event, Levels):
            self.show_level(event)
            return self.take_levels(event)
        else:
            self.take(event)
        return True

    def _know(self, snapshot: RoomSnapshot) -> None:
        self.snapshot = snapshot
        self.context.names.snapshot(snapshot)
        self.know_sound()
        self.know_door()

    async def _draw(self) -> None:
        """Show the newest snapshot."""
        snapshot = self.snapshot
        if snapshot.state == "connected":
            self.query_one(MeetingHeader).warn("")
        self.query_one(MeetingHeader).show(snapshot)
        self.lobby_pane.set_class(not self.am_moderator, "-none")
        self.lobby_pane.show(waiting(snapshot), self.name_of)
        self.show_chat()
        await self.show_people()
        await self._show_keys()
        for dialog in self.app.screen_stack:
            if isinstance(dialog, LiveDialog):
                dialog.show_snapshot(snapshot)

    def agent_stopped(self) -> None:
        self.mark_end()
        self.forget_sound()
        self.query_one(MeetingHeader).warn("media restarting…")
        self.announce(
            Announcement("The media process stopped; restarting…", "warning", is_urgent=True)
        )

    def wanted_tiles(self) -> dict[Wanted, VideoTile]:
        # Timers also run while the screen is being made or taken away.
        return next((grid.tiles() for grid in self.query(VideoGrid)), {})

    # --- what the person does ---

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        for action in WRITING:
            if action.name == event.action:
                character = action.shown_key if len(action.shown_key) == 1 else None
                self.app.post_message(textual_events.Key(action.key_names[0], character))
                return
        self.action_perform(event.action)

    def on_tile_frame_clicked(self, event: TileFrame.Clicked) -> None:
        self.people_pane.select(event.key.peer_id)
        if event.count == 2:
            self.grid.pin(event.key)

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        if event.row_list is self.people_pane:
            await self.show_people()
            await self._show_keys()

    def on_chat_input_done(self, event: ChatInput.Done) -> None:
        self.focus_pane("people")

    async def on_descendant_focus(self, event: textual_events.DescendantFocus) -> None:
        if isinstance(event.widget, ChatInput):
            self.talk_key.end()
        await self._show_keys()

    def on_click(self, event: textual_events.Click) -> None:
        # Events and chat share a place where the screen is low; a click on its border changes them.
        if event.widget is not None and event.widget.id in ("events", "chat") and event.y == 0:
            self.focus_pane("events" if event.widget.id == "chat" else "chat")

    # --- inside ---

    async def show_people(self) -> None:
        # A timer may ring while the screen is being taken away.
        if not self.query(VideoGrid):
            return
        self.levels_are_shown()
        everybody = self._people()
        self.people_pane.show(everybody)
        selected = self.people_pane.selected
        await self.grid.show(everybody, selected.peer_id if selected else None)

    def _people(self) -> list[Person]:
        return people(self.snapshot, self.passing, self.name_of)

    def _names_in_order(self) -> dict[PeerId, str]:
        return {one.peer_id: one.name for one in self._people()}

    async def _show_keys(self) -> None:
        actions = for_footer(
            self.context.actions,
            is_moderator=self.am_moderator,
            pane=self.pane,
            has_lobby=bool(waiting(self.snapshot)),
            has_other=self.other is not None,
            can_talk=self.can_talk,
        )
        await self.query_one(KeyBar).show(actions)

    def _tick(self) -> None:
        for header in self.query(MeetingHeader):
            header.tick()
        for lobby in self.query(LobbyPane):
            lobby.tick()
