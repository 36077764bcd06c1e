"""Readable names for rooms and people who gave none."""

from __future__ import annotations

import coolname

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.text import is_valid_room_id


def room_name() -> str:
    """Return a name like ``brave-otter``."""
    return str(coolname.generate_slug(2))


def display_name() -> str:
    """Return a name like ``Brave Otter``."""
    return " ".join(word.capitalize() for word in coolname.generate(2))


def checked_room(name: str) -> str:
    """Return ``name`` if a room can have it.

    Raises:
        ConfigError: it cannot.
    """
    if not is_valid_room_id(name):
        raise ConfigError(
            "A room's name is 1 to 64 letters, digits, dots, dashes and underscores, "
            "and begins with a letter or digit."
        )
    return name
