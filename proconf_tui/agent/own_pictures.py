"""Has the others see no picture while one's own camera or film is lost, instead of the last one.

The stream is paused meanwhile and not closed: one has not turned it off. It knows neither sources
nor what becomes of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from proconf_tui.agent.devices import Devices
from proconf_tui.agent.sharing import SharedScreen
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import Label
from proconf_tui.sdk import Room
from proconf_tui.sdk.tasks import Tasks

_log = logging.getLogger(__name__)

_IN: Final = ("connected", "reconnecting")


class OwnPictures:
    """Tells the room that ``find_room`` finds how the camera and what is shared fare."""

    def __init__(
        self, devices: Devices, screen: SharedScreen, find_room: Callable[[], Room | None]
    ) -> None:
        self._devices = devices
        self._screen = screen
        self._find_room = find_room
        self._tasks = Tasks()

    def look_soon(self) -> None:
        """Do as `look` does, in a task of its own."""
        self._tasks.start(self.look(), "own pictures")

    async def look(self) -> None:
        """Tell the room which streams have pictures, where it knows that otherwise."""
        room = self._find_room()
        if room is None or room.state not in _IN:
            return
        lost: dict[Label, bool] = {
            "video": self._devices.is_lost("camera"),
            "screen": self._screen.is_lost,
        }
        try:
            for label, is_lost in lost.items():
                await room.local_peer.source_lost(label, is_lost=is_lost)
        except ProconfError as error:
            _log.warning("the room is told of the pictures later: %s", error)

    async def aclose(self) -> None:
        """Tell no more."""
        await self._tasks.aclose()
