"""Textual's private names, all of them, each with its reason; tests/tui looks for each.

`Strip._segments` — the compositor, filters and the dimming of screens under a modal read a strip's
segments past every method of it; a picture makes them only when somebody asks.

`App._driver`, `LinuxDriver._writer_thread`, `WriterThread._queue` — nothing public tells whether
the terminal still takes what is written, and a full queue stops the whole app.

`XTermParser._sequence_to_key_events`, and `linux_driver.XTermParser`, the name under which the
driver makes its parser — Textual asks no terminal for releases of keys, and a report of one ends
its thread of input. The reports are those of the Kitty keyboard protocol, "Event types".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol, cast

from rich.console import Console
from rich.segment import Segment
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers import linux_driver
from textual.keys import Keys
from textual.strip import Strip

from proconf_tui.tui.messages import KeyReleased


class RowSource(Protocol):
    """A picture that can draw a part of one of its rows of cells."""

    def ansi(self, row: int, start: int, end: int) -> str: ...

    def segments(self, row: int, start: int, end: int) -> list[Segment]: ...


class PictureStrip(Strip):
    """A part of a picture's row that writes itself; a `Segment` per cell costs 20 times as much."""

    __slots__ = ("_end", "_row", "_source", "_start")

    def __init__(self, source: RowSource, row: int, start: int, end: int) -> None:
        self._source = source
        self._row = row
        self._start = start
        self._end = end
        super().__init__((), end - start)

    @property
    def _segments(self) -> list[Segment]:
        return self._source.segments(self._row, self._start, self._end)

    @_segments.setter
    def _segments(self, segments: list[Segment]) -> None:
        """Ignore what the base class starts with."""

    @property
    def cell_count(self) -> int:
        return self._end - self._start

    def __bool__(self) -> bool:
        return self._end > self._start

    def render(self, console: Console) -> str:
        return self._source.ansi(self._row, self._start, self._end)

    def crop(self, start: int, end: int | None = None) -> Strip:
        width = self.cell_count
        start, end = max(0, start), width if end is None else min(width, end)
        if (start, end) == (0, width):
            return self
        if end <= start:
            return Strip([], 0)
        return PictureStrip(self._source, self._row, self._start + start, self._start + end)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        parts: list[Strip] = []
        start = 0
        for cut in cuts:
            if cut <= self.cell_count:
                parts.append(self.crop(start, cut))
                start = cut
        return parts


def waiting_writes(app: App[Any]) -> int:
    """Return how many writes the terminal has not taken yet; 0 where nothing is written."""
    writer = getattr(app._driver, "_writer_thread", None)
    return 0 if writer is None else writer._queue.qsize()


_REPORT_EVENT_TYPES: Final = "\x1b[=2;2u"
"""Flag 2 beside those that Textual has pushed; what pops those takes it back too."""

_WITH_EVENT_TYPE: Final = re.compile(
    r"(?P<key>\x1b\[[\d:]*;\d*):(?P<type>[123])(?P<rest>(?:;[\d:]*)?[u~ABCDEFHPQRS])"
)
_RELEASED: Final = "3"


class KeyReportParser(XTermParser):
    """Knows presses, repeats (presses again) and releases of keys apart."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        report = _WITH_EVENT_TYPE.fullmatch(sequence)
        if report is None:
            return self._keys(sequence, alt)
        keys = self._keys(report["key"] + report["rest"], alt)
        if report["type"] != _RELEASED or any(key.key == Keys.Ignore for key in keys):
            return keys
        # Its caller looks at their ``key`` alone, and passes on what they are.
        return [cast("events.Key", KeyReleased(key.key)) for key in keys]

    def _keys(self, sequence: str, alt: bool) -> list[events.Key]:
        """Return the keys of a sequence, or the one that is ignored if there can be none such.

        What Textual's parser raises ends its thread, and so the program; after no key at all it
        waits for the rest of the sequence.
        """
        try:
            keys = list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):
            return [events.Key(Keys.Ignore, sequence)]
        if any(_is_half(key.character) for key in keys):
            return [events.Key(Keys.Ignore, sequence)]
        return keys


def _is_half(character: str | None) -> bool:
    """Return whether it is half of a surrogate pair, which no terminal can mean or show."""
    return character is not None and any("\ud800" <= one <= "\udfff" for one in character)


class ReportingDriver(linux_driver.LinuxDriver):
    """Tells of released keys with `KeyReleased`, where the terminal does."""

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_REPORT_EVENT_TYPES)


def with_releases(driver: type[Driver]) -> type[Driver]:
    """Return the `ReportingDriver` in place of the one it comes from, any other as it is."""
    if driver is not linux_driver.LinuxDriver or constants.DISABLE_KITTY_KEY:
        return driver
    linux_driver.XTermParser = KeyReportParser  # type: ignore[attr-defined]
    return ReportingDriver
