"""The events as people read about them: each is described, and named as in the seed systems."""

from __future__ import annotations

import re

import pytest

from proconf_tui.control.events import SDK_EVENTS, Event
from proconf_tui.control.screen import SCREEN_EVENTS


@pytest.mark.parametrize("event", [*SDK_EVENTS.values(), *SCREEN_EVENTS.values()])
def test_it_is_described(event: type[Event]) -> None:
    assert event.__doc__
    assert event.__doc__ != Event.__doc__


def test_names_are_words_joined_by_hyphens_and_none_is_used_twice() -> None:
    names = [*SDK_EVENTS, *SCREEN_EVENTS]
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    assert len(set(names)) == len(names)
