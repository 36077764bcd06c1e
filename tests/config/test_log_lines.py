"""What is logged commands no terminal and has an end; a traceback can still be read."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from proconf_tui.config.log_lines import LINE_CELLS, HarmlessFormatter, harmless, harmless_lines

_CLIPBOARD = "\x1b]52;c;b3duZWQ=\x07"


@pytest.mark.parametrize(
    ("text", "logged"),
    [
        (f"x{_CLIPBOARD}y", "xy"),
        ("x\x1b[2J\x1b[31my", "xy"),
        ("x\x9d0;title\x9cy\x9b2J", "xy"),
        ("one\r\ntwo", "one two"),
        ("naïve 猫", "naïve 猫"),
    ],
)
def test_what_commands_a_terminal_goes(text: str, logged: str) -> None:
    assert harmless(text) == logged


def test_a_line_has_an_end() -> None:
    logged = harmless("x" * 100_000)
    assert len(logged) == LINE_CELLS
    assert logged.endswith("…")


def test_a_sequence_without_an_end_takes_no_other_line_away() -> None:
    assert harmless_lines("before\nx\x1b]52;c;\nafter") == "before\nx\nafter"


def test_of_many_lines_the_first_and_the_last_are_kept() -> None:
    lines = harmless_lines("\n".join(map(str, range(1000)))).split("\n")
    assert (lines[0], lines[-1]) == ("0", "999")
    assert "…" in lines
    assert len(lines) < 200


def test_a_record_with_its_error_is_harmless() -> None:
    record = logging.LogRecord("a", logging.ERROR, "", 0, "from %s", (_CLIPBOARD,), None)
    try:
        raise ValueError(f"bad: {_CLIPBOARD}")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    logged = HarmlessFormatter("%(name)s: %(message)s").format(record)
    first, *_, last = logged.split("\n")
    assert (first, last) == ("a: from ", "ValueError: bad: ")
    assert "Traceback" in logged


# Each as an agent and a terminal begin their log.
_LOGGING_PROGRAMS = {
    "agent": "from proconf_tui.agent.process import own_streams\nown_streams(path).__enter__()",
    "screen": "from proconf_tui.tui.launch import _log_into\n_log_into(path)",
}


@pytest.mark.parametrize("program", _LOGGING_PROGRAMS.values(), ids=_LOGGING_PROGRAMS)
def test_the_programs_logs_are_harmless(program: str, tmp_path: Path) -> None:
    log = tmp_path / "program.log"
    text = (
        f"import logging, pathlib\npath = pathlib.Path({str(log)!r})\n{program}\n"
        f"logging.getLogger('other').warning('said %s', {_CLIPBOARD!r})"
    )
    subprocess.run([sys.executable, "-c", text], check=True, timeout=60)
    (line,) = log.read_text("utf-8").splitlines()
    assert line.endswith("WARNING other: said ")
    assert line.isprintable()
