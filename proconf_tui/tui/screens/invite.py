"""The invite: link, QR code, and the link into the clipboard (OSC 52, by Textual)."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from proconf_tui.config.hosts import is_loopback
from proconf_tui.protocol.pin import Fragment
from proconf_tui.tui.words import one_line

_FRAME_CELLS = (8, 9)
_QUIET_ZONE = 2


class InviteScreen(ModalScreen[None]):
    """Closes with escape; ``c`` copies."""

    CSS_PATH = "invite.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i", "dismiss", show=False),
        Binding("c,enter", "copy", show=False),
    ]

    def __init__(self, url: str, room: str) -> None:
        super().__init__()
        self._url = one_line(url)
        self._room = one_line(room, 40)

    def compose(self) -> ComposeResult:
        with Vertical(id="invite") as box:
            box.border_title = Content(f"Invite to {self._room}")
            box.border_subtitle = "c copies · esc closes"
            yield Static(Content(self._url), id="invite-link")
            with Center():
                yield Static("", id="invite-code")
            yield Static("", id="invite-note")

    def on_mount(self) -> None:
        self._show_code()

    def on_resize(self) -> None:
        self._show_code()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._url)
        self.notify("The link is in the clipboard, if this terminal allows it.", markup=False)

    def _show_code(self) -> None:
        rows = qr_rows(for_browsers(self._url))
        width, height = self.app.size
        columns = len(rows[0]) + _FRAME_CELLS[0]
        is_for_others = not is_for_this_machine(self._url)
        has_room = (
            is_for_others
            and columns <= width
            and len(rows) + rows_beside_code(self._url, width) <= height
        )
        self.query_one("#invite-code", Static).update(Content("\n".join(rows)) if has_room else "")
        self.query_one("#invite-code").display = has_room
        # What is enough whatever the width is now, which a person may change for it.
        needed = (columns, len(rows) + rows_beside_code(self._url, columns))
        missing = needed if is_for_others and not has_room else None
        self.query_one("#invite-note", Static).update(Content(note(self._url, missing)))


def rows_beside_code(link: str, width: int) -> int:
    """Return how many rows an invite takes without its QR code, in a terminal so wide."""
    link_rows = -(-len(link) // max(20, min(width - 12, 88)))
    return link_rows + note(link, None).count("\n") + _FRAME_CELLS[1]


def note(link: str, missing_cells: tuple[int, int] | None) -> str:
    """Return what to do with an invite; ``missing_cells`` is what its QR code would take, if it has
    no room."""
    sentences = ["Open it in a browser, or run: proconf-tui join 'LINK'."]
    address, _, fragment = link.partition("#")
    told = Fragment.parse(fragment)
    if told.token is not None:
        sentences.append("Whoever has it is asked for no passcode.")
    if is_for_this_machine(link):
        sentences.append("It works on this machine alone; for others add --lan.")
    elif urlsplit(address).scheme == "http":
        sentences.append("Without HTTPS (--lan) browsers have no camera or microphone.")
    if told.pin is not None:
        sentences.append("Browsers may warn of it once; go on under Advanced.")
    if missing_cells is not None:
        columns, rows = missing_cells
        sentences.append(f"For a QR code the terminal must have {columns}x{rows} cells.")
    return "\n".join(sentences)


def is_for_this_machine(link: str) -> bool:
    """Return whether an invite is for this machine alone, so that no phone finds it."""
    return is_loopback(urlsplit(link).hostname or "")


def for_browsers(link: str) -> str:
    """Return an invite without the pin of its server's certificate, which only terminals check."""
    address, _, fragment = link.partition("#")
    return Fragment.parse(fragment)._replace(pin=None).after(address)


def qr_rows(text: str) -> list[str]:
    """Return the QR code of ``text`` (ISO/IEC 18004) in half blocks, dark modules as blanks.

    To be shown light on dark ground: foreground white, background black.
    """
    import segno

    modules = [list(row) for row in segno.make_qr(text, error="l").matrix_iter(border=_QUIET_ZONE)]
    if len(modules) % 2:
        modules.append([0] * len(modules[0]))
    glyphs = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return [
        "".join(glyphs[bool(up), bool(down)] for up, down in zip(upper, lower, strict=True))
        for upper, lower in zip(modules[0::2], modules[1::2], strict=True)
    ]
