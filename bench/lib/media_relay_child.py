"""A server as aiortc's examples build it, driven by `child_lines`: peer connections and MediaRelay.

Every packet is decoded on arrival and encoded again for each subscriber. Offers go out once as
many have published as the command line says.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaRelay

from bench.lib.child_lines import Commands, Request, serve, tell_offer

_VIDEO: Final = [
    codec for codec in RTCRtpSender.getCapabilities("video").codecs if codec.mimeType == "video/VP8"
]


class RelayRoom:
    """The peers' connections and what each publishes."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._relay = MediaRelay()
        self._publishing: dict[str, RTCPeerConnection] = {}
        self._subscribing: dict[str, RTCPeerConnection] = {}
        self._tracks: dict[str, list[MediaStreamTrack]] = {}

    def commands(self) -> Commands:
        """Return what can be asked of this server."""
        return {
            "add_peer": self._add_peer,
            "publish": self._publish,
            "answer": self._answer,
            "slots_fed": self._slots_fed,
        }

    async def _add_peer(self, request: Request) -> None:
        self._tracks[request["peer_id"]] = []

    async def _publish(self, request: Request) -> str:
        peer_id = request["peer_id"]
        connection = self._publishing[peer_id] = _connection()
        connection.on("track", self._tracks[peer_id].append)
        await connection.setRemoteDescription(RTCSessionDescription(request["sdp"], "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        if len(self._publishing) == self._size:
            for subscriber in self._tracks:
                await self._offer(subscriber)
        return str(connection.localDescription.sdp)

    async def _offer(self, peer_id: str) -> None:
        connection = self._subscribing[peer_id] = _connection()
        for other, tracks in self._tracks.items():
            for track in tracks if other != peer_id else ():
                connection.addTrack(self._relay.subscribe(track))
        for transceiver in connection.getTransceivers():
            if transceiver.kind == "video":
                transceiver.setCodecPreferences(_VIDEO)
            transceiver.direction = "sendonly"
        await connection.setLocalDescription(await connection.createOffer())
        tell_offer(peer_id, connection.localDescription.sdp)

    async def _answer(self, request: Request) -> None:
        description = RTCSessionDescription(request["sdp"], "answer")
        await self._subscribing[request["peer_id"]].setRemoteDescription(description)

    async def _slots_fed(self, _: Request) -> int:
        connected = [c for c in self._subscribing.values() if c.connectionState == "connected"]
        return sum(len(connection.getSenders()) for connection in connected)

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in (*self._publishing.values(), *self._subscribing.values()):
            await connection.close()


def _connection() -> RTCPeerConnection:
    # The default STUN server costs seconds offline; other bundle policies mix streams up.
    return RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )


async def run(size: int) -> None:
    """Serve one room of ``size`` until standard input ends."""
    room = RelayRoom(size)
    await serve(room.commands())
    await room.aclose()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))
