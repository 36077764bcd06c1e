"""The private names of Textual that the screen reaches for still exist and still mean the same."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.strip import Strip

from proconf_tui.tui.textual_private import PictureStrip, waiting_writes


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
