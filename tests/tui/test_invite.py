"""The invite's QR code is for browsers, which have no use for the pin of a certificate."""

from __future__ import annotations

import pytest

from proconf_tui.tui.screens.invite import for_browsers


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("http://192.0.2.1:7880/j/r#a.b.c", "http://192.0.2.1:7880/j/r#a.b.c"),
        ("https://192.0.2.1/j/r#a.b.c&pin=sha256:AB", "https://192.0.2.1/j/r#a.b.c"),
        ("https://192.0.2.1/j/r#pin=sha256:AB", "https://192.0.2.1/j/r"),
    ],
)
def test_a_qr_code_has_no_pin(link: str, shown: str) -> None:
    assert for_browsers(link) == shown
