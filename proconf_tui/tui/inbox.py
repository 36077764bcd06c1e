"""Events of the control link → the session and the screen in sight; a handler table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from textual.worker import Worker

from proconf_tui.control.events import Event, RoomAwaiting, RoomClosed, RoomJoinedFailed
from proconf_tui.control.screen import (
    AgentFailed,
    AgentReady,
    DeviceLost,
    Levels,
    RoomSnapshot,
    SeatKept,
)
from proconf_tui.control.sound import DeviceReturned
from proconf_tui.tui.screens.base import BaseScreen
from proconf_tui.tui.session import Session
from proconf_tui.tui.video.feed import VideoFeed


class Host(Protocol):
    """The part of the app that is needed here."""

    @property
    def base_screen(self) -> BaseScreen: ...

    def run_worker(self, work: Awaitable[None], *, group: str) -> Worker[None]: ...


@dataclass(frozen=True, slots=True)
class _Delivery:
    session: Session
    feed: VideoFeed
    host: Host


async def deliver(event: Event, session: Session, feed: VideoFeed, host: Host) -> None:
    """Hand ``event`` to whoever it is for; what has no handler is for the screen in sight."""
    handler = _HANDLERS.get(type(event))
    if handler is None:
        await host.base_screen.show_event(event)
    else:
        await handler(event, _Delivery(session, feed, host))


async def _agent_is_ready(event: AgentReady, to: _Delivery) -> None:
    to.feed.forget_agent()
    to.host.run_worker(to.session.agent_is_ready(), group="session")


async def _snapshot(event: RoomSnapshot, to: _Delivery) -> None:
    to.session.snapshot_came(event)
    if to.session.snapshot is event:
        await to.host.base_screen.show_snapshot(event)


async def _levels(event: Levels, to: _Delivery) -> None:
    await to.host.base_screen.show_levels(event)


async def _awaiting(event: RoomAwaiting, to: _Delivery) -> None:
    to.session.awaiting_came(event)
    to.host.base_screen.show_awaiting(event)


async def _seat(event: SeatKept, to: _Delivery) -> None:
    to.session.seat_came(event)


async def _closed(event: RoomClosed, to: _Delivery) -> None:
    to.session.closing_came(event)


async def _device_lost(event: DeviceLost, to: _Delivery) -> None:
    to.session.equipment.device_lost(event)
    await to.host.base_screen.show_event(event)


async def _device_returned(event: DeviceReturned, to: _Delivery) -> None:
    to.session.equipment.device_returned(event)
    await to.host.base_screen.show_event(event)


async def _nothing(event: Event, to: _Delivery) -> None:
    """Leave it to the answer of the call, or to the bridge."""


_HANDLERS: Final[dict[type[Event], Callable[[Any, _Delivery], Awaitable[None]]]] = {
    AgentReady: _agent_is_ready,
    AgentFailed: _nothing,
    RoomSnapshot: _snapshot,
    Levels: _levels,
    SeatKept: _seat,
    DeviceLost: _device_lost,
    DeviceReturned: _device_returned,
    RoomAwaiting: _awaiting,
    RoomClosed: _closed,
    RoomJoinedFailed: _nothing,
}
