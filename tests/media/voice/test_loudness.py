from __future__ import annotations

import pytest

from proconf_tui.media.voice.loudness import Loudness

FRAME = 960
FRAME_S = 0.02


def _spoken(loudness: Loudness, told_dbfs: float, decoded_dbfs: float, at_s: float) -> float:
    """Tell and hear a second and a bit; return the level at its end."""
    for number in range(55):
        now = at_s + number * FRAME_S
        loudness.tell(told_dbfs, now)
        loudness.hear(decoded_dbfs, FRAME, now)
    return loudness.read_dbfs(at_s + 55 * FRAME_S)


@pytest.mark.parametrize("decoded_dbfs", [-10.0, -20.0, -35.0])
def test_what_is_told_counts(decoded_dbfs: float) -> None:
    assert _spoken(Loudness(), -20.0, decoded_dbfs, 1.0) == pytest.approx(-20.8)


def test_it_falls_when_nothing_more_is_told() -> None:
    loudness = Loudness()
    loudness.tell(-10.0, 1.0)
    assert loudness.read_dbfs(1.0) == -10.0
    assert loudness.read_dbfs(2.0) == -50.0


def test_a_claim_that_nothing_bears_out_is_no_longer_believed() -> None:
    loudness = Loudness()
    assert _spoken(loudness, 0.0, -127.0, 1.0) < -100.0
    loudness.tell(0.0, 5.0)
    assert loudness.read_dbfs(5.0) < -100.0


def test_after_a_while_one_packet_is_enough_to_tell_again() -> None:
    loudness = Loudness()
    _spoken(loudness, 0.0, -127.0, 1.0)
    loudness.tell(0.0, 15.0)
    assert loudness.read_dbfs(15.0) == 0.0
    loudness.hear(-127.0, FRAME, 15.0)
    assert loudness.read_dbfs(15.0) < -100.0


def test_who_is_heard_is_believed_again_at_once() -> None:
    loudness = Loudness()
    _spoken(loudness, 0.0, -127.0, 1.0)
    loudness.hear(-12.0, FRAME, 2.2)
    loudness.tell(0.0, 2.2)
    assert loudness.read_dbfs(2.2) == 0.0


def test_pauses_between_words_raise_no_doubt() -> None:
    loudness = Loudness()
    for number in range(500):
        loudness.tell(-20.0, number * FRAME_S)
        loudness.hear(-20.0 if number % 40 == 0 else -90.0, FRAME, number * FRAME_S)
        assert loudness.read_dbfs(number * FRAME_S) == -20.0


def test_who_tells_nothing_counts_as_talking_until_heard() -> None:
    loudness = Loudness()
    loudness.tell(None, 1.0)
    loudness.pass_over(1.0)
    assert loudness.read_dbfs(1.0) == -30.0
    loudness.hear(-90.0, FRAME, 3.0)
    assert loudness.read_dbfs(3.0) == -90.0


def test_who_tells_a_level_is_not_assumed_to_talk() -> None:
    loudness = Loudness()
    loudness.tell(-60.0, 1.0)
    loudness.pass_over(1.0)
    assert loudness.read_dbfs(1.0) == -60.0
