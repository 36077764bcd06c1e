from __future__ import annotations

import pytest

from bench.lib.terminal_answers import TerminalAnswers

OUTPUT = b"\x1b[2Jtext\x1b[?2026$p\x1b[7;1Hmore\x1b[6n\x1b[c\x1b[2;64H\x1b[6n"
ANSWERS = b"\x1b[?2026;2$y\x1b[1;1R\x1b[?62;22c\x1b[2;64R"


@pytest.mark.parametrize("size", range(1, 20))
def test_questions_are_answered_once_in_whatever_parts_they_come(size: int) -> None:
    answers = TerminalAnswers()
    parts = [OUTPUT[start : start + size] for start in range(0, len(OUTPUT), size)]
    assert b"".join(answers.take(part) for part in parts) == ANSWERS


def test_the_place_of_the_cursor_may_be_kept_back() -> None:
    answers = TerminalAnswers(tells_position=False)
    assert answers.take(OUTPUT) == b"\x1b[?2026;2$y\x1b[?62;22c"
