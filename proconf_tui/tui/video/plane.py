"""Puts the pictures of all tiles on the terminal: only the cells that change, in one update.

What a tile keeps as shown is advanced while its text is written, never before, so that a frame
which is not written skips nothing. The compositor's own repaints draw the same state in full. So
every cell in sight is right once both have had their turn, whatever came in between. Tiles of a
screen that is not the top one keep what they are offered until it is.

Where nothing may be written past Textual (no terminal, a filter over the colours, a Textual that
does not have the names), tiles are repainted by it, whole.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textual.app import App
from textual.widget import Widget

from proconf_tui.tui.textual_private import can_display, display, visible_widgets, waiting_writes
from proconf_tui.tui.video.link import NEVER
from proconf_tui.tui.video.pacing import Pacer
from proconf_tui.tui.video.tile import VideoTile, color_filters

if TYPE_CHECKING:
    from proconf_tui.tui.video.occlusion import Place

_MOVING_S: Final = 0.5
_WINDOW_S: Final = 2.0
_REPAINTED_CELL_BYTES: Final = 20

_ANSWER_ROW: Final = 1
_QUESTIONS: Final = 32
"""The cursor stands in that row when it is asked for, each time one column further, which any
terminal has that is large enough: so an answer tells its frame. Shift+F3 looks like an answer from
row 0."""


class PlaneStatistics(NamedTuple):
    """The last two seconds. ``skipped_share``, 0 to 1, is of frames the terminal had no room for.

    ``threshold`` is of a channel's 255 levels.
    """

    fps: float
    kb_per_s: float
    skipped_share: float
    threshold: int
    lag_ms: float


class _Drawn(NamedTuple):
    tile: VideoTile
    place: Place


class VideoPlane:
    """Draws tiles of one app; call `paint` with all of them, as often as the screen is drawn."""

    def __init__(
        self, app: App[Any], pacer: Pacer, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._pacer = pacer
        self._clock = clock
        self._seen: Mapping[Widget, Any] | None = None
        self._places: dict[VideoTile, Place] = {}
        self._drawn_at: dict[VideoTile, float] = {}
        self._question = 0
        self._frames: deque[tuple[float, int]] = deque()
        self._skipped: deque[float] = deque()

    @property
    def is_awaiting_answer(self) -> bool:
        """Whether the terminal still has to answer something."""
        return self._pacer.link.is_awaiting_answer

    @property
    def statistics(self) -> PlaneStatistics:
        """How the last seconds went."""
        self._forget_old(self._clock())
        frames, skipped = len(self._frames), len(self._skipped)
        return PlaneStatistics(
            fps=frames / _WINDOW_S,
            kb_per_s=sum(size for _, size in self._frames) / _WINDOW_S / 1000,
            skipped_share=skipped / max(1, frames + skipped),
            threshold=self._pacer.threshold,
            lag_ms=self._pacer.lag_s * 1000,
        )

    def may_paint(self) -> bool:
        """Return whether `paint` would draw now what is new; ask when there is something.

        Before the first picture the terminal is asked how far away it is.
        """
        now = self._clock()
        if self._pacer.needs_ping(now, waiting_writes(self._app)) and can_display(self._app):
            display(self._app, lambda: self._ask(now))
        return self._may_draw(now)

    def paint(self, tiles: Collection[VideoTile]) -> None:
        """Draw what is new in these tiles, as far as the terminal takes it now."""
        now = self._clock()
        news = [tile for tile in tiles if tile.has_news and _is_on_top(tile)]
        if not news or not self._may_draw(now):
            return
        self._drawn_at = {tile: at for tile, at in self._drawn_at.items() if tile in tiles}
        drawn = self._placed(news) if can_display(self._app) else []
        if drawn:
            display(self._app, lambda: self._text(drawn, now))
        past = {each.tile for each in drawn}
        rest = [tile for tile in news if tile not in past]
        if rest:
            self._repaint(rest, now)

    def on_cursor_position(self, x: int, y: int, at: float) -> None:
        """Take a report of where the cursor stood; one that answers no question is ignored."""
        if y == _ANSWER_ROW:
            self._pacer.answered(at, x)

    def key_pressed(self) -> None:
        """Let what a key changes come first."""
        self._pacer.key_pressed(self._clock())

    def close(self) -> None:
        """Forget all tiles."""
        self._seen = None
        self._places = {}
        self._drawn_at = {}

    def _may_draw(self, now: float) -> bool:
        may_draw = self._pacer.may_draw(now, waiting_writes(self._app))
        if self._pacer.is_held_back:
            self._skipped.append(now)
            self._forget_old(now)
        return may_draw

    def _placed(self, tiles: list[VideoTile]) -> list[_Drawn]:
        """Return the tiles whose pictures may be written past Textual, and where they are."""
        visible = visible_widgets(self._app.screen)
        if visible is not self._seen:
            from proconf_tui.tui.video.occlusion import places

            self._seen, self._places = visible, places(visible, VideoTile)
        placed = []
        for tile in tiles:
            place = self._places.get(tile)
            if place is not None and _fits(tile, place) and not color_filters(tile, tile.mode):
                placed.append(_Drawn(tile, place))
        return placed

    def _text(self, drawn: list[_Drawn], now: float) -> str:
        """Take the new pictures, as many as a frame may hold, and return what draws them."""
        texts: list[str] = []
        size = 0
        for each in self._longest_waiting_first(drawn):
            if size >= self._pacer.most_frame_bytes:
                break
            text = self._changes(each, now)
            size += len(text.encode())
            texts.append(text)
        self._count(now, size)
        if size and self._pacer.needs_answer(now):
            texts.append(self._ask(now))
        return "".join(texts)

    def _ask(self, now: float) -> str:
        question = self._question = (self._question + 1) % _QUESTIONS
        self._pacer.asked(now, question)
        return f"\x1b[{_ANSWER_ROW + 1};{question + 1}H\x1b[6n"

    def _longest_waiting_first(self, drawn: list[_Drawn]) -> list[_Drawn]:
        return sorted(drawn, key=lambda each: self._drawn_at.get(each.tile, NEVER))

    def _changes(self, drawn: _Drawn, now: float) -> str:
        tile, (region, in_sight) = drawn
        changed = tile.take(self._pacer.threshold)
        if changed is None:
            return ""
        self._drawn_at[tile] = now
        if in_sight is not None:
            changed &= in_sight
        x, y = region.x + 1, region.y + 1
        return "".join([f"\x1b[{y + row};{x}H{text}" for row, text in tile.updates(changed)])

    def _repaint(self, tiles: list[VideoTile], now: float) -> None:
        size = 0
        for tile in tiles:
            if tile.take(self._pacer.threshold) is not None:
                self._drawn_at[tile] = now
                size += tile.size.area * _REPAINTED_CELL_BYTES
                tile.refresh()
        self._count(now, size)

    def _count(self, now: float, size: int) -> None:
        self._pacer.wrote(now, size)
        self._pacer.moving_tiles = sum(now - at < _MOVING_S for at in self._drawn_at.values())
        self._frames.append((now, size))
        self._forget_old(now)

    def _forget_old(self, now: float) -> None:
        while self._frames and self._frames[0][0] < now - _WINDOW_S:
            self._frames.popleft()
        while self._skipped and self._skipped[0] < now - _WINDOW_S:
            self._skipped.popleft()


def _is_on_top(tile: VideoTile) -> bool:
    return tile.is_attached and tile.screen.is_active


def _fits(tile: VideoTile, place: Place) -> bool:
    # A row is written from its first column on.
    return place.region.x >= 0 and place.region.size == tile.size
