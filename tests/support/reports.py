"""What a server says of one's line, for tests of what is shown of it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import PeerReport, RoomReport, ServerLoad, ServerReport

NO_MEDIA = RoomReport(0, None, None, 0, 0, 0, 0, None, None, 0, 0)
NOTHING = ServerReport(None, NO_MEDIA, ServerLoad(None, None, None))

_YOU = PeerReport(
    peer_id=PeerId("me-1"),
    is_publishing=True,
    is_subscribing=True,
    rtt_ms=42.2,
    loss_up=0.002,
    loss_down=0.06,
    packets_up=1,
    packets_down=2,
    bytes_up=3,
    bytes_down=4,
    bps_up=1_240_000,
    bps_down=640_000,
    resent=5,
    available_bps=None,
    held_back=0,
    streams=[],
)


def report(**of_you: Any) -> ServerReport:
    """Return a report on a line that loses much on its way down, but for ``of_you``."""
    return ServerReport(replace(_YOU, **of_you), NO_MEDIA, ServerLoad(0.12, 50.0, 400.0))
