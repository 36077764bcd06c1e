"""The loss of a whole subscriber, from reports that speak of one slot each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from proconf_tui.engine.forwarding.reported_loss import ReportedLoss
from proconf_tui.engine.rtcp import ReportBlock

BUSY, IDLE, VOICE = 1, 2, 3


def _told(reports: Sequence[tuple[int, int, int]]) -> ReportedLoss:
    """Return what these blocks tell: an SSRC, a fraction in 1/256, the highest number of each."""
    told = ReportedLoss()
    for ssrc, fraction, highest in reports:
        told.note(ReportBlock(ssrc, fraction, 0, highest, 0, 0, 0))
    return told


def test_a_slot_that_carries_nothing_hides_no_loss() -> None:
    told = _told([(BUSY, 64, 0), (IDLE, 0, 0), (BUSY, 64, 300), (IDLE, 0, 0)])
    assert told.of((BUSY, IDLE)) == 0.25


def test_each_slot_counts_by_its_packets() -> None:
    told = _told([(BUSY, 0, 0), (VOICE, 0, 0), (BUSY, 128, 300), (VOICE, 0, 100)])
    assert told.of((BUSY, VOICE)) == pytest.approx(0.375)
    assert told.of((VOICE,)) == 0.0


def test_what_is_not_fed_any_more_does_not_count() -> None:
    assert _told([(BUSY, 128, 0), (BUSY, 128, 300)]).of((VOICE,)) == 0.0


def test_a_first_report_is_told_and_a_receiver_may_begin_anew() -> None:
    assert _told([(BUSY, 64, 5000)]).of((BUSY,)) == 0.25
    assert _told([(BUSY, 64, 5000), (BUSY, 64, 10)]).of((BUSY,)) == 0.0
