"""Who speaks follows the levels with patience: no flicker, no stolen floor."""

from __future__ import annotations

from proconf_tui.protocol.ids import PeerId
from proconf_tui.server.speakers import HOLD_S, Speakers, heard

ANN, BEN = PeerId("ann"), PeerId("ben")


def after(*steps: tuple[float, float, float]) -> Speakers:
    """Fold (instant, Ann's level, Ben's level)."""
    speakers = Speakers()
    for now, ann_db, ben_db in steps:
        speakers = heard(speakers, {ANN: ann_db, BEN: ben_db}, now)
    return speakers


def test_silence_has_no_speakers() -> None:
    speakers = after((0.0, -127, -127), (0.2, -60, -90))
    assert speakers.active == []
    assert speakers.dominant is None


def test_the_loudest_comes_first_and_has_the_floor() -> None:
    speakers = after((0.0, -30, -20))
    assert speakers.active == [BEN, ANN]
    assert speakers.dominant == BEN


def test_between_the_thresholds_only_one_who_spoke_goes_on() -> None:
    speakers = after((0.0, -30, -50), (2.0, -50, -50))
    assert speakers.active == [ANN]


def test_a_short_pause_is_held_and_a_long_one_ends_the_turn() -> None:
    assert after((0.0, -30, -127), (HOLD_S / 2, -127, -127)).active == [ANN]
    ended = after((0.0, -30, -127), (HOLD_S * 1.1, -127, -127))
    assert ended.active == []
    assert ended.dominant == ANN


def test_the_floor_goes_only_to_somebody_clearly_louder() -> None:
    assert after((0.0, -30, -127), (0.2, -30, -27)).dominant == ANN
    assert after((0.0, -30, -127), (0.2, -30, -20)).dominant == BEN


def test_who_is_gone_is_forgotten() -> None:
    speakers = heard(after((0.0, -30, -40)), {BEN: -40.0}, 0.2)
    assert speakers.active == [BEN]
    assert speakers.dominant == BEN
