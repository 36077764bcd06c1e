"""The public Python API: meetings as a program starts, joins and takes part in them.

Everything a program needs is named here; the modules below are not part of the API.
"""

from __future__ import annotations

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
]
