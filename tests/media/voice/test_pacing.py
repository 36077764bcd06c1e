from __future__ import annotations

import pytest

from proconf_tui.media.voice.pacing import Pace, Pacer

MS = 48
FRAME = 20 * MS
WANTED = 40 * MS


def _begun(spare_ms: float = 40.0) -> Pacer:
    pacer = Pacer()
    pacer.begin(spare_ms * MS)
    return pacer


def _decide(pacer: Pacer, spare_ms: float) -> Pace:
    return pacer.decide(spare_ms * MS, WANTED, FRAME)


def test_near_the_wanted_spare_nothing_changes() -> None:
    pacer = _begun()
    assert {_decide(pacer, spare) for spare in (40, 50, 35, 31, 44)} == {Pace.KEEP}


def test_too_little_is_made_up_at_once_until_there_is_enough() -> None:
    pacer = _begun()
    assert _decide(pacer, 29) is Pace.LENGTHEN
    assert _decide(pacer, 36) is Pace.LENGTHEN
    assert _decide(pacer, 40) is Pace.KEEP
    assert _decide(pacer, 36) is Pace.KEEP


def test_too_much_is_believed_only_after_some_frames() -> None:
    pacer = _begun()
    paces = [_decide(pacer, 80) for _ in range(6)]
    assert paces[0] is Pace.KEEP
    assert paces[-1] is Pace.SHORTEN


def test_a_moment_of_too_much_changes_nothing_in_speech() -> None:
    pacer = _begun()
    paces = {_decide(pacer, spare) for spare in (40, 80, 80, 40, 40)}
    assert Pace.SHORTEN not in paces


def test_a_little_too_much_is_cut_from_silence_only() -> None:
    pacer = _begun(52.0)
    assert _decide(pacer, 52) is Pace.TRIM


def test_what_cannot_be_heard_is_not_cut_from_speech() -> None:
    pacer = _begun(59.0)
    assert {_decide(pacer, 59) for _ in range(20)} == {Pace.TRIM}


def test_what_is_asked_for_ahead_is_left() -> None:
    pacer = _begun(70.0)
    assert pacer.decide(70 * MS, WANTED, FRAME, ahead=20 * MS) is Pace.KEEP
    assert pacer.decide(70 * MS, WANTED, FRAME, ahead=15 * MS) is Pace.TRIM
    assert pacer.decide(70 * MS, WANTED, FRAME, ahead=5 * MS) is Pace.SHORTEN


def test_shortening_goes_on_until_there_is_no_more_than_wanted() -> None:
    pacer = _begun(61.0)
    assert _decide(pacer, 61) is Pace.SHORTEN
    assert _decide(pacer, 44) is Pace.SHORTEN
    assert _decide(pacer, 39) is Pace.KEEP


def test_a_stretched_frame_is_followed_by_one_that_is_not() -> None:
    pacer = _begun(80.0)
    assert _decide(pacer, 80) is Pace.SHORTEN
    pacer.note_stretch(-8 * MS)
    assert _decide(pacer, 72) is Pace.KEEP
    assert _decide(pacer, 72) is Pace.SHORTEN


def test_what_did_not_stretch_is_tried_again_in_the_next_frame() -> None:
    pacer = _begun(80.0)
    assert _decide(pacer, 80) is Pace.SHORTEN
    pacer.note_stretch(0)
    assert _decide(pacer, 80) is Pace.SHORTEN


@pytest.mark.parametrize(("spare_ms", "is_hopeless"), [(189, False), (191, True)])
def test_far_too_much_is_hopeless(spare_ms: int, is_hopeless: bool) -> None:
    assert Pacer().is_hopeless(spare_ms * MS, WANTED) is is_hopeless
