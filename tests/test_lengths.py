"""No file, class or function grows longer than what is read at one sitting.

The page's modules have the same wall in tests/page/test_layers.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lengths import CLASS_LINES, FILE_LINES, FUNCTION_LINES, problems

_ROOT = Path(__file__).parent.parent
_SCANNED = ("proconf_tui", "bench", "examples", "scripts")


@pytest.mark.parametrize("directory", _SCANNED)
def test_nothing_is_too_long(directory: str) -> None:
    paths = sorted((_ROOT / directory).rglob("*.py"))
    assert paths
    found = [
        problem
        for path in paths
        for problem in problems(path.relative_to(_ROOT).as_posix(), path.read_text("utf-8"))
    ]
    assert found == []


def _function(lines: int, head: str = "def f():") -> str:
    return f"{head}\n" + "    pass\n" * (lines - 1)


def _class(lines: int) -> str:
    return "class C:\n" + "    a = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\n" * FILE_LINES,
        _class(CLASS_LINES),
        _function(FUNCTION_LINES),
        f"@decorated\n{_function(FUNCTION_LINES)}",
    ],
)
def test_what_is_as_long_as_it_may_be_is_well(text: str) -> None:
    assert list(problems("a.py", text)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\n" * (FILE_LINES + 1), "a.py has 301 lines, of 300"),
        (_class(CLASS_LINES + 1), "a.py:1 C has 251 lines, of 250"),
        (_function(FUNCTION_LINES + 1), "a.py:1 f has 41 lines, of 40"),
        (_function(FUNCTION_LINES + 1, "async def f():"), "a.py:1 f has 41 lines, of 40"),
        (
            "class C:\n    def f(self):\n" + "        pass\n" * FUNCTION_LINES,
            "a.py:2 f has 41 lines, of 40",
        ),
    ],
)
def test_what_is_longer_is_noticed(text: str, problem: str) -> None:
    assert list(problems("a.py", text)) == [problem]
