"""Spans of time as options take them."""

from __future__ import annotations

import pytest

from proconf_tui.cli.durations import seconds_of
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.limits import LONGEST_S


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("1.5h", 5400)],
)
def test_a_time_is_read(text: str, seconds: float) -> None:
    assert seconds_of(text, "--ttl") == seconds


@pytest.mark.parametrize(
    "text", ["", "s", "ten", "-1", "1e3", "1 h", "1w", "1h30m", "inf", "nan", "١٠", "9" * 5000]
)
def test_another_form_is_refused_by_the_options_name(text: str) -> None:
    with pytest.raises(ConfigError, match="--ttl must be a time like"):
        seconds_of(text, "--ttl")


def test_the_bounds_are_named() -> None:
    assert seconds_of("366d", "--ttl") == LONGEST_S
    assert seconds_of("0", "--ttl", least_s=0) == 0
    for text in ("0", "0.5", "367d"):
        with pytest.raises(ConfigError, match="from 1 second to a year"):
            seconds_of(text, "--ttl")
