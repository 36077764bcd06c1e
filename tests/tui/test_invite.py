"""What is said of an invite; its QR code is for browsers, which have no use for a pin."""

from __future__ import annotations

import re

import pytest
from textual.app import App
from textual.widgets import Static

from proconf_tui.protocol.pin import pin_of
from proconf_tui.tui.screens.invite import (
    InviteScreen,
    for_browsers,
    is_for_this_machine,
    note,
)

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
    assert "for others add --lan" in note(link, None)
    assert "HTTPS" not in note(link, None)


@pytest.mark.parametrize("host", ["192.0.2.1:7880", "[2001:db8::1]", "meet.example"])
def test_an_invite_for_others_says_what_it_takes(host: str) -> None:
    link = f"https://{host}/j/r#a.b.c"
    assert not is_for_this_machine(link)
    assert note(link, None).splitlines() == [
        "Open it in a browser, or run: proconf-tui join 'LINK'.",
        "Whoever has it is asked for no passcode.",
    ]
    assert "73x46 cells" in note(link, (73, 46))
    assert "Advanced" in note(f"{link}:pin={_PIN}", None)


def test_who_has_no_token_may_be_asked_for_a_passcode() -> None:
    assert "passcode" not in note(f"https://192.0.2.1/j/r#pin={_PIN}", None)


def test_without_https_it_says_what_browsers_lack() -> None:
    assert "no camera or microphone" in note("http://192.0.2.1:7880/j/r#a.b.c", None)


class _App(App[None]):
    """With the one colour that the dialog takes from the program's themes."""

    def get_css_variables(self) -> dict[str, str]:
        return {**super().get_css_variables(), "quiet": "white"}


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 30)])
async def test_the_cells_for_a_qr_code_are_the_same_at_every_size_and_are_enough(
    size: tuple[int, int],
) -> None:
    link = f"https://192.0.2.1:7880/j/myRoom#{'a' * 250}:pin={_PIN}"
    app = _App()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(InviteScreen(link, "myRoom"))
        await pilot.pause()
        said = str(app.screen.query_one("#invite-note", Static).content)
        found = re.search(r"must have (\d+)x(\d+) cells", said)
        assert found is not None
        columns, rows = int(found[1]), int(found[2])
        assert (columns, rows) == (73, 50)
        assert not app.screen.query_one("#invite-code").display
        await pilot.resize_terminal(columns, rows)
        await pilot.pause()
        assert app.screen.query_one("#invite-code").display
        box = app.screen.query_one("#invite").region
        assert box.height <= rows
