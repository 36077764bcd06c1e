"""Events of the control link wait for their turn, then go to the session and the screen in sight.

Who gets what stands in a handler table.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from textual.message import Message
from textual.worker import Worker

from proconf_tui.control.events import Event, RoomAwaiting, RoomClosed, RoomJoinedFailed
from proconf_tui.control.screen import (
    AgentFailed,
    AgentReady,
    DeviceLost,
    RoomSnapshot,
    SeatKept,
)
from proconf_tui.control.sound import DeviceReturned
from proconf_tui.tui.arrivals import MOST_AT_ONCE, Arrivals, Turns
from proconf_tui.tui.messages import AgentEvent, EventsDue
from proconf_tui.tui.names import Names
from proconf_tui.tui.screens.base import BaseScreen
from proconf_tui.tui.session import Session
from proconf_tui.tui.video.feed import VideoFeed


class Host(Protocol):
    """The part of the app that is needed here."""

    @property
    def base_screen(self) -> BaseScreen: ...

    def run_worker(self, work: Awaitable[None], *, group: str) -> Worker[None]: ...


class App(Protocol):
    """What tells the app that it is somebody's turn."""

    def post_message(self, message: Message) -> bool: ...

    def set_timer(self, delay: float, callback: Callable[[], object]) -> object: ...


class Inbox:
    """Takes what the bridge says; each `EventsDue` is a turn of the app to `take` some of it.

    Names are learned when they come: those who have left since are told of by name too.
    """

    def __init__(self, app: App, names: Names) -> None:
        self._app = app
        self._names = names
        self._arrivals = Arrivals()
        self._turns = Turns()
        self._is_turn_due = False

    def __len__(self) -> int:
        return len(self._arrivals)

    def put(self, message: Message) -> None:
        """Keep an event for its turn; whatever else is said follows all events before it."""
        if isinstance(message, AgentEvent):
            self._arrivals.put(message.event)
            self._names.hear(message.event)
            self.ask_for_turn()
            return
        for _ in range(0, len(self._arrivals), MOST_AT_ONCE):
            self._app.post_message(EventsDue())
        self._app.post_message(message)

    def ask_for_turn(self) -> None:
        """Let there be another turn, as soon as there may, if something waits."""
        if self._is_turn_due or not self._arrivals:
            return
        self._is_turn_due = True
        wait_s = self._turns.wait_s(time.monotonic())
        if wait_s > 0:
            self._app.set_timer(wait_s, lambda: self._app.post_message(EventsDue()))
        else:
            self._app.post_message(EventsDue())

    def take(self) -> list[Event]:
        """Return what is taken in this turn."""
        self._turns.take()
        self._is_turn_due = False
        return self._arrivals.take()


@dataclass(frozen=True, slots=True)
class _Delivery:
    session: Session
    feed: VideoFeed
    host: Host
    for_screen: list[Event]


async def deliver(events: Sequence[Event], session: Session, feed: VideoFeed, host: Host) -> None:
    """Hand each of these to whoever it is for, in their order.

    What the screen in sight is to show it gets all at once, after the others had theirs.
    """
    to = _Delivery(session, feed, host, [])
    for event in events:
        _HANDLERS.get(type(event), _show)(event, to)
    if to.for_screen:
        await host.base_screen.show_all(to.for_screen)


def _show(event: Event, to: _Delivery) -> None:
    to.for_screen.append(event)


def _agent_is_ready(event: AgentReady, to: _Delivery) -> None:
    to.feed.forget_agent()
    to.host.run_worker(to.session.agent_is_ready(), group="session")


def _snapshot(event: RoomSnapshot, to: _Delivery) -> None:
    to.session.snapshot_came(event)
    if to.session.snapshot is event:
        _show(event, to)


def _awaiting(event: RoomAwaiting, to: _Delivery) -> None:
    to.session.awaiting_came(event)
    to.host.base_screen.show_awaiting(event)


def _seat(event: SeatKept, to: _Delivery) -> None:
    to.session.seat_came(event)


def _closed(event: RoomClosed, to: _Delivery) -> None:
    to.session.closing_came(event)


def _device_lost(event: DeviceLost, to: _Delivery) -> None:
    to.session.equipment.device_lost(event)
    _show(event, to)


def _device_returned(event: DeviceReturned, to: _Delivery) -> None:
    to.session.equipment.device_returned(event)
    _show(event, to)


def _nothing(event: Event, to: _Delivery) -> None:
    """Leave it to the answer of the call, or to the bridge."""


_HANDLERS: Final[dict[type[Event], Callable[[Any, _Delivery], None]]] = {
    AgentReady: _agent_is_ready,
    AgentFailed: _nothing,
    RoomSnapshot: _snapshot,
    SeatKept: _seat,
    DeviceLost: _device_lost,
    DeviceReturned: _device_returned,
    RoomAwaiting: _awaiting,
    RoomClosed: _closed,
    RoomJoinedFailed: _nothing,
}
