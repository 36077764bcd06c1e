"""proconf-tui: a meeting client for the terminal with its own server inside.

The SDK's names can be imported from here; they are loaded when first asked for (PEP 562), so that
importing any one package stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proconf_tui.sdk import (
        AccessToken,
        Invite,
        LocalPeer,
        LocalTrack,
        ProconfManager,
        RemotePeer,
        RemoteTrack,
        Room,
        RoomService,
        Seat,
        WatchedStream,
    )

__version__ = "0.1.0"

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
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Not __import__ by name: the import walls are checked by reading imports like this one.
    from proconf_tui import sdk

    return getattr(sdk, name)
