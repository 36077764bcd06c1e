"""How voices are received, one's own is sent, the server sees the line and pictures are drawn: an
overlay that asks while it is open.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final, NamedTuple, Protocol

from textual import work
from textual.content import Content
from textual.widgets import Static

from proconf_tui.control.sound import MediaStatistics, SendingInfo, VoiceInfo
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.stats_requests import ServerReport
from proconf_tui.tui.widgets.row_list import Piece, Row, fitted
from proconf_tui.tui.widgets.server_statistics import ServerSide, loss_tone
from proconf_tui.tui.words import name_of

ASK_EVERY_S: Final = 1.0
_WIDE_CELLS: Final = 72
_MOST_VOICES: Final = 8
_FRAME_MS: Final = 20
_STYLES: Final = {
    "text": "",
    "quiet": "$quiet",
    "good": "$success",
    "warning": "$warning",
    "bad": "$error",
    "accent": "bold $primary",
}


class _Column(NamedTuple):
    """``title`` and its width in a narrow and in a wide table; what to write of a voice."""

    narrow: str
    wide: str
    narrow_cells: int
    wide_cells: int
    text: Callable[[VoiceInfo, bool], str]


_COLUMNS: Final = (
    _Column("delay", "delay/target", 8, 13, lambda voice, is_wide: _delay(voice, is_wide=is_wide)),
    _Column("jitt", "jitter", 5, 8, lambda voice, is_wide: _ms(voice.jitter_ms, is_wide=is_wide)),
    _Column("loss", "loss", 6, 7, lambda voice, _: _share(voice.loss)),
    _Column("rep", "repaired", 5, 9, lambda voice, _: _count(voice.repaired)),
    _Column("conc", "concealed", 7, 11, lambda voice, _: _lasting(voice.concealed * _FRAME_MS)),
    _Column("sync", "lip sync", 5, 9, lambda voice, is_wide: _sync(voice, is_wide=is_wide)),
)


class PicturesRows(Protocol):
    """Makes the rows about pictures."""

    def __call__(self, *, is_wide: bool) -> Sequence[Row]: ...


class StatisticsPanel(Static):
    """``ask`` and ``ask_server`` raise `ProconfError`; ``who`` gives somebody's name.

    It takes no focus.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(
        self,
        ask: Callable[[], Awaitable[MediaStatistics]],
        who: Callable[[PeerId], str],
        ask_server: Callable[[], Awaitable[ServerReport]],
        pictures: PicturesRows,
    ) -> None:
        super().__init__("", id="statistics")
        self.display = False
        self._ask = ask
        self._who = who
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
        stage = self.parent.size.width if self.parent is not None else 0  # type: ignore[attr-defined]
        is_wide = stage >= _WIDE_CELLS + 4
        rows = [
            *table(said, self._who, is_wide=is_wide),
            *self._server.rows(is_wide=is_wide),
            *self._pictures(is_wide=is_wide),
        ]
        self.update(Content("\n").join([_line(row) for row in rows]))


def table(statistics: MediaStatistics, who: Callable[[PeerId], str], *, is_wide: bool) -> list[Row]:
    """Return the rows: what the columns are, every voice (those that play first), one's own."""
    voices = sorted(statistics.voices, key=lambda voice: not voice.is_decoded)
    rows = [_heading(is_wide=is_wide)] if voices else [[Piece("Nobody is heard.", "quiet")]]
    rows += [_voice(voice, who(voice.peer_id), is_wide=is_wide) for voice in voices[:_MOST_VOICES]]
    if (hidden := len(voices) - _MOST_VOICES) > 0:
        rows.append([Piece(f"  and {hidden} more", "quiet")])
    gap: list[Row] = [[]] if is_wide else []
    return [*rows, *gap, *_sending(statistics.sending, is_wide=is_wide)]


def _heading(*, is_wide: bool) -> Row:
    titles = [Piece(_title(column, is_wide=is_wide), "quiet") for column in _COLUMNS]
    return fitted([Piece("♪ played", "quiet")], titles, _width(is_wide=is_wide))


def _title(column: _Column, *, is_wide: bool) -> str:
    return f"{column.wide if is_wide else column.narrow:>{_cells(column, is_wide=is_wide)}}"


def _voice(voice: VoiceInfo, name: str, *, is_wide: bool) -> Row:
    tone = "text" if voice.is_decoded else "quiet"
    left = [
        Piece("♪ " if voice.is_decoded else "· ", "good" if voice.is_decoded else "quiet"),
        Piece(name_of(name), tone),
    ]
    cells = [
        Piece(
            f"{column.text(voice, is_wide):>{_cells(column, is_wide=is_wide)}}",
            loss_tone(voice.loss, tone) if column.narrow == "loss" else tone,
        )
        for column in _COLUMNS
    ]
    return fitted(left, cells, _width(is_wide=is_wide))


def _sending(sending: SendingInfo | None, *, is_wide: bool) -> Sequence[Row]:
    if sending is None:
        return [[Piece("You send no sound.", "quiet")]]
    words = ("you send", "round trip") if is_wide else ("you", "rtt")
    parts = [
        (words[0], f"{sending.kbps:.0f} kbit/s"),
        (words[1], "–" if sending.rtt_ms is None else f"{sending.rtt_ms:.0f} ms"),
        ("loss", "–" if sending.loss is None else _share(sending.loss)),
    ]
    row: Row = []
    for label, value in parts:
        row += [Piece(f"{'  ' if row else ''}{label} ", "quiet"), Piece(value)]
    prepared = [Piece("prepared for ", "quiet"), Piece(f"{sending.expected_loss_percent}% loss")]
    return [[*row, Piece("  "), *prepared]] if is_wide else [row, prepared]


def _cells(column: _Column, *, is_wide: bool) -> int:
    return column.wide_cells if is_wide else column.narrow_cells


def _width(*, is_wide: bool) -> int:
    return _WIDE_CELLS if is_wide else 46


def _delay(voice: VoiceInfo, *, is_wide: bool) -> str:
    return f"{voice.delay_ms:.0f}/{voice.target_ms:.0f}{' ms' if is_wide else ''}"


def _ms(value: float, *, is_wide: bool) -> str:
    return f"{value:.0f}{' ms' if is_wide else ''}"


def _sync(voice: VoiceInfo, *, is_wide: bool) -> str:
    offset = voice.video_offset_ms
    return "–" if offset is None else f"{offset:+.0f}{' ms' if is_wide else ''}".replace("-", "−")


def _share(share: float) -> str:
    return f"{100 * share:.1f}%"


def _lasting(ms: int) -> str:
    if ms < 1000:
        return f"{ms} ms"
    return f"{ms / 1000:.1f} s" if ms < 100_000 else f"{ms // 60_000} min"


def _count(count: int) -> str:
    return str(count) if count < 10_000 else f"{count // 1000}k"


def _line(row: Row) -> Content:
    return Content.assemble(*((piece.text, _STYLES[piece.tone]) for piece in row))
