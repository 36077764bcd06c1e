"""Has the others see no picture while one's own camera is lost, instead of the last one.

The stream is paused meanwhile and not closed: one has not turned the camera off. It knows neither
cameras nor what becomes of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from proconf_tui.agent.devices import Devices
from proconf_tui.errors import ProconfError
from proconf_tui.sdk import Room
from proconf_tui.sdk.tasks import Tasks

_log = logging.getLogger(__name__)

_IN: Final = ("connected", "reconnecting")


class OwnCamera:
    """Tells the room that ``find_room`` finds how the camera of ``devices`` fares."""

    def __init__(self, devices: Devices, find_room: Callable[[], Room | None]) -> None:
        self._devices = devices
        self._find_room = find_room
        self._tasks = Tasks()

    def look_soon(self) -> None:
        """Do as `look` does, in a task of its own."""
        self._tasks.start(self.look(), "own camera")

    async def look(self) -> None:
        """Tell the room whether there are pictures, if it knows that otherwise."""
        room = self._find_room()
        if room is None or room.state not in _IN:
            return
        peer, is_lost = room.local_peer, self._devices.is_lost("camera")
        try:
            await (peer.pause("video") if is_lost else peer.resume("video"))
        except ProconfError as error:
            _log.warning("the room is told of the camera later: %s", error)

    async def aclose(self) -> None:
        """Tell no more."""
        await self._tasks.aclose()
