"""Brings pictures from the agent's buffer to tiles: which slots, which sizes, when to look.

One feed lives as long as the app; the screen that shows tiles now registers them. What is asked of
the agent follows the tiles' sizes, a moment after they last changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from proconf_tui.control.commands import ShowTiles, TileRequest
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.tui.video.slots import SlotTable
from proconf_tui.tui.video.tile import VideoTile

if TYPE_CHECKING:
    from proconf_tui.control.pictures import PictureBuffer

FRAMES_PER_SECOND: Final = 15
SLOTS: Final = 16


class Wanted(NamedTuple):
    """Whose picture a tile shows; ``peer_id`` None is the self view."""

    peer_id: PeerId | None
    label: Label = "video"


Ask = Callable[[ShowTiles], Awaitable[object]]


class VideoFeed:
    """``ask`` sends the tiles to the agent and returns when it has taken them over."""

    def __init__(self, path: Path, ask: Ask) -> None:
        self._path = path
        self._ask = ask
        self._slots: SlotTable[Wanted] = SlotTable(SLOTS, self._sequence)
        self._tiles: dict[Wanted, VideoTile] = {}
        self._asked: ShowTiles | None = None
        self._pending: ShowTiles | None = None

    @cached_property
    def _buffer(self) -> PictureBuffer:
        # Made when first used: numpy is not loaded before the first screen is drawn.
        from proconf_tui.control.pictures import PictureBuffer

        return PictureBuffer.create(self._path, slots=SLOTS)

    def _sequence(self, slot: int) -> int:
        return self._buffer.sequence(slot)

    def open(self) -> None:
        """Make the buffer, which must be there before an agent is told of it."""
        self._buffer.sequence(0)

    @property
    def path(self) -> Path:
        """Where the buffer is mapped from."""
        return self._path

    def watch(self, tiles: dict[Wanted, VideoTile]) -> None:
        """Show these tiles' pictures from now on; those given up or newly taken are cleared."""
        stays = {wanted for wanted, tile in tiles.items() if self._tiles.get(wanted) is tile}
        for wanted, tile in (*self._tiles.items(), *tiles.items()):
            if wanted not in stays:
                tile.clear()
        self._tiles = tiles
        self._slots.assign(tiles)

    def forget_agent(self) -> None:
        """Ask again and trust nothing in the buffer: there is a new agent."""
        self._asked = self._pending = None
        self._slots.distrust()

    def tick(self) -> None:
        """Hand each tile its newest picture if there is one."""
        for wanted, tile in self._tiles.items():
            taken = self._slots.taken.get(wanted)
            if taken is None or not taken.is_confirmed:
                continue
            picture = self._buffer.read(taken.slot, taken.shown_sequence)
            if picture is not None and tile.show(picture.rgb):
                taken.shown_sequence = picture.sequence

    async def ask_if_changed(self) -> None:
        """Tell the agent the tiles' sizes if they have not changed since the last call but one.

        Call it a few times a second: that is what keeps a resize from asking for every size.
        """
        request = self._request()
        if request == self._asked:
            self._pending = None
            return
        if request != self._pending:
            self._pending = request
            return
        self._asked, self._pending = request, None
        keys = list(self._slots.taken)
        try:
            await self._ask(request)
        except ProconfError:
            self._asked = None
            return
        if self._asked is request:
            self._slots.confirm(keys)

    def close(self) -> None:
        """Unmap and remove the buffer."""
        self._tiles = {}
        self._slots.taken.clear()
        if "_buffer" in self.__dict__:
            self._buffer.close()
        self._path.unlink(missing_ok=True)

    def _request(self) -> ShowTiles:
        tiles = []
        for wanted, tile in self._tiles.items():
            width_px, height_px = tile.wanted_px
            taken = self._slots.taken.get(wanted)
            if taken is not None and width_px and height_px:
                tiles.append(
                    TileRequest(taken.slot, wanted.peer_id, wanted.label, width_px, height_px)
                )
        return ShowTiles(tiles)
