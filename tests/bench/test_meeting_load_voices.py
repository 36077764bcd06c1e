"""A meeting's voices: a handful loud, not always the same, and the same ones for each seed."""

from __future__ import annotations

from itertools import pairwise

from bench.lib.meeting_load_voices import TURN_S, Voices

PEOPLE = 50
TURNS = 30


def levels(voices: Voices, at_s: float) -> list[int]:
    return [voices.level(person, at_s) for person in range(PEOPLE)]


def test_a_handful_are_loud_and_all_others_murmur() -> None:
    voices = Voices(PEOPLE)
    for turn in range(TURNS):
        at_s = turn * TURN_S
        loud = voices.loud(at_s)
        assert 1 <= len(loud) <= 8
        quietest_loud = max(voices.level(person, at_s) for person in loud)
        loudest_other = min(
            voices.level(person, at_s) for person in range(PEOPLE) if person not in loud
        )
        assert quietest_loud < loudest_other


def test_turns_bring_others_and_keep_some() -> None:
    voices = Voices(PEOPLE)
    turns = [voices.loud(turn * TURN_S) for turn in range(TURNS)]
    assert all(before != after for before, after in pairwise(turns))
    assert any(before & after for before, after in pairwise(turns))
    assert len(frozenset().union(*turns)) > PEOPLE / 2


def test_levels_sway_within_a_turn_and_fit_their_seven_bits() -> None:
    voices = Voices(PEOPLE)
    told = [levels(voices, tick * 0.02) for tick in range(int(TURN_S / 0.02))]
    assert len({each[0] for each in told}) > 1
    assert all(0 <= level <= 127 for each in told for level in each)


def test_a_seed_makes_one_meeting() -> None:
    assert levels(Voices(PEOPLE, 3), 7.0) == levels(Voices(PEOPLE, 3), 7.0)
    assert levels(Voices(PEOPLE, 3), 7.0) != levels(Voices(PEOPLE, 4), 7.0)


def test_somebody_is_always_loud_in_a_small_meeting() -> None:
    assert all(Voices(2).loud(turn * TURN_S) for turn in range(TURNS))
