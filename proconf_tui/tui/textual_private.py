"""Textual's private names, all of them, each with its reason; tests/tui looks for each.

`Strip._segments` — the compositor, filters and the dimming of screens under a modal read a strip's
segments past every method of it; a picture makes them only when somebody asks.

`App._display`, `CompositorUpdate` — what changes in a picture is written past the compositor, which
would draw whole widgets anew; but in its turn, between its marks of one update, and only when it
writes itself (not in a batch, not without a terminal).

`_compositor.ChopsUpdate`, the name under which the compositor makes an update of some cells —
Textual begins each at the left end of the widget's row, whatever little is to be drawn.

`Screen._compositor`, `Compositor.visible_widgets` — where widgets are on the terminal, what lies
in front of them, and, since it is another object after each change, whether that is still so.

`App._driver`, `LinuxDriver._writer_thread`, `WriterThread._queue` — nothing public tells whether
the terminal still takes what is written, and a full queue stops the whole app.

`App._notifications`, `App._refresh_notifications`, `ToastRack._toast_id` — one notice alone cannot
be taken back otherwise, and it leaves what it stood in behind.

`XTermParser._sequence_to_key_events`, and `linux_driver.XTermParser`, the name under which the
driver makes its parser — Textual asks no terminal for releases of keys, and a report of one ends
its thread of input. The reports are those of the Kitty keyboard protocol, "Event types".

`linux_driver.getincrementaldecoder`, the name under which the driver finds its decoder — a single
byte that is not UTF-8 ends its thread of input too. Of another driver neither name is touched.
"""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol, cast

from rich.console import Console
from rich.segment import Segment
from textual import _compositor, constants, events
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers import linux_driver
from textual.geometry import Region
from textual.keys import Keys
from textual.message import Message
from textual.notifications import Notification
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets._toast import ToastRack

from proconf_tui.tui.messages import KeyReleased
from proconf_tui.tui.video.answers import Answers


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


class PictureUpdate(CompositorUpdate):
    """``write`` returns what is written; it is called if that is really going to be."""

    def __init__(self, write: Callable[[], str]) -> None:
        self._write = write

    def render_segments(self, console: Console) -> str:
        return self._write()


class ExactUpdate(ChopsUpdate):
    """Writes the cells that are to be drawn and no others, but never half a character."""

    def render_segments(self, console: Console) -> str:
        written: list[str] = []
        for y, left, right in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is not None and x < right and end > left:
                    start = _uncut(strip, left - x)
                    cells = strip.crop(start, _uncut(strip, right - x, 1))
                    written += [f"\x1b[{y + 1};{x + start + 1}H", cells.render(console)]
        return "".join(written)


def _uncut(strip: Strip, column: int, step: int = -1) -> int:
    """Return this column of a strip, or the next one where no wide character is cut in two."""
    column = max(0, min(column, strip.cell_length))
    if isinstance(strip, PictureStrip):
        return column
    is_cut = strip.crop(0, column).text + strip.crop(column).text != strip.text
    return column + step * is_cut


def update_exactly() -> None:
    """Let Textual write partial updates by `ExactUpdate`, in all apps of this process."""
    _compositor.ChopsUpdate = ExactUpdate  # type: ignore[misc]


def display(app: App[Any], write: Callable[[], str]) -> None:
    """Write past the compositor; in a batch, and without a terminal, nothing is called."""
    # It renders an update itself; as a renderable of rich's it is never looked at.
    app._display(app.screen, cast("Any", PictureUpdate(write)))


PASSABLE: Final = hasattr(App, "_display") and hasattr(Compositor, "visible_widgets")
"""Whether this Textual lets itself be passed; another one draws pictures itself."""


def can_display(app: App[Any]) -> bool:
    """Return whether there is a terminal to write to, past the compositor."""
    return PASSABLE and not app.is_headless


def visible_widgets(screen: Screen[Any]) -> Mapping[Widget, tuple[Region, Region]]:
    """Return each widget's region and the one it is clipped to, the frontmost first.

    It is the same object as long as nothing of that has changed.
    """
    return screen._compositor.visible_widgets


def waiting_writes(app: App[Any]) -> int:
    """Return how many writes the terminal has not taken yet; 0 where nothing is written."""
    writer = getattr(app._driver, "_writer_thread", None)
    return 0 if writer is None else writer._queue.qsize()


def notify_instead(app: App[Any], notice: Notification, old: Notification | None) -> None:
    """Show a notice, in place of an ``old`` one if that is still shown."""
    if old is not None:
        del app._notifications[old]
        app.screen.query(f"#{ToastRack._toast_id(old)}").remove()
    app._notifications.add(notice)
    app._refresh_notifications()


_REPORT_EVENT_TYPES: Final = "\x1b[=2;2u"
"""Flag 2 beside those that Textual has pushed; what pops those takes it back too."""

_WITH_EVENT_TYPE: Final = re.compile(
    r"(?P<key>\x1b\[[\d:]*;\d*):(?P<type>[123])(?P<rest>(?:;[\d:]*)?[u~ABCDEFHPQRS])"
)
_RELEASED: Final = "3"


class KeyReportParser(XTermParser):
    """Knows presses, repeats (presses again) and releases of keys apart.

    What comes goes through ``answers`` first if a terminal still owes some, or somebody has typed
    while it was asked.
    """

    def __init__(self, debug: bool = False, answers: Answers | None = None) -> None:
        super().__init__(debug)
        self._answers = answers

    def feed(self, data: str) -> Iterable[Message]:
        # Nothing at all is how the driver says that this was the end.
        if self._answers is None or not data:
            return super().feed(data)
        text = self._answers.taken(data, time.monotonic())
        return super().feed(text) if text else ()

    def tick(self) -> Iterable[Message]:
        if self._answers is not None and (text := self._answers.released(time.monotonic())):
            yield from super().feed(text)
        yield from super().tick()

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


def lenient_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """Return what makes decoders that put U+FFFD in place of what cannot be decoded."""
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def with_releases(driver: type[Driver], answers: Answers | None = None) -> type[Driver]:
    """Return the `ReportingDriver` in place of the one it comes from, any other as it is.

    Its input goes through ``answers``, see `KeyReportParser`, and may be any bytes.
    """
    if driver is not linux_driver.LinuxDriver:
        return driver
    parser = KeyReportParser if answers is None else partial(KeyReportParser, answers=answers)
    linux_driver.XTermParser = parser  # type: ignore[attr-defined, assignment]
    linux_driver.getincrementaldecoder = lenient_decoder  # type: ignore[attr-defined, assignment]
    return driver if constants.DISABLE_KITTY_KEY else ReportingDriver
