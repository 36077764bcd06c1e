"""Brings pictures from the agent's buffer to tiles: which slots, which sizes, when to look.

One feed lives as long as the app; the screen that shows tiles now registers them. What is asked of
the agent follows the tiles' sizes, a moment after they last changed. How pictures are drawn is the
`PictureChoice`'s; it is passed on to tiles and to the agent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from proconf_tui.control.commands import Fit, ShowTiles, TileRequest
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.tui.video.picture_settings import PictureChoice
from proconf_tui.tui.video.slots import Assignment, SlotTable
from proconf_tui.tui.video.stalls import Stalls
from proconf_tui.tui.video.tile import VideoTile

if TYPE_CHECKING:
    from proconf_tui.control.pictures import PictureBuffer

SLOTS: Final = 16
MAX_PIXELS: Final = 1280 * 720
"""Of one picture: enough for a tile of 600 by 150 cells, however they are drawn but in braille."""


class Wanted(NamedTuple):
    """Whose picture a tile shows; ``peer_id`` None is the self view."""

    peer_id: PeerId | None
    label: Label = "video"


Ask = Callable[[ShowTiles], Awaitable[object]]


class VideoFeed:
    """``ask`` sends the tiles to the agent and returns when it has taken them over."""

    def __init__(self, path: Path, ask: Ask, choice: PictureChoice | None = None) -> None:
        self._path = path
        self._ask = ask
        self._choice = choice or PictureChoice()
        self._slots: SlotTable[Wanted] = SlotTable(SLOTS, self._sequence)
        self._tiles: dict[Wanted, VideoTile] = {}
        self._stalls: Stalls[Wanted] = Stalls()
        self._refused: dict[int, tuple[int, tuple[int, int]]] = {}
        self._asked: ShowTiles | None = None
        self._pending: ShowTiles | None = None

    @cached_property
    def _buffer(self) -> PictureBuffer:
        # Made when first used: numpy is not loaded before the first screen is drawn.
        from proconf_tui.control.pictures import PictureBuffer

        return PictureBuffer.create(self._path, slots=SLOTS, max_pixels=MAX_PIXELS)

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
        for tile in tiles.values():
            tile.mode = self._choice.mode
        self._tiles = tiles
        self._slots.assign(tiles)

    def mind_stalls(self, now: float) -> None:
        """Tell the tiles of others whose pictures have stopped coming; call it with `settled`."""
        sequences = {
            wanted: self._sequence(taken.slot)
            for wanted, taken in self._slots.taken.items()
            if taken.is_confirmed and self._may_stall(wanted, taken.slot)
        }
        stalled = self._stalls.look(sequences, now)
        for wanted, tile in self._tiles.items():
            tile.stall(is_stalled=wanted in stalled)

    def _may_stall(self, wanted: Wanted, slot: int) -> bool:
        """Return whether no news are bad news: what stands still on a screen is not sent again.

        The slot of what the server holds back is emptied.
        """
        if wanted.peer_id is None:
            return False
        return wanted.label != "screen" or not self._buffer.has_picture(slot)

    def forget_agent(self) -> None:
        """Ask again and trust nothing in the buffer: there is a new agent."""
        self._asked = self._pending = None
        self._slots.distrust()

    @property
    def tiles(self) -> Collection[VideoTile]:
        """The tiles shown now."""
        return self._tiles.values()

    @property
    def has_news(self) -> bool:
        """Whether there is a picture that no tile shows yet; cheap, and copies nothing."""
        return any(
            tile.has_news or self._has_newer(wanted, tile) for wanted, tile in self._tiles.items()
        )

    def tick(self) -> None:
        """Offer each tile its newest picture if there is one."""
        for wanted, tile in self._tiles.items():
            if self._has_newer(wanted, tile):
                self._offer(tile, self._slots.taken[wanted])

    def _has_newer(self, wanted: Wanted, tile: VideoTile) -> bool:
        taken = self._slots.taken.get(wanted)
        if taken is None or not taken.is_confirmed:
            return False
        sequence = self._buffer.sequence(taken.slot)
        if sequence <= taken.shown_sequence:
            return False
        refused = self._refused.get(taken.slot)
        return refused is None or refused != (sequence, tile.wanted_px)

    def _offer(self, tile: VideoTile, taken: Assignment) -> None:
        sequence = self._sequence(taken.slot)
        picture = self._buffer.read(taken.slot, taken.shown_sequence)
        if picture is None:
            # Emptied, or in the midst of being written: what comes next has another number.
            self._refused[taken.slot] = (sequence, tile.wanted_px)
        elif tile.offer(picture.rgb):
            taken.shown_sequence = picture.sequence
        else:
            self._refused[taken.slot] = (picture.sequence, tile.wanted_px)

    def settled(self) -> ShowTiles | None:
        """Return what to `ask` for: the tiles' sizes, if they have changed and then stayed.

        Call it a few times a second: that is what keeps a resize from asking for every size.
        """
        request = self._request()
        if request == self._asked:
            self._pending = None
            return None
        if request != self._pending:
            self._pending = request
            return None
        self._asked, self._pending = request, None
        return request

    async def ask(self, request: ShowTiles) -> None:
        """Ask the agent for these tiles, and trust their slots once it has taken them over."""
        try:
            await self._ask(request)
        except ProconfError:
            if self._asked is request:
                self._asked = None
            return
        if self._asked is request:
            self._slots.confirm({Wanted(t.peer_id, t.label): t.slot for t in request.tiles})

    def close(self) -> None:
        """Unmap and remove the buffer."""
        self._tiles = {}
        self._slots.taken.clear()
        if "_buffer" in self.__dict__:
            self._buffer.close()
        self._path.unlink(missing_ok=True)

    def _fit(self, wanted: Wanted) -> Fit:
        """Return how a picture fits its tile: of a screen nothing is ever cut off."""
        return "letterbox" if wanted.label == "screen" else self._choice.fit

    def _request(self) -> ShowTiles:
        tiles = []
        for wanted, tile in self._tiles.items():
            width_px, height_px = tile.wanted_px
            taken = self._slots.taken.get(wanted)
            if taken is not None and width_px and height_px:
                request = TileRequest(
                    taken.slot,
                    wanted.peer_id,
                    wanted.label,
                    width_px,
                    height_px,
                    pixel_aspect=self._choice.pixel_aspect,
                    fit=self._fit(wanted),
                    is_mirrored=wanted == Wanted(None),
                )
                tiles.append(request)
        return ShowTiles(tiles)
