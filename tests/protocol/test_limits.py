"""The checks refuse what is over a limit, name it, and accept what just fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from proconf_tui.errors import LimitExceeded
from proconf_tui.protocol.limits import (
    check_bytes,
    check_characters,
    check_count,
    check_json_size,
)


@pytest.mark.parametrize(
    ("check", "fits", "exceeds", "says"),
    [
        (check_bytes, "é" * 4, "é" * 4 + "e", "The thing may be at most 8 bytes; this is 9 bytes."),
        (
            check_characters,
            "é" * 8,
            "é" * 9,
            "The thing may have at most 8 characters; this has 9.",
        ),
        (check_count, [1] * 8, [1] * 9, "The thing may be at most 8; these are 9."),
        (check_json_size, {"a": 12}, {"a": 123}, "at most 8 bytes of JSON; this is 9 bytes."),
        (check_json_size, {}, {"a": object()}, "The thing must be plain JSON of at most 8 bytes."),
        (check_json_size, [], "\ud800", "The thing must be plain JSON of at most 8 bytes."),
    ],
)
def test_a_check_names_its_limit(
    check: Callable[[Any, int, str], None], fits: Any, exceeds: Any, says: str
) -> None:
    check(fits, 8, "The thing")
    with pytest.raises(LimitExceeded) as refused:
        check(exceeds, 8, "The thing")
    assert refused.value.message.endswith(says)


def test_whole_kibibytes_are_named_as_such() -> None:
    with pytest.raises(LimitExceeded, match="at most 2 KiB"):
        check_bytes("x" * 2049, 2048, "The thing")
