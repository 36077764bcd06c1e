"""How voices are received, one's own is sent, the server sees the line and pictures are drawn: an
overlay that asks while it is open.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar, Final, NamedTuple, Protocol

from textual import work
from textual.content import Content
from textual.geometry import NULL_SIZE
from textual.widget import Widget
from textual.widgets import Static

from proconf_tui.control.sound import MediaStatistics, SendingInfo, VoiceInfo
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.stats_requests import ServerReport
from proconf_tui.tui.widgets.row_list import Piece, Row, broken, fitted
from proconf_tui.tui.widgets.server_statistics import ServerSide, loss_tone
from proconf_tui.tui.words import name_of

ASK_EVERY_S: Final = 1.0
_WIDE_CELLS: Final = 72
_NARROW_CELLS: Final = 46
_BORDER_CELLS: Final = 2
_MOST_VOICES: Final = 8
_MOST_BESIDE_VOICES: Final = 5
"""The other rows of the table: the heading, how many more there are, what one sends oneself."""
_FRAME_MS: Final = 20
_STYLES: Final = {
    "text": "",
    "quiet": "$quiet",
    "good": "$success",
    "warning": "$warning",
    "bad": "$error",
    "accent": "bold $primary",
}


def _delay(voice: VoiceInfo, is_wide: bool) -> str:
    return f"{voice.delay_ms:.0f}/{voice.target_ms:.0f}{' ms' if is_wide else ''}"


def _ms(value: float, is_wide: bool) -> str:
    return f"{value:.0f}{' ms' if is_wide else ''}"


def _sync(voice: VoiceInfo, is_wide: bool) -> str:
    offset = voice.video_offset_ms
    return "–" if offset is None else f"{offset:+.0f}{' ms' if is_wide else ''}".replace("-", "−")


def _share(share: float) -> str:
    return f"{100 * share:.1f}%"


def _lasting(voice: VoiceInfo) -> str:
    ms = voice.concealed * _FRAME_MS
    if ms < 1000:
        return f"{ms} ms"
    return f"{ms / 1000:.1f} s" if ms < 100_000 else f"{ms // 60_000} min"


def _count(count: int) -> str:
    return str(count) if count < 10_000 else f"{count // 1000}k"


class _Column(NamedTuple):
    """``title`` and its width in a narrow and in a wide table; what to write of a voice.

    Those that are not ``is_vital`` are left out where not even a narrow table fits.
    """

    narrow: str
    wide: str
    narrow_cells: int
    wide_cells: int
    is_vital: bool
    text: Callable[[VoiceInfo, bool], str]


_COLUMNS: Final = (
    _Column("delay", "delay/target", 8, 13, True, _delay),
    _Column("jitt", "jitter", 5, 8, False, lambda voice, is_wide: _ms(voice.jitter_ms, is_wide)),
    _Column("loss", "loss", 6, 7, True, lambda voice, _: _share(voice.loss)),
    _Column("rep", "repaired", 5, 9, False, lambda voice, _: _count(voice.repaired)),
    _Column("conc", "concealed", 7, 11, False, lambda voice, _: _lasting(voice)),
    _Column("sync", "lip sync", 5, 9, False, _sync),
)


class PicturesRows(Protocol):
    """Makes the rows about pictures."""

    def __call__(self, *, is_wide: bool) -> Sequence[Row]: ...


class StatisticsPanel(Static):
    """``ask`` and ``ask_server`` raise `ProconfError`; ``names`` returns everybody's name, in the
    order of people.

    It takes no focus.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(
        self,
        ask: Callable[[], Awaitable[MediaStatistics]],
        names: Callable[[], Mapping[PeerId, str]],
        ask_server: Callable[[], Awaitable[ServerReport]],
        pictures: PicturesRows,
    ) -> None:
        super().__init__("", id="statistics")
        self.display = False
        self._ask = ask
        self._names = names
        self._server = ServerSide(ask_server)
        self._pictures = pictures
        self._said: MediaStatistics | str = "Asking…"

    def on_mount(self) -> None:
        self.border_title = "Statistics"
        self._timer = self.set_interval(ASK_EVERY_S, self._renew, pause=True)

    def toggle(self, key: str) -> None:
        """Open it, or close it if it is; ``key`` is what closes it."""
        self.display = not self.display
        self.border_subtitle = Content(f"{key} or esc closes")
        if self.display:
            self._renew()
            self._timer.resume()
        else:
            self._timer.pause()

    def on_resize(self) -> None:
        self._draw()

    def _renew(self) -> None:
        self._renew_own()
        self._renew_server()

    @work(group="statistics of the server")
    async def _renew_server(self) -> None:
        if await self._server.renew():
            self._draw()

    @work(group="statistics", exclusive=True)
    async def _renew_own(self) -> None:
        try:
            self._said = await self._ask()
        except ProconfError as error:
            self._said = error.message
        self._draw()

    def _draw(self) -> None:
        said = self._said
        if isinstance(said, str):
            self.update(Content(said))
            return
        stage = self.parent.size if isinstance(self.parent, Widget) else NULL_SIZE
        cells = _width(stage.width - _BORDER_CELLS)
        is_wide = cells == _WIDE_CELLS
        told = [*self._server.rows(is_wide=is_wide), *self._pictures(is_wide=is_wide)]
        below = [part for row in told for part in broken(row, cells)]
        room = stage.height - _BORDER_CELLS - len(below)
        most = max(1, min(room - _MOST_BESIDE_VOICES, _MOST_VOICES))
        rows = [*table(said, self._names(), cells, most), *below]
        self.update(Content("\n").join([_line(row) for row in rows]))


def _width(room: int) -> int:
    """Return how wide the table is where there are so many cells."""
    if room >= _WIDE_CELLS + _BORDER_CELLS:
        return _WIDE_CELLS
    return min(room, _NARROW_CELLS)


def table(
    statistics: MediaStatistics, names: Mapping[PeerId, str], cells: int, most: int = _MOST_VOICES
) -> list[Row]:
    """Return the rows: what the columns are, voices in the order of ``names``, one's own.

    Of more than ``most`` voices those that play are shown first.
    """
    voices = statistics.voices
    rows = [_heading(cells)] if voices else [[Piece("Nobody is heard.", "quiet")]]
    rows += [
        _voice(voice, names.get(voice.peer_id, "Somebody"), cells)
        for voice in _shown(voices, list(names), most)
    ]
    if (hidden := len(voices) - most) > 0:
        rows.append([Piece(f"  and {hidden} more", "quiet")])
    gap: list[Row] = [[]] if cells >= _WIDE_CELLS else []
    return [*rows, *gap, *_sending(statistics.sending, cells)]


def _shown(voices: Sequence[VoiceInfo], order: list[PeerId], most: int) -> list[VoiceInfo]:
    places = {peer_id: place for place, peer_id in enumerate(order)}
    ordered = sorted(voices, key=lambda voice: places.get(voice.peer_id, len(places)))
    chosen = sorted(ordered, key=lambda voice: not voice.is_decoded)[:most]
    return [voice for voice in ordered if voice in chosen]


def _heading(cells: int) -> Row:
    titles = [Piece(_titled(column, cells), "quiet") for column in _columns(cells)]
    return fitted([Piece("♪ played", "quiet")], titles, cells)


def _titled(column: _Column, cells: int) -> str:
    if cells >= _WIDE_CELLS:
        return f"{column.wide:>{column.wide_cells}}"
    return f"{column.narrow:>{column.narrow_cells}}"


def _columns(cells: int) -> list[_Column]:
    return [column for column in _COLUMNS if column.is_vital or cells >= _NARROW_CELLS]


def _voice(voice: VoiceInfo, name: str, cells: int) -> Row:
    tone = "text" if voice.is_decoded else "quiet"
    left = [
        Piece("♪ " if voice.is_decoded else "· ", "good" if voice.is_decoded else "quiet"),
        Piece(name_of(name), tone),
    ]
    is_wide = cells >= _WIDE_CELLS
    right = [
        Piece(
            f"{column.text(voice, is_wide):>{len(_titled(column, cells))}}",
            loss_tone(voice.loss, tone) if column.narrow == "loss" else tone,
        )
        for column in _columns(cells)
    ]
    return fitted(left, right, cells)


def _sending(sending: SendingInfo | None, cells: int) -> Sequence[Row]:
    if sending is None:
        return [[Piece("You send no sound.", "quiet")]]
    words = ("you send", "round trip") if cells >= _WIDE_CELLS else ("you", "rtt")
    parts = [
        (words[0], f"{sending.kbps:.0f} kbit/s"),
        (words[1], "–" if sending.rtt_ms is None else f"{sending.rtt_ms:.0f} ms"),
        ("loss", "–" if sending.loss is None else _share(sending.loss)),
        ("prepared for", f"{sending.expected_loss_percent}% loss"),
    ]
    row: Row = []
    for label, value in parts:
        row += [Piece(f"{'  ' if row else ''}{label} ", "quiet"), Piece(value)]
    return broken(row, cells)


def _line(row: Row) -> Content:
    return Content.assemble(*((piece.text, _STYLES[piece.tone]) for piece in row))
