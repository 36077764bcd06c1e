"""The meeting: video, people, lobby, events and chat, with a header and the keys that work."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import events as textual_events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal

from proconf_tui.control.commands import SendData
from proconf_tui.control.events import Event, RoomControlsUpdated
from proconf_tui.control.screen import (
    ControlsInfo,
    Levels,
    LobbyPeerInfo,
    PeerInfo,
    RoomSnapshot,
)
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui import slash
from proconf_tui.tui.announcements import Announcement, announce, announce_controls
from proconf_tui.tui.bindings import ACTIONS, for_footer
from proconf_tui.tui.people import named, people, waiting
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.meeting_moderation import ModerationActions
from proconf_tui.tui.screens.meeting_own import OwnActions
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
from proconf_tui.tui.words import name_of


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


def _controls_of(event: RoomControlsUpdated) -> ControlsInfo:
    return ControlsInfo(
        event.room_locked,
        event.allow_produce,
        event.allow_produce_sources,
        event.allow_consume,
        event.allow_send_data,
    )


class MeetingScreen(ViewActions, OwnActions, ModerationActions):
    """Shows the newest snapshot; every key is an action of the table."""

    CSS_PATH = "meeting.tcss"
    AUTO_FOCUS = "#people"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012 - Textual's own name
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - Textual's own name
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context, snapshot)
        self._levels = Levels(None, {})
        self._names: dict[PeerId, str] = {}
        self._knocked: set[PeerId] = set()
        self._told_controls = snapshot.controls

    def compose(self) -> ComposeResult:
        yield MeetingHeader()
        with Horizontal(id="body"):
            yield VideoGrid()
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
        if self.snapshot.invite_url is not None:
            self._announce(Announcement("Press i to invite people", "good"))

    # --- what comes from the agent ---

    async def show_snapshot(self, snapshot: RoomSnapshot) -> None:
        self.snapshot = snapshot
        self._names |= {peer.peer_id: name_of(peer.name) for peer in snapshot.peers}
        self._names |= {peer.peer_id: name_of(peer.name) for peer in snapshot.lobby}
        if snapshot.state == "connected":
            self.query_one(MeetingHeader).warn("")
        self.query_one(MeetingHeader).show(snapshot)
        self._show_lobby(snapshot)
        my_id = snapshot.me.peer_id if snapshot.me else None
        self.chat_pane.show(snapshot.chat, my_id)
        await self._show_people()
        await self._show_keys()

    async def show_levels(self, levels: Levels) -> None:
        self._levels = levels
        await self._show_people()

    async def show_event(self, event: Event) -> None:
        announcement = self._announcement_of(event)
        if announcement is not None:
            self._announce(announcement)

    def agent_stopped(self) -> None:
        self.query_one(MeetingHeader).warn("media restarting…")
        self._announce(
            Announcement("The media process stopped; restarting…", "warning", is_urgent=True)
        )

    def wanted_tiles(self) -> dict[Wanted, VideoTile]:
        # Timers also run while the screen is being made or taken away.
        return next((grid.tiles() for grid in self.query(VideoGrid)), {})

    # --- what the person does ---

    def action_perform(self, name: str, *arguments: int) -> None:
        """Carry out an action of the table, or say why it is not for this person."""
        action = self.action_named(name)
        if action.moderators_only and not self.am_moderator:
            self.tell(f"Only moderators can do that ({action.label}).", "warning")
            return
        getattr(self, f"do_{name}")(*arguments)

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        self.action_perform(event.action)

    def on_tile_frame_clicked(self, event: TileFrame.Clicked) -> None:
        self.people_pane.select(event.peer_id)
        if event.count == 2:
            self.grid.pin(event.peer_id)

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        if event.row_list is self.people_pane:
            await self._show_people()

    def on_chat_input_done(self, event: ChatInput.Done) -> None:
        self.focus_pane("people")

    def on_chat_pane_entered(self, event: ChatPane.Entered) -> None:
        try:
            meaning = slash.parse(event.text)
        except ConfigError as error:
            self.tell(error.message, "warning")
            return
        if isinstance(meaning, slash.Say):
            self.send(SendData(meaning.text, label="chat"))
        elif isinstance(meaning, slash.Perform):
            self.action_perform(meaning.action)
        elif not self.am_moderator:
            self.tell("Only moderators can do that.", "warning")
        elif isinstance(meaning, slash.SetLock):
            self.set_lock(is_locked=meaning.is_locked)
        else:
            self._perform_on(meaning)

    async def on_descendant_focus(self, event: textual_events.DescendantFocus) -> None:
        await self._show_keys()

    def on_click(self, event: textual_events.Click) -> None:
        # Events and chat share a place where the screen is low; a click on its border changes them.
        if event.widget is not None and event.widget.id in ("events", "chat") and event.y == 0:
            self.focus_pane("events" if event.widget.id == "chat" else "chat")

    # --- inside ---

    def _perform_on(self, meaning: slash.PerformOn) -> None:
        kind = LobbyPeerInfo if meaning.action in ("admit", "deny") else PeerInfo
        found = [peer for peer in named(self.snapshot, meaning.name) if isinstance(peer, kind)]
        if len(found) != 1:
            what = "Nobody here is" if not found else "Several people are"
            self.tell(f"{what} called {meaning.name!r}.", "warning")
            return
        getattr(self, meaning.action)(found[0])

    def _show_lobby(self, snapshot: RoomSnapshot) -> None:
        knocking = waiting(snapshot)
        self.lobby_pane.set_class(not self.am_moderator, "-none")
        self.lobby_pane.show(knocking)
        new = [peer for peer in knocking if peer.peer_id not in self._knocked]
        self._knocked = {peer.peer_id for peer in knocking}
        for peer in new:
            self._announce(
                Announcement(f"{name_of(peer.name)} asks to be let in", "warning", is_urgent=True)
            )
        if new:
            self.app.bell()

    async def _show_people(self) -> None:
        everybody = people(self.snapshot, self._levels.microphone_dbfs, self._levels.peers_dbfs)
        self.people_pane.show(everybody)
        selected = self.people_pane.selected
        await self.grid.show(everybody, selected.peer_id if selected else None)

    async def _show_keys(self) -> None:
        actions = for_footer(
            self.context.actions,
            is_moderator=self.am_moderator,
            pane=self.pane,
            has_lobby=bool(waiting(self.snapshot)),
            has_others=bool(self.snapshot.peers),
        )
        await self.query_one(KeyBar).show(actions)

    def _announcement_of(self, event: Event) -> Announcement | None:
        if isinstance(event, RoomControlsUpdated):
            # Not the snapshot's: the newest of those may have come before the event.
            before, self._told_controls = self._told_controls, _controls_of(event)
            return announce_controls(before, self._told_controls)
        my_id = self.snapshot.me.peer_id if self.snapshot.me else None
        return announce(event, self._name_of, my_id)

    def _announce(self, announcement: Announcement) -> None:
        self.query_one(EventsPane).announce(announcement, time.time())
        if announcement.is_urgent:
            is_calm = announcement.tone in ("plain", "good")
            self.tell(announcement.text, "information" if is_calm else "warning")

    def _name_of(self, peer_id: PeerId) -> str:
        return self._names.get(peer_id, "Somebody")

    def _tick(self) -> None:
        for header in self.query(MeetingHeader):
            header.tick()
        for lobby in self.query(LobbyPane):
            lobby.tick()
