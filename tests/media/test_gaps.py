from __future__ import annotations

from collections.abc import Iterable

import pytest

from proconf_tui.media.gaps import REORDERING_S, Gaps
from proconf_tui.rtp.missing import NACK_INTERVAL_S


def _gaps(sequences: Iterable[int]) -> Gaps:
    gaps = Gaps()
    for sequence in sequences:
        gaps.note(sequence, 0.0)
    return gaps


def test_a_gap_is_asked_for_a_moment_later_and_again() -> None:
    gaps = _gaps([0xFFFE, 1])
    assert gaps.take_due(0.0) == []
    assert gaps.take_due(REORDERING_S) == [0xFFFF, 0]
    assert gaps.take_due(REORDERING_S + 0.02) == []
    assert gaps.take_due(REORDERING_S + NACK_INTERVAL_S) == [0xFFFF, 0]


def test_what_is_only_out_of_order_is_not_asked_for() -> None:
    gaps = _gaps([1, 3])
    gaps.note(2, REORDERING_S / 2)
    assert gaps.take_due(1.0) == []
    assert not gaps


@pytest.mark.parametrize(
    ("answer_s", "waits_s"), [(0.01, NACK_INTERVAL_S), (0.1, 0.05), (0.5, 0.15)]
)
def test_how_long_a_question_waits_follows_from_how_long_answers_take(
    answer_s: float, waits_s: float
) -> None:
    gaps = _gaps([1, 3])
    gaps.take_due(REORDERING_S)
    gaps.note(2, REORDERING_S + answer_s)
    assert gaps.answer_s == pytest.approx(answer_s)
    gaps.note(5, 1.0)
    asked_at = 1.0 + REORDERING_S
    assert gaps.take_due(asked_at) == [4]
    assert gaps.take_due(asked_at + waits_s - 0.001) == []
    assert gaps.take_due(asked_at + waits_s + 0.001) == [4]


def test_an_answer_that_took_two_questions_hardly_counts() -> None:
    gaps = _gaps([1, 3])
    gaps.take_due(REORDERING_S)
    gaps.note(2, REORDERING_S + 0.1)
    gaps.note(5, 1.0)
    gaps.take_due(1.0 + REORDERING_S)
    gaps.note(4, 1.0 + REORDERING_S + 0.2)
    assert gaps.answer_s == pytest.approx(0.11)


@pytest.mark.parametrize("wide", [[1, 400], [1, *range(150, 30_000, 150)]])
def test_what_is_remembered_is_bounded(wide: list[int]) -> None:
    assert len(_gaps(wide)) <= 400


def test_a_stray_packet_changes_nothing_and_a_new_beginning_does() -> None:
    gaps = _gaps([1, 3, 40_000])
    assert len(gaps) == 1
    gaps.note(40_001, 0.0)
    assert not gaps
    gaps.note(40_003, 0.0)
    assert gaps.take_due(1.0) == [40_002]


def test_what_came_twice_or_far_too_late_is_of_no_interest() -> None:
    gaps = _gaps([5000, 5000, 4000, 5001])
    assert not gaps


def test_nothing_older_than_a_keyframe_is_asked_for() -> None:
    gaps = _gaps([1, 3, 5])
    gaps.forget_before(4)
    assert gaps.take_due(1.0) == [4]
