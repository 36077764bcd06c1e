"""What is said of an invite; its QR code is for browsers, which have no use for a pin."""

from __future__ import annotations

import pytest

from proconf_tui.protocol.pin import pin_of
from proconf_tui.tui.screens.invite import for_browsers, is_for_this_machine, note

_PIN = pin_of(b"")


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("http://192.0.2.1:7880/j/r#a.b.c", "http://192.0.2.1:7880/j/r#a.b.c"),
        (f"https://192.0.2.1/j/r#a.b.c:pin={_PIN}", "https://192.0.2.1/j/r#a.b.c"),
        (f"https://192.0.2.1/j/r#a.b.c:later=x:pin={_PIN}", "https://192.0.2.1/j/r#a.b.c"),
        (f"https://192.0.2.1/j/r#pin={_PIN}", "https://192.0.2.1/j/r"),
        (f"https://192.0.2.1/j/r#pin={_PIN}:later=x", "https://192.0.2.1/j/r"),
        ("https://192.0.2.1/j/pin=r", "https://192.0.2.1/j/pin=r"),
    ],
)
def test_a_qr_code_has_no_pin(link: str, shown: str) -> None:
    assert for_browsers(link) == shown


@pytest.mark.parametrize("host", ["127.0.0.1:7880", "[::1]:7880", "localhost:7880"])
def test_an_invite_of_this_machine_alone_says_so(host: str) -> None:
    link = f"http://{host}/j/r#a.b.c"
    assert is_for_this_machine(link)
    assert "start with --lan" in note(link, None)


@pytest.mark.parametrize("host", ["192.0.2.1:7880", "[2001:db8::1]", "meet.example"])
def test_an_invite_for_others_says_what_it_takes(host: str) -> None:
    link = f"https://{host}/j/r#a.b.c"
    assert not is_for_this_machine(link)
    assert note(link, None) == "Open it in a browser, or run: proconf-tui join 'LINK'."
    assert "73x46 cells" in note(link, (73, 46))
    assert "Advanced" in note(f"{link}:pin={_PIN}", None)
