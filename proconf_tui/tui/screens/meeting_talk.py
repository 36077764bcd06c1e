"""What one says and shows: chat to all and to one, ``/`` commands, reactions."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

from textual import work

from proconf_tui.control.commands import React, SendData
from proconf_tui.control.screen import BlockedInfo, LobbyPeerInfo, PeerInfo, RoomSnapshot
from proconf_tui.errors import ConfigError, ProconfError
from proconf_tui.protocol.ids import CHAT_LABEL
from proconf_tui.tui import slash
from proconf_tui.tui.people import addressed, blocked_named, named
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.meeting_events import MeetingEvents
from proconf_tui.tui.screens.meeting_moderation import ModerationActions
from proconf_tui.tui.screens.react import ReactScreen
from proconf_tui.tui.widgets.chat import ChatPane, Conversation, Pending


class TalkActions(MeetingEvents, ModerationActions):
    """The chat pane's entries, and the palette of reactions."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context, snapshot)
        self._numbers = itertools.count()
        self._unsent: dict[int, Pending] = {}
        self._held: set[int] = set()

    def do_react(self) -> None:
        self._react()

    def on_chat_pane_entered(self, event: ChatPane.Entered) -> None:
        try:
            meaning = slash.parse(event.text)
        except ConfigError as error:
            self.tell(error.message, "warning")
            return
        if isinstance(meaning, slash.Say):
            self._say(event.text, meaning.text)
        elif isinstance(meaning, slash.SayTo):
            self._say_to(event.text, meaning.line)
        elif isinstance(meaning, slash.Perform):
            self.action_perform(meaning.action)
        elif not self.am_moderator:
            self.tell("Only moderators can do that.", "warning")
        elif isinstance(meaning, slash.SetLock):
            self.set_lock(is_locked=meaning.is_locked)
        else:
            self._perform_on(meaning)

    def show_chat(self) -> None:
        if not self.is_attached:
            return
        if self.is_away:
            self._held |= self._unsent.keys()
        held = [line for number, line in self._unsent.items() if number in self._held]
        self.chat_pane.show(
            Conversation(self.snapshot.chat, self.my_id, self.context.names, self.gaps, held)
        )

    # --- saying ---

    def _say(self, entered: str, text: str, to: PeerInfo | None = None) -> None:
        self.run_worker(self._sending(entered, text, to), group="chat")

    def _say_to(self, entered: str, line: str) -> None:
        found, text = addressed(self.snapshot, line, self.name_of)
        if not self._is_one(found, line.split(maxsplit=1)[0]):
            return
        if not text:
            self.tell(
                f"Say what {self.name_of(found[0].peer_id)} is to read: /to NAME TEXT", "warning"
            )
            return
        self._say(entered, text, found[0])

    async def _sending(self, entered: str, text: str, to: PeerInfo | None) -> None:
        number = next(self._numbers)
        self._unsent[number] = Pending(text, self.name_of(to.peer_id) if to else None)
        self.show_chat()
        command = SendData(text, to=[to.peer_id] if to else "*", label=CHAT_LABEL)
        try:
            # However long the connection takes to come back: it ends with it, or with the agent.
            await self.context.bridge.call(command, timeout_s=None)
        except ProconfError as error:
            if self.is_attached:
                self.tell(f"Not sent: {error.message}", "warning")
                self.chat_pane.give_back(entered)
        finally:
            del self._unsent[number]
            self._held.discard(number)
            self.show_chat()

    @work(group="dialog", exclusive=True)
    async def _react(self) -> None:
        emoji = await self.app.push_screen_wait(ReactScreen())
        if emoji is None:
            return
        if self.is_away:
            self.tell_away()
            return
        try:
            await self.context.bridge.call(React(emoji))
        except ProconfError as error:
            self.tell(error.message, "warning")
        else:
            self.reacted(self.my_id, emoji, time.monotonic())

    # --- commands with a name ---

    def _perform_on(self, meaning: slash.PerformOn) -> None:
        found = self._meant(meaning)
        if self._is_one(found, meaning.name):
            getattr(self, meaning.action)(found[0])

    def _meant(self, meaning: slash.PerformOn) -> Sequence[PeerInfo | LobbyPeerInfo | BlockedInfo]:
        if meaning.action == "unblock":
            return blocked_named(self.snapshot, meaning.name)
        kind = LobbyPeerInfo if meaning.action in ("admit", "deny") else PeerInfo
        return [
            peer
            for peer in named(self.snapshot, meaning.name, self.name_of)
            if isinstance(peer, kind)
        ]

    def _is_one(self, found: Sequence[object], name: str) -> bool:
        if len(found) == 1:
            return True
        who = "Nobody here is" if not found else "Several people are"
        self.tell(f"{who} called {name!r}.", "warning")
        return False
