"""A pair of real peer connections over loopback, for tests that need media to flow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpReceiver

from proconf_tui.media.aiortc_patches import peer_connection


@dataclass
class Pair:
    """``sender`` publishes what it was given; ``receiver`` collects the tracks by kind.

    ``receivers`` are what the tracks come from, by kind too.
    """

    sender: RTCPeerConnection
    receiver: RTCPeerConnection
    tracks: dict[str, MediaStreamTrack] = field(default_factory=dict)

    @property
    def receivers(self) -> dict[str, RTCRtpReceiver]:
        return {one.track.kind: one for one in self.receiver.getReceivers()}

    def connections(self) -> tuple[RTCPeerConnection, RTCPeerConnection]:
        return self.sender, self.receiver


@asynccontextmanager
async def connected_pair(
    *tracks: MediaStreamTrack, before_answer: Callable[[Pair], None] = lambda _: None
) -> AsyncIterator[Pair]:
    """Connect; ``before_answer`` runs when both sides have sockets but no handshake yet."""
    pair = Pair(peer_connection(), peer_connection())

    def collect(track: MediaStreamTrack) -> None:
        pair.tracks[track.kind] = track

    pair.receiver.on("track", collect)
    for track in tracks:
        pair.sender.addTrack(track)
    try:
        await pair.sender.setLocalDescription(await pair.sender.createOffer())
        await pair.receiver.setRemoteDescription(pair.sender.localDescription)
        await pair.receiver.setLocalDescription(await pair.receiver.createAnswer())
        before_answer(pair)
        await pair.sender.setRemoteDescription(pair.receiver.localDescription)
        yield pair
    finally:
        await asyncio.gather(*(connection.close() for connection in pair.connections()))
