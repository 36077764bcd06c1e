"""The private names of Textual that the screen reaches for still exist and still mean the same."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from textual import _compositor, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers._writer_thread import WriterThread
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region, Size
from textual.message import Message
from textual.notifications import Notification
from textual.strip import Strip
from textual.widgets import Static

from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.messages import KeyReleased
from proconf_tui.tui.options import TuiOptions
from proconf_tui.tui.textual_private import (
    PASSABLE,
    ExactUpdate,
    KeyReportParser,
    PictureStrip,
    ReportingDriver,
    can_display,
    display,
    notify_instead,
    update_exactly,
    visible_widgets,
    waiting_writes,
    with_releases,
)
from proconf_tui.tui.video.answers import Answers


class Letters:
    """A picture of letters, to see which cells are drawn."""

    def ansi(self, row: int, start: int, end: int) -> str:
        return "ABCDEFGHIJ"[start:end]

    def segments(self, row: int, start: int, end: int) -> list[Segment]:
        return [Segment(letter) for letter in "ABCDEFGHIJ"[start:end]]


def strip() -> PictureStrip:
    return PictureStrip(Letters(), 0, 0, 10)


def test_textual_still_reads_segments_by_that_name() -> None:
    assert "_segments" in Strip.__slots__
    assert Strip.join([strip(), strip()]).text == "ABCDEFGHIJ" * 2


def test_it_draws_itself_without_segments() -> None:
    class Drawn(Letters):
        def segments(self, row: int, start: int, end: int) -> list[Segment]:
            raise AssertionError("nobody should ask")

    drawn = PictureStrip(Drawn(), 0, 0, 10)
    console = Console()
    assert drawn.render(console) == "ABCDEFGHIJ"
    assert [part.render(console) for part in drawn.divide([3, 10])] == ["ABC", "DEFGHIJ"]
    assert drawn.crop(2, 5).render(console) == "CDE"
    assert drawn.cell_length == drawn.cell_count == 10
    assert drawn


def test_it_behaves_as_a_strip_of_its_segments() -> None:
    plain = Strip([Segment("ABCDEFGHIJ")])
    for start, end in ((0, 10), (2, 5), (0, 3), (7, 30), (5, 5), (6, 2), (-1, 4)):
        assert strip().crop(start, end).text == plain.crop(start, end).text
        assert strip().crop(start, end).cell_length == plain.crop(start, end).cell_length
    for cuts in ([10], [4, 10], [1, 2, 10], [3, 7]):
        mine, theirs = strip().divide(cuts), plain.divide(cuts)
        assert [part.text for part in mine] == [part.text for part in theirs]
    assert strip().crop(2, 9).crop(1, 3).text == "DE"


def written(row: Strip, left: int, right: int) -> str:
    """Return what is written of a row at column 10 that is to be drawn from ``left`` on."""
    ends = [10 + row.cell_length]
    return ExactUpdate([{10: row}], [(0, left, right)], [ends]).render_segments(Console())


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (10, 20, "\x1b[1;11HABCDEFGHIJ"),
        (13, 15, "\x1b[1;14HDE"),
        (0, 12, "\x1b[1;11HAB"),
        (18, 90, "\x1b[1;19HIJ"),
        (20, 25, ""),
        (5, 10, ""),
    ],
)
def test_only_the_cells_that_are_to_be_drawn_are_written(
    left: int, right: int, expected: str
) -> None:
    assert written(strip(), left, right) == expected
    assert written(Strip([Segment("ABCDEFGHIJ")]), left, right) == expected


def test_wide_characters_are_written_whole() -> None:
    row = Strip([Segment("a界b界c")])
    assert written(row, 12, 13) == "\x1b[1;12H界"
    assert written(row, 13, 15) == "\x1b[1;14Hb界"


def test_textual_makes_its_updates_by_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_compositor, "ChopsUpdate", _compositor.ChopsUpdate)
    update_exactly()
    screen = _compositor.Compositor()
    screen._dirty_regions = {Region(0, 0, 1, 1)}
    screen.size = Size(2, 2)
    assert isinstance(screen.render_partial_update(), ExactUpdate)


class Terminal(App[None]):
    """Writes as into a terminal."""

    is_headless: ClassVar[bool] = False


async def test_a_picture_is_written_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PASSABLE
    app = Terminal()
    async with app.run_test() as pilot:
        await pilot.pause()
        written: list[str] = []
        monkeypatch.setattr(app._driver, "write", written.append)
        assert can_display(app)
        display(app, lambda: "picture")
        assert "".join(written).startswith("picture")
        app._sync_available = True
        written.clear()
        display(app, lambda: "picture")
        assert written[0] == "\x1b[?2026h"
        assert written[-1] == "\x1b[?2026l"
        with app.batch_update():
            display(app, lambda: pytest.fail("nothing is drawn in a batch"))


async def test_without_a_terminal_nothing_is_written() -> None:
    app: App[None] = App()
    async with app.run_test():
        assert not can_display(app)
        display(app, lambda: pytest.fail("there is no terminal"))


async def test_where_widgets_are_is_another_object_after_each_change() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        await pilot.pause()
        before = visible_widgets(app.screen)
        app.screen.refresh()
        await pilot.pause()
        assert visible_widgets(app.screen) is before
        static = Static("in front")
        await app.mount(static)
        await pilot.pause()
        after = visible_widgets(app.screen)
        assert after is not before
        assert next(iter(after)) is static
        assert after[static][0] == static.region


async def test_waiting_writes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    app: App[None] = App()
    async with app.run_test():
        assert waiting_writes(app) == 0
        writer = WriterThread(io.StringIO())
        monkeypatch.setattr(app._driver, "_writer_thread", writer, raising=False)
        writer.write("not taken, since the thread does not run")
        assert waiting_writes(app) == 1


def test_the_driver_still_has_its_writer_by_that_name() -> None:
    assert "_writer_thread" in LinuxDriver.__init__.__code__.co_names
    assert "_queue" in WriterThread.write.__code__.co_names


def parsed(*reports: str) -> list[tuple[str, str]]:
    """Return what the parser makes of these reports: ``key`` or ``released``, and of which key."""
    parser = KeyReportParser()
    messages = [message for report in reports for message in parser.feed(report)]
    found: list[tuple[str, str]] = []
    for message in messages:
        assert isinstance(message, events.Key | KeyReleased)
        found.append(("key" if isinstance(message, events.Key) else "released", message.key))
    return found


@pytest.mark.parametrize(
    ("report", "meaning"),
    [
        (" ", ("key", "space")),
        ("\x1b[32;1;32u", ("key", "space")),
        ("\x1b[32;1:1;32u", ("key", "space")),
        ("\x1b[32;1:2;32u", ("key", "space")),
        ("\x1b[32;1:3u", ("released", "space")),
        ("\x1b[32;129:3u", ("released", "space")),  # num lock is on
        ("\x1b[32;5:3u", ("released", "ctrl+space")),
        ("\x1b[1;1:2A", ("key", "up")),
        ("\x1b[1;1:3A", ("released", "up")),
        ("\x1b[20;1:3~", ("released", "f9")),
        ("\x1b[97;1:1;97u", ("key", "a")),
    ],
)
def test_reports_of_keys_with_their_kind(report: str, meaning: tuple[str, str]) -> None:
    assert parsed(report) == [meaning]


def test_reports_without_a_kind_are_textuals_own_business() -> None:
    for report in ("a", "\x1b[A", "\x1b[5~", "\x1b[97;5u", "\x1b[13u", "\x1b[I", "\x1b[1;5C"):
        mine = [repr(message) for message in KeyReportParser().feed(report)]
        assert mine == [repr(message) for message in XTermParser().feed(report)]
        assert mine


@pytest.mark.parametrize(
    ("report", "meaning"),
    [
        ("\x1b[2;17R", ("CursorPosition", 16, 1)),
        ("\x1b[1;2R", ("CursorPosition", 1, 0)),  # shift+F3 too; the plane asks in another row
        ("\x1bOR", ("Key", "f3", None)),
        ("\x1b[13~", ("Key", "f3", None)),
        ("\x1b[1;1:1R", ("Key", "f3", None)),
    ],
)
def test_answers_of_where_the_cursor_is_are_no_keys(
    report: str, meaning: tuple[str, str | int, int | None]
) -> None:
    (message,) = KeyReportParser().feed(report)
    what = getattr(message, "key", getattr(message, "x", None))
    assert (type(message).__name__, what, getattr(message, "y", None)) == meaning


@pytest.mark.parametrize(
    "report",
    [
        "\x1b[:;1:3u",
        "\x1b[32;1:9u",
        "\x1b[32;1:0u",
        "\x1b[99999999999;1:3u",
        "\x1b[99999999999u",
        "\x1b[1114112;1:1u",
        "\x1b[1;1:9A",
        "\x1b[97:65;1:1u",
        "\x1b[32;1:1;32:32:1114112u",
        "\x1b[97;1;1114112u",
        "\x1b[55296;1:1u",
    ],
)
def test_what_no_key_can_mean_ends_nothing_and_types_nothing(report: str) -> None:
    parser = KeyReportParser()
    for message in parser.feed(report):
        character = getattr(message, "character", None) or ""
        assert character.encode().isascii()
    assert [repr(message) for message in parser.feed("a")] == [
        repr(message) for message in KeyReportParser().feed("a")
    ]


@given(st.from_regex(r"\x1b\[[0-9:;]{0,24}[u~ABCDEFHPQRSa-z]", fullmatch=True))
def test_any_report_can_be_fed(report: str) -> None:
    for message in KeyReportParser().feed(report):
        (getattr(message, "character", None) or "").encode()


def test_late_answers_of_the_terminal_are_no_keys() -> None:
    answers = Answers(until=float("inf"))
    answers.keep("a", 0.0)
    parser = KeyReportParser(answers=answers)
    reports = ["\x1bP>|tmux ", "3.3a\x1b\\b\x1b[6;32;1", "6tc\x1b[?1;2c", "d"]
    messages = [*parser.tick(), *(message for report in reports for message in parser.feed(report))]
    assert [getattr(message, "key", None) for message in messages] == ["a", "b", "c", "d"]
    assert [*parser.feed("")] == []


def test_the_drivers_input_goes_by_way_of_the_answers() -> None:
    answers = Answers(until=float("inf"))
    assert with_releases(LinuxDriver, answers) is ReportingDriver
    parser = linux_driver.__dict__["XTermParser"](False)
    assert isinstance(parser, KeyReportParser)
    assert [*parser.feed("\x1b[?62;c")] == []
    assert answers.is_complete


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Return what is typed on; a driver reads from it, and its handlers of signals go again."""
    read, typed_on = os.pipe()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    with os.fdopen(read) as keyboard:
        monkeypatch.setattr(sys, "__stdin__", keyboard)
        yield typed_on
    os.close(typed_on)
    for number, handler in handlers.items():
        signal.signal(number, handler)


async def test_bytes_that_are_no_text_end_nothing(
    keyboard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert with_releases(LinuxDriver) is ReportingDriver
    app: App[None] = App()
    driver = ReportingDriver(app)
    typed: list[str | None] = []

    def process(message: Message) -> None:
        assert isinstance(message, events.Key)
        typed.append(message.character)
        driver.exit_event.set()

    monkeypatch.setattr(driver, "process_message", process)
    os.write(keyboard, b"a\xe9b\xff\xc3(\xc3\xa9")
    driver.run_input_thread()
    assert typed == ["a", "\ufffd", "b", "\ufffd", "\ufffd", "(", "\xe9"]


def test_the_driver_finds_its_decoder_by_that_name() -> None:
    assert "getincrementaldecoder" in LinuxDriver.run_input_thread.__code__.co_names
    assert linux_driver.__dict__["getincrementaldecoder"]


def test_the_driver_makes_its_parser_by_that_name_and_asks_for_releases() -> None:
    assert with_releases(LinuxDriver) is ReportingDriver
    assert with_releases(HeadlessDriver) is HeadlessDriver
    assert "XTermParser" in LinuxDriver.run_input_thread.__code__.co_names
    assert linux_driver.__dict__["XTermParser"] is KeyReportParser
    assert callable(XTermParser._sequence_to_key_events)
    assert "_sequence_to_key_events" in XTermParser.parse.__code__.co_names
    assert ProconfApp(TuiOptions("join"), io.BytesIO()).driver_class is ReportingDriver


async def test_a_notice_takes_the_place_of_another_and_leaves_nothing_of_it() -> None:
    async with App[None]().run_test(notifications=True) as pilot:
        app, old = pilot.app, None
        for text in ("one", "two", "three"):
            notice = Notification(text)
            notify_instead(app, notice, old)
            await pilot.pause()
            old = notice
        while len(app.screen.query("ToastHolder")) != 1:
            await pilot.pause()
        assert [str(toast.render()) for toast in app.screen.query("Toast")] == ["three"]
