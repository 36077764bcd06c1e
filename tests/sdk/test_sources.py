from __future__ import annotations

import pytest

from proconf_tui.sdk.sources import SourceLog


def test_turns_are_told_apart_by_time() -> None:
    log = SourceLog()
    assert (log.newest, log.at(0)) == (0, 0)
    turns = [log.note(at, source) for at, source in ((100, 7), (200, 7), (300, 8), (400, 7))]
    assert turns == [0, 0, 1, 2]
    assert [log.at(at) for at in (99, 100, 299, 300, 399, 400, 9999)] == [0, 7, 7, 8, 8, 7, 7]
    assert log.newest == 7


def test_what_is_late_changes_nothing() -> None:
    log = SourceLog()
    log.note(0xFFFF_FFF0, 7)
    log.note(10, 8)
    assert log.note(0xFFFF_FFFF, 7) is None
    assert log.note(5, 8) is None
    assert log.newest == 8


def test_many_hours_of_one_source_do_not_hide_it() -> None:
    log = SourceLog()
    log.note(0, 7)
    turns = {log.note(hour * 3600 * 90_000 & 0xFFFF_FFFF, 7) for hour in range(50)}
    assert turns == {0}
    assert log.at(49 * 3600 * 90_000 & 0xFFFF_FFFF) == 7


@pytest.mark.parametrize(("source", "turn"), [(7, 0), (8, 1)])
@pytest.mark.parametrize("hours", [13, 20, 24])
def test_whoever_comes_after_many_hours_of_nobody_is_told(
    source: int, turn: int, hours: int
) -> None:
    log = SourceLog()
    log.note(1000, 7)
    later = 1000 + hours * 3600 * 48_000 & 0xFFFF_FFFF
    assert log.note(later, source) == turn
    assert log.note(later + 960, source) == turn
    assert (log.newest, log.at(later + 960)) == (source, source)


def test_only_the_last_few_are_kept() -> None:
    log = SourceLog()
    for number in range(1000):
        log.note(number * 10, number)
    assert log.at(0) == 0
    assert log.at(9_995) == 999
