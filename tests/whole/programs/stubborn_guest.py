"""A guest that does not do as told: ``stubborn_guest.py URL ROOM NAME PITCH-HZ``.

It joins by the protocol alone, sends a tone for ever whatever the server says of its stream, and
prints a line five times a second: how many packets it has sent. Ends at end-of-file of its input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request

import websockets
from aiortc import RTCPeerConnection, RTCSessionDescription

from proconf_tui.media.aiortc_patches import install, peer_connection
from proconf_tui.protocol import codec, messages
from proconf_tui.protocol.ids import Mid
from tests.support.rtc_tracks import Tone


def guest_token(url: str, room: str, name: str) -> str:
    """Ask the server for a token as any client would."""
    request = urllib.request.Request(
        f"{url}/api/v1/rooms/{room}/guest-token",
        data=json.dumps({"name": name}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["token"])


async def publish(socket: websockets.ClientConnection, pc: RTCPeerConnection) -> None:
    """Offer the tone and say that it is produced."""
    await pc.setLocalDescription(await pc.createOffer())
    mid = pc.getTransceivers()[0].mid
    await socket.send(
        codec.encode_request(
            2,
            messages.Publish(sdp=pc.localDescription.sdp, labels={Mid(str(mid)): "audio"}),
        )
    )
    await socket.send(codec.encode_request(3, messages.Produce(label="audio")))


async def converse(socket: websockets.ClientConnection, pc: RTCPeerConnection) -> None:
    """Publish once in; take the answer; disregard everything else."""
    is_publishing = False
    async for frame in socket:
        message = json.loads(frame)
        if message.get("method") == "welcome" and not is_publishing:
            is_publishing = True
            await publish(socket, pc)
        elif message.get("id") == 2:
            answer = RTCSessionDescription(message["result"]["sdp"], "answer")
            await pc.setRemoteDescription(answer)


async def report(pc: RTCPeerConnection) -> None:
    """Print the number of packets sent so far, again and again."""
    while True:
        await asyncio.sleep(0.2)
        stats = await pc.getSenders()[0].getStats()
        sent = max((getattr(one, "packetsSent", 0) for one in stats.values()), default=0)
        sys.stdout.write(json.dumps({"sent": sent}) + "\n")
        sys.stdout.flush()


async def main(url: str, room: str, name: str, pitch_hz: float) -> None:
    """Run until the input ends."""
    install()
    token = await asyncio.to_thread(guest_token, url, room, name)
    pc = peer_connection()
    pc.addTransceiver(Tone(pitch_hz), direction="sendonly")
    async with websockets.connect(url.replace("http", "ws", 1) + "/api/v1/ws") as socket:
        await socket.send(codec.encode_request(1, messages.Join(token=token, name=name)))
        tasks = [asyncio.create_task(converse(socket, pc)), asyncio.create_task(report(pc))]
        await asyncio.to_thread(sys.stdin.read)
        for task in tasks:
            task.cancel()
    await pc.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
