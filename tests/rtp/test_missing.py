from __future__ import annotations

from proconf_tui.rtp.missing import MOST_AT_ONCE, NACK_TRIES, MissingPackets


def _asked(missing: MissingPackets, ticks: int) -> dict[int, list[int]]:
    """Return at which ticks of 1/64 s each is asked for."""
    asked: dict[int, list[int]] = {}
    for tick in range(ticks):
        for sequence in missing.take_due(tick / 64)[0]:
            asked.setdefault(sequence, []).append(tick)
    return asked


def test_each_is_asked_for_at_intervals_and_not_for_ever() -> None:
    missing = MissingPackets()
    missing.interval_s = 4 / 64
    missing.note_gap(0xFFFF, 2, 0.0)
    ticks = [number * 4 for number in range(NACK_TRIES)]
    assert _asked(missing, 64) == {0xFFFF: ticks, 0: ticks}
    assert len(missing) == 2
    missing.take_due(65 / 64)
    assert len(missing) == 0


def test_what_is_older_than_what_is_of_use_is_forgotten() -> None:
    missing = MissingPackets()
    missing.note_gap(0xFFFE, 4, 0.0)
    missing.forget_before(0)
    assert [number in missing for number in (0xFFFE, 0xFFFF, 0, 1)] == [False, False, True, True]


def test_one_that_comes_is_missing_no_more() -> None:
    missing = MissingPackets()
    missing.note_gap(7, 1, 0.0)
    assert missing.has_new_gap
    assert (missing.has_come(7), missing.has_come(7)) == (True, False)
    assert missing.take_due(0.0) == ([], False)


def test_of_many_the_newest_are_asked_for_next_and_no_less_often() -> None:
    missing = MissingPackets()
    missing.interval_s = 4 / 64
    missing.note_gap(0, MOST_AT_ONCE + 50, 0.0)
    asked = _asked(missing, 64)
    assert [asked[0][0], asked[MOST_AT_ONCE][0]] == [0, 1]
    assert {len(ticks) for ticks in asked.values()} == {NACK_TRIES}
    assert len(asked) == MOST_AT_ONCE + 50
