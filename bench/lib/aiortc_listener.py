"""A guest who hears as aiortc lets it: ``aiortc_listener.py URL ROOM SPEAKER``.

It joins by the protocol alone, and what aiortc's own jitter buffer and decoder deliver is played
from a plain queue of 40 ms, on a loudspeaker opened as this client opens it. Says "ready" at the
first sound, and ends at end-of-file of its input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import av
import numpy as np
import websockets
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from bench.lib.fifo import Fifo
from bench.lib.output import speaker
from proconf_tui.media.aiortc_patches import peer_connection
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, to_mono_float
from proconf_tui.protocol import codec, messages

PREFILL_SAMPLES = SAMPLE_RATE_HZ * 40 // 1000


def guest_token(url: str, room: str) -> str:
    """Ask the server for a token as any client would."""
    request = urllib.request.Request(
        f"{url}/api/v1/rooms/{room}/guest-token",
        data=json.dumps({"name": "plain"}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["token"])


class Ear:
    """The subscribing connection, whose sound goes into ``fifo``."""

    def __init__(self, fifo: Fifo) -> None:
        self.pc: RTCPeerConnection = peer_connection()
        self._fifo = fifo
        self._tasks: set[asyncio.Task[None]] = set()
        self.pc.on("track", self._on_track)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._tasks.add(asyncio.create_task(self._drain(track)))

    async def _drain(self, track: MediaStreamTrack) -> None:
        is_first = True
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if not isinstance(frame, av.AudioFrame):
                    continue
                samples = frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)
                self._fifo.push(to_mono_float(samples, frame.layout.nb_channels))
                if is_first:
                    print("ready", flush=True)
                    is_first = False

    async def answer(self, sdp: str) -> str:
        """Take the server's offer and return the answer."""
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return str(self.pc.localDescription.sdp)

    async def aclose(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        await self.pc.close()


async def converse(socket: websockets.ClientConnection, ear: Ear) -> None:
    """Answer every offer; disregard everything else."""
    request_id = 1
    async for frame in socket:
        message = json.loads(frame)
        if message.get("method") == messages.SubscriptionOffer.method:
            request_id += 1
            answer = messages.AnswerSubscription(await ear.answer(message["params"]["sdp"]))
            await socket.send(codec.encode_request(request_id, answer))


async def listen(url: str, room: str, fifo: Fifo) -> None:
    """Take part until the input ends."""
    token = await asyncio.to_thread(guest_token, url, room)
    ear = Ear(fifo)
    async with websockets.connect(url.replace("http", "ws", 1) + "/api/v1/ws") as socket:
        await socket.send(codec.encode_request(1, messages.Join(token=token, name="plain")))
        conversation = asyncio.create_task(converse(socket, ear))
        await asyncio.to_thread(sys.stdin.read)
        conversation.cancel()
    await ear.aclose()


def main(url: str, room: str, loudspeaker: str) -> None:
    """Hear the room until the input ends."""
    fifo = Fifo(PREFILL_SAMPLES)
    with speaker(fifo, loudspeaker):
        asyncio.run(listen(url, room, fifo))


if __name__ == "__main__":
    main(*sys.argv[1:])
