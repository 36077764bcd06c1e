"""Slots of the picture buffer: never two tiles on one, never an old picture on a new tile."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.tui.video.slots import Assignment, SlotTable


def table(slots: int = 3) -> tuple[SlotTable[str], dict[int, int]]:
    sequences = dict.fromkeys(range(slots), 0)
    return SlotTable(slots, sequences.__getitem__), sequences


def test_who_stays_keeps_the_slot() -> None:
    slots, _ = table()
    slots.assign(["a", "b"])
    before = slots.taken["b"].slot
    slots.assign(["c", "b"])
    assert slots.taken["b"].slot == before
    assert set(slots.taken) == {"b", "c"}


def test_a_freed_slot_is_taken_last() -> None:
    slots, _ = table()
    slots.assign(["a"])
    freed = slots.taken["a"].slot
    slots.assign(["b"])
    assert slots.taken["b"].slot != freed


def test_more_tiles_than_slots() -> None:
    slots, _ = table(2)
    slots.assign(["a", "b", "c"])
    assert set(slots.taken) == {"a", "b"}
    slots.assign(["c", "b"])
    assert set(slots.taken) == {"b", "c"}


def test_what_a_slot_held_when_it_was_given_away_is_stale() -> None:
    slots, sequences = table(1)
    slots.assign(["a"])
    sequences[0] = 7
    slots.assign(["b"])
    assert slots.taken["b"] == Assignment(0, 7)
    slots.confirm({"a": 1, "b": 0, "unknown": 0})
    assert slots.taken["b"] == Assignment(0, 7, is_confirmed=True)


def test_after_a_crash_nothing_is_trusted() -> None:
    slots, sequences = table()
    slots.assign(["a"])
    slots.confirm({"a": 0})
    sequences[slots.taken["a"].slot] = 5
    slots.distrust()
    assert not slots.taken["a"].is_confirmed
    assert slots.taken["a"].shown_sequence == 5


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True)))
def test_no_slot_is_given_twice_or_lost(rounds: list[list[str]]) -> None:
    slots, _ = table(4)
    for wanted in rounds:
        slots.assign(wanted)
        given_out = [assignment.slot for assignment in slots.taken.values()]
        assert len(given_out) == len(set(given_out)) == min(4, len(wanted))
        assert set(slots.taken) <= set(wanted)
