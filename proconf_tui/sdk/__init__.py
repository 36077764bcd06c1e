"""The public Python API: meetings as a program starts, joins and takes part in them.

Everything a program needs is named here; the modules below are not part of the API. The names
are loaded when first asked for (PEP 562), so that reading an address loads no codec.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proconf_tui.protocol.messages import WatchedStream
    from proconf_tui.sdk.address import Invite
    from proconf_tui.sdk.link import Seat
    from proconf_tui.sdk.local_peer import LocalPeer
    from proconf_tui.sdk.manager import ProconfManager
    from proconf_tui.sdk.remote_peer import RemotePeer
    from proconf_tui.sdk.room import Room
    from proconf_tui.sdk.service import AccessToken, RoomService
    from proconf_tui.sdk.tracks import LocalTrack, RemoteTrack

__all__ = [
    "AccessToken",
    "Invite",
    "LocalPeer",
    "LocalTrack",
    "ProconfManager",
    "RemotePeer",
    "RemoteTrack",
    "Room",
    "RoomService",
    "Seat",
    "WatchedStream",
]

_HOMES = {
    "AccessToken": "service",
    "Invite": "address",
    "LocalPeer": "local_peer",
    "LocalTrack": "tracks",
    "ProconfManager": "manager",
    "RemotePeer": "remote_peer",
    "RemoteTrack": "tracks",
    "Room": "room",
    "RoomService": "service",
    "Seat": "link",
    "WatchedStream": "watching",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
