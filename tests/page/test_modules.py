"""The tests of the page's modules, which are written in JavaScript: each file is one test here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.node import run_tests

_FILES = sorted(Path(__file__).parent.glob("*.test.js"))


def test_there_are_some() -> None:
    assert _FILES


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_module(path: Path) -> None:
    run_tests(path)
