"""A kept passcode can be checked and not read."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from proconf_tui.server.passcodes import hashed, matches


@settings(max_examples=10)
@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()), st.text())
def test_only_the_passcode_itself_matches(passcode: str, other: str) -> None:
    kept = hashed(passcode)
    assert matches(passcode, kept)
    assert matches(other, kept) == (other == passcode)


def test_the_same_passcode_is_kept_differently_each_time() -> None:
    assert hashed("1234") != hashed("1234")
    assert "1234" not in hashed("1234")
