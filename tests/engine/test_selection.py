"""Who is heard when more talk than there are places."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.selection import (
    CHANGES,
    DROWNING_S,
    HOLD_S,
    SILENCE_DB,
    TURN_S,
    Selection,
)

TICK_S = 0.1
HEARD = 3
CHOSEN = HEARD + 1
NAMES = "abcdefgh"

Levels = Mapping[str, float]


class Meeting:
    """A selection that listens ten times a second."""

    def __init__(self, names: Iterable[str] = NAMES, heard: int = HEARD) -> None:
        self.now = 1000.0
        self.selection: Selection[str] = Selection(heard)
        self.selection.keep(names, self.now)

    @property
    def chosen(self) -> str:
        return "".join(self.selection.chosen)

    @property
    def heard(self) -> str:
        """Who is heard by those without a place."""
        return self.chosen[:HEARD]

    def tick(self, levels_db: Levels, unmeasured: Collection[str] = ()) -> str:
        self.now += TICK_S
        self.selection.listen(levels_db, self.now, unmeasured)
        return self.chosen

    def run(self, levels_db: Levels, seconds: float, unmeasured: Collection[str] = ()) -> list[str]:
        """Return who is chosen after each tick of a while."""
        return [self.tick(levels_db, unmeasured) for _ in range(round(seconds / TICK_S))]


def _all(names: str, level_db: float = -25.0) -> dict[str, float]:
    return dict.fromkeys(names, level_db)


def _moves(turns: Sequence[str]) -> int:
    """Return how often the chosen change, in whatever order they are ranked."""
    return sum(set(a) != set(b) for a, b in itertools.pairwise(turns))


def test_the_first_to_come_are_chosen_while_nobody_talks() -> None:
    meeting = Meeting()
    assert meeting.chosen == "abcd"
    assert set(meeting.run({}, 5.0)) == {"abcd"}
    assert set(meeting.run(_all(NAMES, -60.0), 5.0)) == {"abcd"}


def test_who_begins_to_talk_among_silent_people_is_heard_at_once_by_all() -> None:
    meeting = Meeting()
    meeting.tick({"h": -30.0})
    assert "h" in meeting.heard
    meeting.tick({"h": -30.0, "g": -45.0})
    assert {"g", "h"} < set(meeting.heard)


def test_who_has_been_silent_the_longest_gives_way_first() -> None:
    meeting = Meeting()
    for name in "dcba":
        meeting.run({name: -25.0}, 1.0)
    meeting.run({}, HOLD_S + 1.0)
    for gone, come in (("d", "h"), ("c", "g"), ("b", "f")):
        before = set(meeting.chosen)
        meeting.run({come: -25.0}, 1.0)
        assert set(meeting.chosen) == before - {gone} | {come}


def test_who_pauses_keeps_the_place_for_a_while() -> None:
    meeting = Meeting()
    meeting.run(_all("abcd"), 3.0)
    assert set(meeting.run({**_all("abc"), "e": -25.0}, HOLD_S / 4)) == {"abcd"}
    meeting.run({**_all("abc"), "e": -25.0}, HOLD_S)
    assert set(meeting.chosen) == set("abce")


def test_who_drowns_out_another_takes_its_place_after_a_while() -> None:
    meeting = Meeting()
    levels = {**_all("abc"), "d": -40.0, "e": -26.0}
    meeting.run({**levels, "e": SILENCE_DB}, 9.0)
    turns = meeting.run(levels, DROWNING_S - TICK_S)
    assert set(turns) == {"abcd"}
    meeting.run(levels, 3 * TICK_S)
    assert set(meeting.chosen) == set("abce")


@pytest.mark.parametrize("level_db", [-26.0, -24.0, -20.0])
def test_who_is_not_clearly_louder_waits(level_db: float) -> None:
    meeting = Meeting()
    assert set(meeting.run({**_all("abcd"), "e": level_db}, 20.0)) == {"abcd"}


def test_a_shout_moves_nobody_who_talks() -> None:
    meeting = Meeting()
    talk = {"a": -20.0, "b": -25.0, "c": -30.0, "d": -35.0}
    meeting.run(talk, 3.0)
    turns = [meeting.tick({**talk, "e": 0.0}), *meeting.run(talk, 5.0)]
    assert set(turns) == {meeting.chosen}
    assert set(meeting.chosen) == set("abcd")


def test_a_shout_among_silent_people_moves_one_of_them_once() -> None:
    meeting = Meeting()
    turns = [meeting.chosen, meeting.tick({"e": 0.0}), *meeting.run({}, 10.0)]
    assert _moves(turns) == 1
    assert "e" in meeting.heard


def test_two_alike_do_not_take_turns() -> None:
    meeting = Meeting("abcde")
    meeting.run(_all("abcd"), 3.0)
    both = [{"d": -25.0, "e": -27.0}, {"d": -27.0, "e": -25.0}]
    turns = [meeting.tick({**_all("abc"), **both[n % 2]}) for n in range(200)]
    assert _moves(turns) == 0


def test_who_takes_turns_among_silent_people_is_kept() -> None:
    meeting = Meeting()
    meeting.run({"e": -25.0}, 1.0)
    turns = [meeting.run({"ef"[n % 2]: -25.0}, 1.0)[-1] for n in range(20)]
    assert _moves(turns[1:]) == 0


def test_the_last_one_chosen_moves_up_when_it_talks() -> None:
    meeting = Meeting("abcd")
    assert meeting.heard == "abc"
    meeting.tick({"d": -30.0})
    assert "d" in meeting.heard
    assert set(meeting.chosen) == set("abcd")


def test_who_waited_longer_is_heard_by_all_before_a_newcomer() -> None:
    meeting = Meeting()
    meeting.run(_all("abcd"), 3.0)
    assert meeting.heard == "abc"
    meeting.run(_all("bcde"), HOLD_S + 1.0)
    assert set(meeting.heard) == set("bcd")
    assert set(meeting.chosen) == set("bcde")


def test_who_ends_leaves_at_once_and_the_loudest_waiting_moves_up() -> None:
    meeting = Meeting()
    meeting.run({**_all("abcd"), "e": -30.0, "f": -28.0}, 2.0)
    meeting.selection.keep("acdefgh", meeting.now)
    assert set(meeting.chosen) == set("acdf")
    assert set(meeting.run({**_all("acd"), "e": -30.0, "f": -28.0}, 5.0)) == {meeting.chosen}
    meeting.selection.keep("", meeting.now)
    assert meeting.chosen == ""
    meeting.selection.keep("a", meeting.now)
    assert meeting.tick({"a": -10.0}) == "a"


def test_who_comes_waits_behind_those_who_are_there() -> None:
    meeting = Meeting("abcde")
    meeting.selection.keep("zabcde", meeting.now)
    assert meeting.chosen == "abcd"


def test_a_fan_gives_way_to_a_voice() -> None:
    meeting = Meeting()
    fans = _all("abcd", -46.0)
    meeting.run(fans, 3.0)
    meeting.run({**fans, "e": -30.0}, DROWNING_S + 2 * TICK_S)
    assert "e" in meeting.heard


def test_streams_without_levels_take_turns() -> None:
    meeting = Meeting()
    turns = meeting.run({}, 6 * TURN_S, unmeasured=NAMES)
    assert set("".join(turn[:HEARD] for turn in turns)) == set(NAMES)
    for name in NAMES:
        is_heard = (name in turn[:HEARD] for turn in turns)
        stays = [len(list(same)) * TICK_S for is_in, same in itertools.groupby(is_heard) if is_in]
        # Nobody's voice is cut into pieces: but for the last, stays are whole turns.
        assert all(stay >= TURN_S - 1.0 for stay in stays[:-1])


def test_streams_without_levels_that_have_stopped_give_way_to_others_at_once() -> None:
    meeting = Meeting()
    meeting.run({}, 1.0, unmeasured="abcd")
    meeting.run({}, TURN_S + 1.0)
    for name in "efgh":
        meeting.tick({}, unmeasured=name)
        assert name in meeting.heard
        meeting.run({}, 1.0, unmeasured=name)


def test_a_stream_without_levels_is_heard_among_silent_people_and_yields_to_voices() -> None:
    meeting = Meeting()
    meeting.tick({}, unmeasured="h")
    assert "h" in meeting.heard
    meeting.run({}, TURN_S, unmeasured="h")
    assert "h" in meeting.heard
    meeting.tick(_all("abcd", -38.0), unmeasured="h")
    assert "h" not in meeting.heard
    meeting.run(_all("abcd", -38.0), TURN_S, unmeasured="h")
    assert set(meeting.chosen) == set("abcd")


LEVELS = st.dictionaries(st.sampled_from(NAMES), st.floats(-127.0, 0.0))
TURNS = st.lists(LEVELS, min_size=1, max_size=60)


@given(TURNS, st.integers(0, 5))
def test_as_many_as_there_are_places_for_and_never_more(turns: list[Levels], heard: int) -> None:
    meeting = Meeting(heard=heard)
    for levels in turns:
        chosen = meeting.tick(levels)
        assert len(chosen) == len(set(chosen)) == min(heard + 1, len(NAMES))


@given(TURNS, st.lists(st.sets(st.sampled_from(NAMES)), min_size=60, max_size=60))
def test_only_those_who_are_there_are_chosen(turns: list[Levels], there: list[set[str]]) -> None:
    meeting = Meeting("")
    for levels, names in zip(turns, there, strict=False):
        kept = [name for name in meeting.chosen if name in names]
        meeting.selection.keep(sorted(names), meeting.now)
        assert meeting.chosen.startswith("".join(kept))
        assert len(meeting.chosen) == min(CHOSEN, len(names))
        assert set(meeting.tick(levels)) <= names


@given(TURNS, st.sampled_from("abcd"))
def test_the_loudest_talker_is_never_cut(turns: list[Levels], loudest: str) -> None:
    meeting = Meeting()
    meeting.tick({loudest: -1.0})
    assert loudest in meeting.heard
    for levels in turns:
        softer = {name: level - 2.0 for name, level in levels.items()}
        meeting.tick({**softer, loudest: -1.0})
        assert loudest in meeting.heard


@given(TURNS, st.sets(st.sampled_from("abcd")))
def test_where_everybody_has_a_place_nobody_loses_it(
    turns: list[Levels], unmeasured: set[str]
) -> None:
    meeting = Meeting("abcd")
    for levels in turns:
        own = {name: level for name, level in levels.items() if name in "abcd"}
        assert set(meeting.tick(own, unmeasured)) == set("abcd")


@given(TURNS)
def test_few_change_at_a_time_and_only_for_who_talks(turns: list[Levels]) -> None:
    meeting = Meeting()
    before = set(meeting.chosen)
    for levels in turns:
        after = set(meeting.tick(levels))
        assert len(after - before) <= CHANGES
        assert all(levels.get(name, SILENCE_DB) >= -50.0 for name in after - before)
        before = after


@given(TURNS)
def test_the_same_levels_choose_the_same(turns: list[Levels]) -> None:
    one, other = Meeting(), Meeting()
    for levels in turns:
        assert one.tick(levels) == other.tick(dict(sorted(levels.items())))


@given(TURNS)
def test_whatever_came_before_who_talks_among_silent_people_is_heard(turns: list[Levels]) -> None:
    meeting = Meeting()
    for levels in turns:
        meeting.tick(levels)
    meeting.run({}, HOLD_S + TICK_S)
    for name in NAMES:
        meeting.tick({name: -30.0})
        assert name in meeting.heard
        meeting.run({}, HOLD_S)
