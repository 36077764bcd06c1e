"""Places that stay, and the floor, which is not taken by a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video.seating import (
    KEEPS_SEAT_FOR_S,
    TAKES_FLOOR_AFTER_S,
    Floor,
    Seating,
)
from proconf_tui.tui.video.subjects import Subject

LOUD, QUIET = -15.0, -60.0


def person(name: str, level_dbfs: float = QUIET, *, camera: bool = True) -> Person:
    return Person(
        PeerId(name), name, "guest", name == "me", False, True, camera, False, True, level_dbfs
    )


def speaking(names: str, *loud: str) -> list[Person]:
    return [person(name, LOUD if name in loud else QUIET) for name in names]


def names(seating: Seating) -> str:
    return "".join(one.name for one in seating.order)


def talk(seating: Seating, everybody: str, who: str, start: float, duration: float) -> float:
    """Let somebody speak, heard ten times a second; return when they stop."""
    for step in range(round(10 * duration) + 1):
        seating.seat(speaking(everybody, who), start + step / 10)
    return start + duration


def test_who_comes_sits_down_at_the_end_and_me_last() -> None:
    seating = Seating()
    seating.seat([person("me"), *speaking("ab")], 0.0)
    assert [one.name for one in seating.order] == ["a", "b", "me"]
    seating.seat([person("me"), *speaking("cba")], 1.0)
    assert [one.name for one in seating.order] == ["a", "b", "c", "me"]
    seating.seat([*speaking("cb"), person("me")], 2.0)
    assert [one.name for one in seating.order] == ["b", "c", "me"]


def test_nobody_moves_because_they_speak() -> None:
    seating = Seating()
    talk(seating, "abcd", "d", 0.0, 5.0)
    assert not seating.bring_forward([], 5.0)
    assert names(seating) == "abcd"


def test_who_speaks_long_enough_and_is_hidden_gets_the_place_of_somebody_quiet() -> None:
    seating = Seating()
    at = talk(seating, "abcd", "d", 0.0, TAKES_FLOOR_AFTER_S - 0.2)
    assert not seating.bring_forward([PeerId("c"), PeerId("d")], at)
    at = talk(seating, "abcd", "d", at, 0.3)
    assert seating.bring_forward([PeerId("c"), PeerId("d")], at)
    assert names(seating) == "adcb"
    assert "".join(one.name for one in seating.numbered) == "abcd", "numbers stay"


def test_who_has_just_spoken_keeps_the_place() -> None:
    seating = Seating()
    at = talk(seating, "abc", "a", 0.0, 1.0)
    at = talk(seating, "abc", "b", at, 1.0)
    at = talk(seating, "abc", "c", at + 1, 2.0)
    assert not seating.bring_forward([PeerId("c")], at)
    at = talk(seating, "abc", "c", at, KEEPS_SEAT_FOR_S)
    assert seating.bring_forward([PeerId("c")], at)
    assert names(seating) == "cba", "the one who has been quiet longest makes room"


def test_a_place_for_a_picture_is_not_given_for_a_name() -> None:
    seating = Seating()
    for step in range(30):
        everybody = [person("a"), person("b", camera=False), person("c", LOUD, camera=False)]
        seating.seat(everybody, step / 10)
    assert seating.bring_forward([PeerId("c")], 2.9)
    assert names(seating) == "acb"


def test_i_am_not_moved() -> None:
    seating = Seating()
    for step in range(30):
        seating.seat([person("me"), person("a", LOUD)], step / 10)
    assert not seating.bring_forward([PeerId("a")], 2.9)


def titles(subjects: list[Subject]) -> list[str]:
    return [one.person.name + " screen" * one.is_screen for one in subjects]


def test_screens_come_first_as_they_began_and_have_the_last_numbers() -> None:
    seating = Seating()
    a, b, me = person("a"), person("b"), person("me")
    seating.seat([me, a, b], 0.0)
    assert titles(seating.numbered_tiles) == ["a", "b", "me"]
    seating.seat([me, a, replace(b, has_screen=True)], 1.0)
    seating.seat([me, replace(a, has_screen=True), replace(b, has_screen=True)], 2.0)
    assert titles(seating.tiles) == ["b screen", "a screen", "a", "b", "me"]
    assert titles(seating.numbered_tiles) == ["a", "b", "me", "b screen", "a screen"]
    seating.seat([me, replace(a, has_screen=True)], 3.0)
    assert titles(seating.tiles) == ["a screen", "a", "me"]


def test_the_first_who_speaks_has_the_floor_at_once() -> None:
    floor = Floor()
    floor.hear(speaking("ab"), 0.0)
    assert floor.speaker is None
    floor.hear(speaking("ab", "b"), 0.1)
    assert floor.speaker == "b"


@pytest.mark.parametrize(("duration_s", "taken"), [(1.4, False), (1.7, True)])
def test_another_takes_it_by_speaking_long_enough(duration_s: float, taken: bool) -> None:
    floor = Floor()
    floor.hear(speaking("ab", "a"), 0.0)
    for step in range(round(duration_s * 10) + 1):
        # A pause between two words every half a second.
        loud = () if step % 5 == 4 else ("b",)
        floor.hear(speaking("ab", *loud), 1.0 + step / 10)
    assert (floor.speaker == "b") is taken


def test_the_louder_of_two_keeps_it() -> None:
    floor = Floor()
    both = [person("a", -12.0), person("b", -20.0)]
    for step in range(40):
        floor.hear(both, step / 10)
    assert floor.speaker == "a"
    for step in range(40, 80):
        floor.hear([replace(both[0], level_dbfs=-25.0), both[1]], step / 10)
    assert floor.speaker == "b"


def test_single_words_far_apart_do_not_add_up() -> None:
    floor = Floor()
    floor.hear(speaking("ab", "a"), 0.0)
    for second in range(1, 10):
        floor.hear(speaking("ab", "b"), float(second))
    assert floor.speaker == "a"


def test_who_leaves_loses_it_and_i_never_have_it() -> None:
    floor = Floor()
    floor.hear([person("me", LOUD), *speaking("ab", "a")], 0.0)
    assert floor.speaker == "a"
    floor.hear([person("me", LOUD), *speaking("b")], 0.1)
    assert floor.speaker is None
