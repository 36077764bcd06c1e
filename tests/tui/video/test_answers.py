"""A terminal's answers never become typed text, and what is typed is not lost among them."""

from __future__ import annotations

import pytest

from proconf_tui.tui.video.answers import HOLD_FOR_S, LONGEST, MOST_FOUND, MOST_TYPED, Answers

VERSION = "\x1bP>|tmux 3.3a\x1b\\"
COLOURS = "\x1bP1$r0;48:2::1:2:3m\x1b\\"
CAPABILITY = "\x1bP1+r524742=38\x1b\\"
CELL = "\x1b[6;32;16t"
LAST = "\x1b[?62;22c"
ALL = [VERSION, COLOURS, CAPABILITY, CELL, LAST]


def test_answers_are_taken_out_and_the_rest_is_what_was_typed() -> None:
    answers = Answers(until=10)
    assert answers.taken(f"a{VERSION}\x1b[A{COLOURS}{CAPABILITY}b{CELL}{LAST}q", 0) == "a\x1b[Abq"
    assert answers.found == ALL
    assert answers.is_complete


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_answers_may_come_in_pieces(size: int) -> None:
    answers = Answers(until=10)
    text = f"h{VERSION}i{COLOURS}{CELL}\x1bOP{LAST}!"
    typed = [answers.taken(text[at : at + size], 0) for at in range(0, len(text), size)]
    assert "".join(typed) == "hi\x1bOP!"
    assert answers.is_complete


def test_after_the_last_one_nothing_is_an_answer_any_more() -> None:
    answers = Answers(until=10)
    answers.taken(LAST, 0)
    assert answers.taken(f"{CELL}\x1b", 0) == f"{CELL}\x1b"


def test_what_was_typed_before_the_app_is_there_comes_first() -> None:
    answers = Answers(until=10)
    answers.keep(f"ab{VERSION}c", 0)
    assert answers.has_begun
    assert answers.taken("d", 0) == "abcd"
    answers.keep("e", 0)
    assert answers.released(0) == "e"
    assert answers.released(0) == ""


def test_what_is_typed_key_by_key_is_kept_once_and_not_without_end() -> None:
    answers = Answers(until=10)
    for key in "abcdefgh":
        answers.keep(key, 0)
    assert answers.released(0) == "abcdefgh"
    for _ in range(100):
        answers.keep("x" * 4096, 0)
    assert answers.released(0) == "x" * MOST_TYPED


OVERLONG = ["\x1bP" + "A" * 200_000, "\x1b[6;" + "9" * 5000, "\x1b[?62;" + "4;" * 5000]


@pytest.mark.parametrize("begun", OVERLONG, ids=["string", "cell", "attributes"])
@pytest.mark.parametrize("size", [700, 4096, 300_000])
def test_what_is_too_long_for_an_answer_is_neither_held_nor_typed(begun: str, size: int) -> None:
    answers = Answers(until=10)
    for at in range(0, len(begun), size):
        assert answers.taken(begun[at : at + size], 0) == ""
        assert len(answers._held) < 2 * LONGEST
    assert answers.released(HOLD_FOR_S / 2) == ""
    assert answers.released(0.01 + HOLD_FOR_S) == ""
    assert answers.taken("q", 1) == "q"
    assert answers.taken(begun, 1) == ""
    assert answers.taken("\x1b[A", 1) == "\x1b[A"
    assert answers.taken(f"{begun}\x1b[B", 10.1) == "\x1b[B"


@pytest.mark.parametrize("size", [1, 5000, 300_000])
def test_an_answer_that_is_too_long_ends_where_it_ends(size: int) -> None:
    answers = Answers(until=10)
    text = f"a\x1bP>|{'A' * 3000}\x1b\\b\x1b[?62;{'4;' * 2000}1c\x1b[A"
    typed = [answers.taken(text[at : at + size], 0) for at in range(0, len(text), size)]
    assert "".join(typed) == "ab\x1b[A"
    assert answers.found == []
    assert answers.is_complete


def test_no_more_answers_are_kept_than_there_are_questions_for() -> None:
    answers = Answers(until=10)
    assert answers.taken(CELL * 1000, 0) == ""
    assert answers.found == [CELL] * MOST_FOUND


def test_typing_is_no_beginning_of_an_answer() -> None:
    answers = Answers(until=10)
    answers.keep("abc\x1b[A\x1b", 0)
    assert not answers.has_begun


def test_a_lone_escape_is_a_key_when_nothing_follows() -> None:
    answers = Answers(until=10)
    assert answers.taken("\x1b", 0) == ""
    assert answers.released(0.1) == "\x1b"


@pytest.mark.parametrize("begun", ["\x1b[", "\x1bP", "\x1b[?6"])
def test_what_only_began_like_an_answer_is_a_key_after_a_while(begun: str) -> None:
    answers = Answers(until=10)
    assert answers.taken(begun, 1) == ""
    assert answers.released(1 + HOLD_FOR_S / 2) == ""
    assert answers.released(1.01 + HOLD_FOR_S) == begun
    assert answers.taken("x", 2) == "x"


def test_a_terminal_that_never_answers_costs_nothing_after_a_while() -> None:
    answers = Answers(until=10)
    assert answers.taken("\x1b[", 9.9) == ""
    assert answers.taken(f"{LAST}x", 10.1) == f"\x1b[{LAST}x"
    assert not answers.is_complete
