"""Whether a meeting goes on after its starter has left it."""

from __future__ import annotations

import asyncio

from proconf_tui.config.credentials import load_credentials
from proconf_tui.errors import ProconfError
from proconf_tui.sdk.service import RoomService


def is_somebody_in(server_url: str, room: str | None) -> bool:
    """Return whether the room has anybody in it, as far as its server can be asked."""
    credentials = load_credentials()
    if credentials is None or room is None:
        return False
    service = RoomService(server_url, credentials.api_key, credentials.api_secret)
    try:
        found = asyncio.run(service.get_room(room))
    except ProconfError:
        return False
    return bool(found.get("peers"))
