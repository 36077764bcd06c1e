"""What the meeting remembers of what has happened: who reacts, who is lost, where a gap is.

One handler for each event that does more than to be told of; `announcements` has the words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from proconf_tui.control import events
from proconf_tui.control.screen import ChatInfo, ControlsInfo, Levels, RoomSnapshot
from proconf_tui.control.sound import SoundHint
from proconf_tui.protocol.ids import REACTION_LABEL, PeerId
from proconf_tui.tui import reactions
from proconf_tui.tui.announcements import (
    Announcement,
    announce,
    announce_controls,
    announce_reaction,
    announce_return,
)
from proconf_tui.tui.people import Passing
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.meeting_sound import SoundActions
from proconf_tui.tui.speaking import HELD_FOR_S, SpeakingHold
from proconf_tui.tui.widgets.events_pane import EventsPane
from proconf_tui.tui.words import SPEAKING_DBFS

HISTORY_GAP: Final = "HISTORY_GAP"
"""The code of the notification that something was missed for good."""

LEVELS_EVERY_S: Final = 0.125
"""Meters move no more often; each time costs what a slow line takes long for."""


class MeetingEvents(SoundActions):
    """Shows what happens."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context, snapshot)
        self.gaps: list[ChatInfo | None] = []
        self._levels = Levels(None, {})
        self._levels_shown_at = float("-inf")
        self._are_levels_due = False
        self._speaking = SpeakingHold[PeerId]()
        self._reactions = reactions.Reactions()
        self._is_reaction_look_due = False
        self._lost: set[PeerId] = set()
        self._told_controls = snapshot.controls
        self._said_last: ChatInfo | None = None
        self._handlers: dict[type[events.Event], Callable[[Any], Announcement | None]] = {
            events.ReceiveData: self._data,
            events.ConnectionQuality: self._quality,
            events.RoomControlsUpdated: self._controls,
            events.RoomReconnecting: self._reconnecting,
            events.RoomReconnected: self._reconnected,
            events.RoomNotification: self._notification,
            SoundHint: self.hint,
        }

    @property
    def my_id(self) -> PeerId | None:
        """Who I am, once that is known."""
        return self.snapshot.me.peer_id if self.snapshot.me else None

    @property
    def passing(self) -> Passing:
        """What is true of people at this moment."""
        levels = self._levels
        now = time.monotonic()
        return Passing(
            levels.microphone_dbfs,
            levels.peers_dbfs,
            self._reactions.shown(now),
            self._lost,
            self._speaking.speaking(now),
            self.talk_key.is_live,
            self.is_microphone_silent,
        )

    def take(self, event: events.Event) -> None:
        """Take in what has happened; nothing is drawn yet."""
        announcement = self._handlers.get(type(event), self._words_of)(event)
        if announcement is not None:
            self.announce(announcement)

    def take_levels(self, levels: Levels) -> bool:
        """Take in how loud everybody is; return whether that is to be drawn now."""
        self._levels = levels
        now = time.monotonic()
        if self._speaking.hear(_loud(levels, self.my_id), now):
            self.set_timer(HELD_FOR_S + 0.05, self.show_people)
        wait_s = self._levels_shown_at + LEVELS_EVERY_S - now
        if wait_s > 0 and not self._are_levels_due:
            self._are_levels_due = True
            self.set_timer(wait_s, self._show_newest_levels)
        return wait_s <= 0

    def levels_are_shown(self) -> None:
        """Remember that the newest are."""
        self._levels_shown_at = time.monotonic()

    async def _show_newest_levels(self) -> None:
        self._are_levels_due = False
        await self.show_people()

    def reacted(self, who: PeerId | None, emoji: str, now: float) -> None:
        """Show that somebody reacts."""
        if who is None or not self._reactions.take(who, emoji, now):
            return
        self.announce(announce_reaction(None if who == self.my_id else self.name_of(who), emoji))
        if not self._is_taking:
            self.call_later(self.show_people)
        self._mind_reactions(now)

    def _mind_reactions(self, now: float) -> None:
        """Look again when the first of those that are shown is over; one look waits at a time."""
        over_at = self._reactions.over_at(now)
        if over_at is not None and not self._is_reaction_look_due:
            self._is_reaction_look_due = True
            self.set_timer(over_at - now + 0.05, self._end_reactions)

    async def _end_reactions(self) -> None:
        self._is_reaction_look_due = False
        self._mind_reactions(time.monotonic())
        await self.show_people()

    def mark_end(self) -> None:
        """Remember where a gap would begin."""
        self._said_last = self.snapshot.chat[-1] if self.snapshot.chat else None

    def _words_of(self, event: events.Event) -> Announcement | None:
        return announce(event, self.name_of, self.my_id)

    def _data(self, event: events.ReceiveData) -> None:
        if event.label == REACTION_LABEL:
            self.reacted(event.from_, event.payload, time.monotonic())

    def _quality(self, event: events.ConnectionQuality) -> Announcement | None:
        is_known = event.peer_id in self._lost
        if event.quality == "lost":
            self._lost.add(event.peer_id)
            return None if is_known else self._words_of(event)
        self._lost.discard(event.peer_id)
        return announce_return(self.name_of(event.peer_id)) if is_known else None

    def _controls(self, event: events.RoomControlsUpdated) -> Announcement | None:
        # Not the snapshot's: the newest of those may have come before the event.
        before, self._told_controls = self._told_controls, _controls_of(event)
        return announce_controls(before, self._told_controls)

    def _reconnecting(self, event: events.RoomReconnecting) -> Announcement | None:
        self.mark_end()
        return self._words_of(event)

    def _reconnected(self, event: events.RoomReconnected) -> Announcement | None:
        # Who was lost meanwhile stands in the snapshot.
        self._lost.clear()
        return self._words_of(event)

    def _notification(self, event: events.RoomNotification) -> Announcement | None:
        if event.code != HISTORY_GAP:
            return self._words_of(event)
        self.gaps.append(self._said_last)
        self.announce_all()
        self.query_one(EventsPane).missed()
        self.tell(event.message, "warning")
        self.show_chat()
        return None


def _loud(levels: Levels, my_id: PeerId | None) -> set[PeerId]:
    dbfs = dict(levels.peers_dbfs)
    if my_id is not None and levels.microphone_dbfs is not None:
        dbfs[my_id] = levels.microphone_dbfs
    return {who for who, level in dbfs.items() if level > SPEAKING_DBFS}


def _controls_of(event: events.RoomControlsUpdated) -> ControlsInfo:
    return ControlsInfo(
        event.room_locked,
        event.allow_produce,
        event.allow_produce_sources,
        event.allow_consume,
        event.allow_send_data,
    )
