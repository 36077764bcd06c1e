"""Notices when a media connection does not come up, and says where nothing answered.

It follows the states of the two connections and makes neither. The server's candidates are read
as in RFC 8839 section 5.1.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from typing import Final, Literal

from proconf_tui.control.events import MEDIA_REACHED, MEDIA_UNREACHABLE, RoomNotification

PATIENCE_S: Final = 9.0
"""How long a connection may take that is on its way; a second is usual."""

End = Literal["publishing", "subscribing"]

_MAX_ADDRESSES: Final = 4
_CANDIDATE: Final = "a=candidate:"
_REACHED: Final = RoomNotification(MEDIA_REACHED, "Sound and pictures get through now.")


class Reach:
    """Both connections of one participant; ``tell`` hears once of each trouble, and of its end.

    ``trouble`` is the sentence that was told, None while there is none.
    """

    def __init__(self, tell: Callable[[RoomNotification], None]) -> None:
        self.trouble: str | None = None
        self._tell = tell
        self._descriptions: dict[End, str] = {}
        self._timers: dict[End, asyncio.TimerHandle] = {}
        self._missing: set[End] = set()

    def described(self, end: End, sdp: str) -> None:
        """Take the server's newest description of ``end``."""
        self._descriptions[end] = sdp

    def changed(self, end: End, state: str) -> None:
        """Take the `connectionState` of ``end``, each time it changes."""
        if state == "connected":
            self._came_up(end)
        elif state == "connecting" and end not in self._timers and end not in self._missing:
            # Not begun again by attempts that fail sooner than this: they are one trouble.
            loop = asyncio.get_running_loop()
            self._timers[end] = loop.call_later(PATIENCE_S, self._is_missing, end)

    def stop(self) -> None:
        """Count no time any more: without signalling nothing comes up, and that is told of."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _came_up(self, end: End) -> None:
        self._missing.discard(end)
        if end in self._timers:
            self._timers.pop(end).cancel()
        if self.trouble is not None and not self._missing and not self._timers:
            self.trouble = None
            self._tell(_REACHED)

    def _is_missing(self, end: End) -> None:
        del self._timers[end]
        self._missing.add(end)
        if self.trouble is None:
            self.trouble = _sentence(_places(self._descriptions.get(end, "")))
            self._tell(RoomNotification(MEDIA_UNREACHABLE, self.trouble))


def _sentence(places: list[str]) -> str:
    where = " or ".join(places) if places else "the server's UDP port"
    return (
        f"No sound or picture gets through: nothing answers at {where}. Ask whoever runs the "
        "server to open that port, or to name a reachable address with --public-address."
    )


def _places(sdp: str) -> list[str]:
    """Return the addresses that ``sdp`` offers, under the ports that they share, for people."""
    by_port: dict[int, list[str]] = {}
    for line in sdp.splitlines():
        found = _candidate(line)
        if found is not None:
            address, port = found
            addresses = by_port.setdefault(port, [])
            if address not in addresses and sum(map(len, by_port.values())) < _MAX_ADDRESSES:
                addresses.append(address)
    return [f"{' or '.join(named)} UDP port {port}" for port, named in by_port.items() if named]


def _candidate(line: str) -> tuple[str, int] | None:
    fields = line.removeprefix(_CANDIDATE).split()
    if not line.startswith(_CANDIDATE) or len(fields) < 6 or fields[2].lower() != "udp":
        return None
    try:
        # What a server writes there goes to people's screens: nothing but an address may.
        return str(ipaddress.ip_address(fields[4])), int(fields[5])
    except ValueError:
        return None
