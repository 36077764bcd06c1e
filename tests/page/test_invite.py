"""The page finds the token in an invite that the terminal finds."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path
from typing import Final

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.pin import Fragment, pin_of
from tests.support.node import run_program

_PROGRAM: Final = Path(__file__).parent / "programs" / "parse_fragments.js"
_PARTS: Final = ("a.b.c", "pin", f"pin={pin_of(b'')}", "later=x", "X=1", "ä=", *":::=&#-_\n")


def test_the_page_and_the_terminal_find_the_same_token() -> None:
    dice = random.Random("what stands behind the #")
    found: dict[str, str | None] = {}
    for _ in range(3_000):
        text = "".join(dice.choices(_PARTS, k=dice.randint(0, 5)))
        # A damaged pin is refused by the terminal, and is no matter of the page.
        with contextlib.suppress(ConfigError):
            found[text] = Fragment.parse(text).token
    assert len(found) > 1_000
    assert None in found.values()
    assert run_program(_PROGRAM, list(found)) == list(found.values())
