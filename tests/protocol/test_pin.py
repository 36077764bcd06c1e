"""Pins, and what stands behind the # of an address."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.pin import Fragment, checked_pin, pin_of

_PIN = pin_of(b"")
_TOKENS = st.text("abcXYZ019-_.", min_size=1)


def test_a_pin_is_the_digest_of_the_certificate() -> None:
    # SHA-256 of "abc" is FIPS 180-4's example.
    assert pin_of(b"abc") == "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"


@given(st.none() | _TOKENS, st.none() | st.binary().map(pin_of))
def test_a_fragment_survives_the_round_trip(token: str | None, pin: str | None) -> None:
    address, _, fragment = Fragment(token, pin).after("https://h").partition("#")
    assert address == "https://h"
    assert Fragment.parse(fragment) == (token, pin)


def test_what_is_unknown_in_a_fragment_says_nothing() -> None:
    assert Fragment.parse("") == Fragment.parse("later=x") == (None, None)
    for text in (f"a.b.c:pin={_PIN}:later=x", f"a.b.c:later=x:pin={_PIN}"):
        assert Fragment.parse(text) == ("a.b.c", _PIN)


@pytest.mark.parametrize("shell", ["sh", "bash", "dash", "zsh", "fish", "pwsh"])
def test_a_shell_takes_an_invite_as_one_bare_word(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    link = Fragment("a.b-c_", _PIN).after("https://192.0.2.7:7880/j/myRoom")
    ran = subprocess.run([shell, "-c", f"echo {link}"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"{link}\n"


def test_what_some_shell_takes_for_its_own_stands_in_no_invite() -> None:
    link = Fragment("a.b-c_", _PIN).after("https://192.0.2.7:7880/j/myRoom")
    assert not set(link) & set("&;,|<>()$`\\\"' *?[]{}!%^~")


@pytest.mark.parametrize(
    "pin", ["", "sha256:", "sha1:abc", pin_of(b"")[:-1], pin_of(b"") + "=", pin_of(b"") + "\n"]
)
def test_a_damaged_pin_is_no_pin_at_all(pin: str) -> None:
    for damaged in (lambda: checked_pin(pin), lambda: Fragment.parse(f"a.b.c:pin={pin}")):
        with pytest.raises(ConfigError, match="damaged"):
            damaged()
