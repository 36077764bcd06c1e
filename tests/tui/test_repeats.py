"""The same line again is counted, unless it is long ago or far up."""

from __future__ import annotations

from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.repeats import LOOKED_BACK, MOST_ENTRIES, WITHIN_S, Entry, add


def _told(*lines: tuple[str, float]) -> list[str]:
    entries: list[Entry] = []
    for text, at in lines:
        add(entries, Announcement(text), at)
    return [entry.text for entry in entries]


def test_what_happens_again_is_one_line_at_the_end() -> None:
    lines = _told(("up", 1.0), ("down", 2.0), ("up", 3.0), ("joined", 4.0), ("up", 5.0))
    assert lines == ["down", "joined", "up (3 times)"]


def test_what_is_long_ago_or_far_up_is_another_line() -> None:
    assert _told(("up", 1.0), ("up", 1.0 + WITHIN_S)) == ["up", "up"]
    between = [(str(number), 1.0) for number in range(LOOKED_BACK)]
    assert _told(("up", 1.0), *between, ("up", 1.0)).count("up") == 2


def test_nothing_is_counted_across_a_gap_and_old_lines_go() -> None:
    entries = [Entry(Announcement("up"), 1.0), Entry(None)]
    add(entries, Announcement("up"), 1.0)
    assert [entry.text for entry in entries] == ["up", "", "up"]
    for number in range(MOST_ENTRIES):
        add(entries, Announcement(str(number)), 2.0)
    assert [len(entries), entries[0].text] == [MOST_ENTRIES, "0"]
