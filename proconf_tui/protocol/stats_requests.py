"""What the server tells of the media, to those who are in: lines, loss, and its own load.

Up is from participants to the server, down from it to them. Packets and bytes are datagrams on the
wire, of every kind. Rates and shares are those since somebody asked before, half a second ago or
more, and null until then.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.protocol.request import Request


class StreamReport(msgspec.Struct, frozen=True, rename="camel"):
    """A published stream as it comes in; the counts run since it was published.

    ``lost`` never came, ``repaired`` came late or again; ``loss`` is the share (0 to 1) of the last
    second, before repair. ``subscribers`` are sent it now.
    """

    label: Label
    kind: Literal["audio", "video"]
    packets: int
    bytes: int
    lost: int
    repaired: int
    loss: float
    jitter_ms: float
    keyframes: int
    keyframe_requests: int
    subscribers: int


class PeerReport(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody's line; the counts run since the connections were made.

    ``loss_up`` is over all their streams, null without any; ``loss_down`` is what their newest
    receiver reports tell together. ``resent`` packets were sent to them once more.
    ``available_bps`` is what the line to them seems to carry, null while nothing limits it; for
    that reason ``held_back`` of the pictures they watch are not sent.
    """

    peer_id: PeerId
    is_publishing: bool
    is_subscribing: bool
    rtt_ms: float | None
    loss_up: float | None
    loss_down: float
    packets_up: int
    packets_down: int
    bytes_up: int
    bytes_down: int
    bps_up: int | None
    bps_down: int | None
    resent: int
    available_bps: int | None
    held_back: int
    streams: list[StreamReport]


class RoomReport(msgspec.Struct, frozen=True, rename="camel"):
    """All who have media in the room together, those who are in now; ``peers`` counts them."""

    peers: int
    loss_up: float | None
    loss_down: float | None
    packets_up: int
    packets_down: int
    bytes_up: int
    bytes_down: int
    bps_up: int | None
    bps_down: int | None
    keyframes: int
    keyframe_requests: int


class ServerLoad(msgspec.Struct, frozen=True, rename="camel"):
    """What the server does for all its rooms; ``cpu`` is a share of one core, 1 is all of it."""

    cpu: float | None
    packets_up_per_s: float | None
    packets_down_per_s: float | None


class ServerReport(msgspec.Struct, frozen=True, rename="camel"):
    """The answer to `Stats`; ``you`` is null without media (yet), ``peers`` if not asked for."""

    you: PeerReport | None
    room: RoomReport
    server: ServerLoad
    peers: list[PeerReport] | None = None


class Stats(Request, frozen=True):
    """Ask what the server knows of the media; ``with_peers``, everybody's, is for moderators.

    Up is from participants to the server, down from it to them. Packets and bytes are datagrams on
    the wire, of every kind. Rates and shares per time are measured since somebody last asked, half
    a second ago or more; they are null when that was long ago, so ask again a second later.
    """

    method = "stats"
    result = ServerReport
    with_peers: bool = False
