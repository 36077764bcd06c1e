"""What the terminal can show, as far as Textual has found out; nothing is asked of it here."""

from __future__ import annotations

from textual.app import App


def can_write_rgb(app: App[object]) -> bool:
    """Return whether pictures may be written as 24-bit colours past Textual's own rendering.

    Otherwise (fewer colours, NO_COLOR, a filter) they are made of segments, which Textual adapts.
    """
    return app.console.color_system == "truecolor" and not app.get_line_filters()
