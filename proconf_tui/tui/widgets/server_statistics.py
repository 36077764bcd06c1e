"""What the server says of one's line and of itself, in rows of the statistics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from proconf_tui.errors import InvalidMessage, ProconfError
from proconf_tui.protocol.stats_requests import PeerReport, ServerReport
from proconf_tui.tui.widgets.row_list import Piece, Row
from proconf_tui.tui.words import percent

SOME_LOSS: Final = 0.01
BAD_LOSS: Final = 0.05
_UNKNOWN: Final = "–"
_NEARLY_FULL: Final = 0.8
"""From this share of what a line carries on it is the line that limits."""
_BUSY: Final = 0.8
"""From this share of a core on a server may soon forward too late."""


class ServerSide:
    """The newest answer of the server; ``ask`` raises `ProconfError`."""

    def __init__(self, ask: Callable[[], Awaitable[ServerReport]]) -> None:
        self._ask = ask
        self._report: ServerReport | None = None
        self._is_asking = False
        self._is_mute = False

    async def renew(self) -> bool:
        """Ask, unless an answer is still to come; return whether there is news."""
        if self._is_asking or self._is_mute:
            return False
        self._is_asking = True
        try:
            self._report = await self._ask()
        except InvalidMessage:
            # An older server: one that is asked again and again hangs up.
            self._report, self._is_mute = None, True
        except ProconfError:
            self._report = None
        finally:
            self._is_asking = False
        return True

    def rows(self, *, is_wide: bool) -> list[Row]:
        """Return what to show."""
        if self._report is None:
            return [[Piece("No word from the server.", "quiet")]]
        return rows_of(self._report, is_wide=is_wide)


def rows_of(report: ServerReport, *, is_wide: bool) -> list[Row]:
    """Return the line's rows, one more if it limits anything, and how busy the server is."""
    cpu = _cpu(report.server.cpu)
    if report.you is None:
        return [[Piece("The server has no media of yours", "quiet"), *cpu]]
    limits = _limits(report.you, is_wide=is_wide)
    return [_quality(report.you, is_wide=is_wide), [*_rates(report.you), *cpu], *limits]


def _quality(you: PeerReport, *, is_wide: bool) -> Row:
    rtt = _UNKNOWN if you.rtt_ms is None else f"{you.rtt_ms:.0f} ms"
    return [
        Piece("the server sees  round trip " if is_wide else "server rtt ", "quiet"),
        Piece(rtt),
        Piece("  loss ", "quiet"),
        *_loss("↑", you.loss_up, you.bps_up),
        Piece(" "),
        *_loss("↓", you.loss_down, you.bps_down),
    ]


def _rates(you: PeerReport) -> Row:
    return [Piece(f"↑{_bitrate(you.bps_up)} ↓{_bitrate(you.bps_down)}")]


def _limits(you: PeerReport, *, is_wide: bool) -> list[Row]:
    if you.available_bps is None or not _is_limited(you, you.available_bps):
        return []
    said = f"{'your ' if is_wide else ''}line carries {_bitrate(you.available_bps)}"
    row = [Piece(said, "warning")]
    if you.held_back:
        pictures = "picture" if you.held_back == 1 else "pictures"
        row.append(Piece(f"  {you.held_back} {pictures} held back", "warning"))
    return [row]


def _is_limited(you: PeerReport, available_bps: int) -> bool:
    return you.held_back > 0 or (you.bps_down or 0) >= _NEARLY_FULL * available_bps


def _loss(arrow: str, share: float | None, bps: int | None) -> Row:
    """Return the share that was lost, which is not known where nothing is on its way."""
    if share is None or bps == 0:
        return [Piece(f"{arrow}{_UNKNOWN}")]
    return [Piece(f"{arrow}{100 * share:.1f}%", loss_tone(share))]


def loss_tone(share: float, otherwise: str = "text") -> str:
    """Return the tone in which a share of lost packets is written."""
    if share >= BAD_LOSS:
        return "bad"
    return "warning" if share >= SOME_LOSS else otherwise


def _cpu(share: float | None) -> Row:
    said = _UNKNOWN if share is None else percent(share)
    tone = "warning" if share is not None and share >= _BUSY else "text"
    return [Piece("  server cpu ", "quiet"), Piece(said, tone)]


def _bitrate(bps: int | None) -> str:
    if bps is None:
        return _UNKNOWN
    return f"{bps / 1e6:.1f} Mbit/s" if bps >= 999_500 else f"{bps / 1000:.0f} kbit/s"
