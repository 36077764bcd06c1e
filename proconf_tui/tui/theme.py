"""The colours: one calm dark and one light theme of our own, beside Textual's."""

from __future__ import annotations

import zlib
from typing import Final

from textual.color import Color
from textual.theme import Theme

DARK: Final = "proconf-dark"
LIGHT: Final = "proconf-light"

_DARK_PALETTE: Final = Theme(
    name=DARK,
    primary="#8fb3f5",
    secondary="#b7a2ee",
    accent="#6fd3c1",
    success="#7ddb9b",
    warning="#efc27b",
    error="#f28d8d",
    foreground="#d9deea",
    background="#12151c",
    surface="#191d27",
    panel="#232936",
    dark=True,
    variables={
        "pane-border": "#2f3747",
        "quiet": "#78829b",
        "tile-background": "#0c0e13",
        "border": "#8fb3f5",
        "border-blurred": "#2f3747",
        "block-cursor-foreground": "#e8ecf6",
        "block-cursor-background": "#2b3b5c",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#232936",
        "input-cursor-background": "#8fb3f5",
        "input-selection-background": "#8fb3f5 35%",
        "scrollbar": "#2f3747",
        "scrollbar-hover": "#47536b",
        "scrollbar-active": "#8fb3f5",
        "scrollbar-background": "#12151c",
        "scrollbar-background-hover": "#12151c",
        "scrollbar-background-active": "#12151c",
        "scrollbar-corner-color": "#12151c",
    },
)

_LIGHT_PALETTE: Final = Theme(
    name=LIGHT,
    primary="#2f5fc4",
    secondary="#6d4fc0",
    accent="#0f7f70",
    success="#1f8a4c",
    warning="#a66a00",
    error="#c0392b",
    foreground="#252a36",
    background="#f4f5f8",
    surface="#ffffff",
    panel="#e6e9f0",
    dark=False,
    variables={
        "pane-border": "#c3c9d6",
        "quiet": "#6b7488",
        "tile-background": "#dfe3ec",
        "border": "#2f5fc4",
        "border-blurred": "#c3c9d6",
        "block-cursor-foreground": "#14171f",
        "block-cursor-background": "#cfdcf7",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e6e9f0",
        "scrollbar": "#c3c9d6",
        "scrollbar-background": "#f4f5f8",
    },
)

THEMES: Final = (_DARK_PALETTE, _LIGHT_PALETTE)

VARIABLES: Final[dict[str, str]] = {
    "pane-border": "$border-blurred",
    "quiet": "$text-muted",
    "tile-background": "$surface",
}
"""Our own variables in a theme that does not know them."""

_AVATARS: Final = tuple(
    Color.parse(text)
    for text in (
        "#5b7fc7",
        "#8a6fc0",
        "#b0689f",
        "#c0706a",
        "#b58749",
        "#6f9a55",
        "#3f9a8a",
        "#4a8fb0",
    )
)


def avatar_color(key: str) -> Color:
    """Return the colour that always stands for this person."""
    return _AVATARS[zlib.crc32(key.encode()) % len(_AVATARS)]
