"""The way through a meeting: agent, devices, joining, waiting, being in, and again after a crash.

It owns what must survive a crash of the agent (equipment, seat, volumes), and tells a `Stage` what
to show. It knows no widget and no key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from proconf_tui.control.commands import AttachScreen, Close, Command, Seat
from proconf_tui.control.events import RoomAwaiting, RoomClosed
from proconf_tui.control.screen import DeviceList, OpenedDevices, RoomSnapshot, SeatKept
from proconf_tui.errors import AmbiguousMeeting, ProconfError
from proconf_tui.protocol.ids import Label
from proconf_tui.tui import outcome
from proconf_tui.tui.bridge import AgentStopped, Bridge
from proconf_tui.tui.entry import entry_of, with_choice
from proconf_tui.tui.equipment import Choices, Equipment
from proconf_tui.tui.options import TuiOptions, TuiResult
from proconf_tui.tui.people import is_live
from proconf_tui.tui.volumes import Volumes

_log = logging.getLogger(__name__)


class Stage(Protocol):
    """What can be shown; the app."""

    def show_waiting(self) -> None: ...

    def show_meeting(self) -> None: ...

    def devices_listed(self, devices: DeviceList) -> None: ...

    def devices_opened(self, opened: OpenedDevices) -> None: ...

    async def choose_meeting(self, choices: Sequence[str]) -> str | None:
        """Let the person choose one of several meetings, or none."""

    def finish(self, result: TuiResult) -> None: ...


class Session:
    """One person's way; its coroutines run on the screen's loop, one after the other."""

    def __init__(self, options: TuiOptions, bridge: Bridge, stage: Stage, pictures: Path) -> None:
        self.options = options
        chosen = Choices(options.name, options.mic, options.camera, options.speaker)
        self.equipment = Equipment(bridge, chosen, options.processing, stage.devices_opened)
        self.snapshot: RoomSnapshot | None = None
        self.awaiting: RoomAwaiting | None = None
        self.is_joining = options.skip_prejoin
        self.is_leaving = False
        self._bridge = bridge
        self._stage = stage
        self._pictures = pictures
        self._seat: Seat | None = None
        self._volumes = Volumes()
        self._can_enter = False
        self._is_choosing = False
        self._is_hushed = False

    @property
    def room_name(self) -> str | None:
        """The room's name as far as it is known."""
        return self.snapshot.room_id if self.snapshot else self.options.room

    async def prepare(self) -> None:
        """Start what takes its time: the server of our own; end the program if it cannot."""
        try:
            await self._find_server()
        except ProconfError as error:
            self._stage.finish(outcome.of_error(error))

    async def agent_is_ready(self) -> None:
        """Bring a fresh agent to where the last one was."""
        self._can_enter = False
        try:
            await self._bridge.call(AttachScreen(str(self._pictures)))
            await self.equipment.open()
            if self.equipment.devices is None:
                self._stage.devices_listed(await self.equipment.list_devices())
        except AgentStopped:
            return
        except ProconfError as error:
            self._stage.finish(outcome.of_error(error))
            return
        self._can_enter = True
        if self.is_joining:
            await self._enter()

    def agent_stopped(self, *, is_by_key: bool = False) -> None:
        """Wait for the next agent to be ready; who talked ``is_by_key`` is silent with it."""
        self._can_enter = False
        self._is_hushed = self._is_hushed or is_by_key
        self._volumes.agent_stopped(self.snapshot)

    async def join(self, choices: Choices) -> None:
        """Go in with these choices; the person has asked for it."""
        await self.equipment.choose(choices)
        self.is_joining = True
        self._stage.show_waiting()
        await self._enter()

    async def leave(self, *, end_for_all: bool = False) -> None:
        """Leave the meeting, or end it, or stop waiting; then end the program."""
        if self.is_leaving:
            return
        self.is_leaving = True
        result = outcome.LEFT
        if self.snapshot is not None and self.snapshot.me is not None:
            try:
                await self._bridge.call(Close("CLOSED" if end_for_all else "LEFT"), timeout_s=2.0)
            except ProconfError as error:
                _log.warning("leaving: %s", error)
                result = outcome.of_leaving(error) if end_for_all else result
        self._stage.finish(result)

    async def _enter(self) -> None:
        # Once for each agent, and not before its devices are open: `agent_is_ready` comes back.
        if not self._can_enter or self._is_choosing:
            return
        self._can_enter = False
        try:
            await self._bridge.call(await self._entry(), timeout_s=None)
        except AgentStopped:
            return
        except AmbiguousMeeting as error:
            await self._choose(error)
        except ProconfError as error:
            if not self.is_leaving:
                self._stage.finish(outcome.of_error(error))

    async def _choose(self, error: AmbiguousMeeting) -> None:
        """Ask which of several meetings is meant, and go into that one."""
        if not error.choices:
            self._stage.finish(outcome.of_error(error))
            return
        # The agent may stop meanwhile; the next one may then go in.
        self._is_choosing, self._can_enter = True, True
        try:
            chosen = await self._stage.choose_meeting(error.choices)
        finally:
            self._is_choosing = False
        if chosen is None:
            await self.leave()
            return
        self.snapshot, self.options = None, with_choice(self.options, chosen)
        await self._enter()

    async def _entry(self) -> Command:
        options, choices = self.options, self.equipment.choices
        url = await self._find_server()
        chosen = replace(
            options,
            room=self.room_name,
            name=choices.name,
            mic=choices.microphone,
            camera=choices.camera,
        )
        return entry_of(chosen, url, self._seat, self._sent())

    def _sent(self) -> Collection[Label]:
        """Return what to send: in a kept seat only what was sent from it last."""
        me = self.snapshot.me if self.snapshot else None
        if self._seat is None or me is None:
            return ("audio", "video")
        live = [label for label, state in me.streams.items() if state == "live"]
        return [label for label in live if not (label == "audio" and self._is_hushed)]

    async def _find_server(self) -> str | None:
        # In a thread: it blocks until a server of our own is there, which may still be starting.
        return await asyncio.to_thread(self.options.find_server)

    # --- what the agent tells ---

    def snapshot_came(self, snapshot: RoomSnapshot) -> None:
        """Show the screen that the room's state asks for."""
        if snapshot.state in ("idle", "left", "closed", "failed"):
            return
        if self.snapshot is not None and snapshot.me is None and self._seat is not None:
            return  # a new agent on its way back; the last known room stays in sight
        self.snapshot = snapshot
        self._is_hushed = self._is_hushed and is_live(snapshot.me, "audio")
        for command in self._volumes.restore(snapshot):
            self._bridge.send(command)
        if snapshot.me is not None:
            self._stage.show_meeting()
        elif self.is_joining:
            self._stage.show_waiting()

    def awaiting_came(self, event: RoomAwaiting) -> None:
        """Remember why one waits."""
        self.awaiting = event
        self._stage.show_waiting()

    def seat_came(self, event: SeatKept) -> None:
        """Remember what a new agent needs to take the seat again."""
        self._seat = Seat(event.peer_id, event.resume_key)

    def closing_came(self, event: RoomClosed) -> None:
        """End the program with the reason."""
        if not self.is_leaving:
            self._stage.finish(outcome.of_closing(event))
