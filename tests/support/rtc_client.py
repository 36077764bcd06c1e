"""A real aiortc client for tests of an engine: a tone and a grey picture out, measures of both in.

It talks to the engine by method calls where the program has a websocket, and over loopback
UDP for everything else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, AudioResampler, VideoFrame

from proconf_tui.engine.base import Engine, SlotFeed
from proconf_tui.protocol.ids import PeerId, RoomId
from tests.support.rtc_tracks import RATE_HZ, Grey, Tone

HEARD_FRAMES: Final = 10


async def until(condition: Callable[[], object], *, timeout_s: float = 20.0) -> None:
    """Wait until ``condition`` holds; TimeoutError otherwise."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - conditions of any kind, none with an event
            await asyncio.sleep(0.02)


class Received:
    """What came out of one slot: how many frames, when, and what was in the newest."""

    def __init__(self) -> None:
        self.frames = 0
        self.luma: int | None = None
        self._heard: deque[np.ndarray] = deque(maxlen=HEARD_FRAMES)
        self._resampler = AudioResampler(format="s16", layout="mono", rate=RATE_HZ)

    def take(self, frame: AudioFrame | VideoFrame) -> None:
        self.frames += 1
        if isinstance(frame, VideoFrame):
            self.luma = int(np.median(frame.to_ndarray(format="yuv420p")[: frame.height]))
        else:
            parts = [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
            self._heard.append(np.concatenate(parts))

    @property
    def frequency_hz(self) -> float | None:
        """The strongest frequency of the last 0.2 s; None for silence."""
        if len(self._heard) < HEARD_FRAMES:
            return None
        wave = np.concatenate(self._heard)
        spectrum = np.abs(np.fft.rfft(wave))
        loudest = int(np.argmax(spectrum))
        return loudest * RATE_HZ / len(wave) if spectrum[loudest] > len(wave) * 100 else None


class RtcClient:
    """One participant: two peer connections, a tone and a grey picture of its own.

    ``rewrite`` changes every description from the engine before the client sees it.
    """

    def __init__(
        self,
        engine: Engine,
        peer_id: str,
        number: int,
        *,
        rewrite: Callable[[str], str] = lambda text: text,
    ) -> None:
        self.peer_id = PeerId(peer_id)
        self.frequency_hz = 400 + 200 * number
        self.luma = 40 + 30 * number
        self.offers: list[str] = []
        self.slots: tuple[SlotFeed, ...] = ()
        self.received: dict[str, Received] = {}
        self.publishing = _peer_connection()
        self.subscribing = _peer_connection()
        self.subscribing.on("track", self._on_track)
        self._engine = engine
        self._rewrite = rewrite
        self._labels: dict[RTCRtpTransceiver, str] = {}
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._tasks = {asyncio.get_running_loop().create_task(self._answer_offers())}

    def offer(self, sdp: str) -> None:
        """Take an offer from the engine; it is answered in turn."""
        self.offers.append(sdp)
        self._waiting.put_nowait(sdp)

    async def _answer_offers(self) -> None:
        while True:
            text = self._rewrite(await self._waiting.get())
            await self.subscribing.setRemoteDescription(RTCSessionDescription(text, "offer"))
            await self.subscribing.setLocalDescription(await self.subscribing.createAnswer())
            await self._engine.answer(self.peer_id, self.subscribing.localDescription.sdp)

    async def publish(self) -> None:
        """Publish the tone and the picture."""
        self.add("audio", Tone(self.frequency_hz))
        self.add("video", Grey(self.luma))
        await self.negotiate()

    def add(self, label: str, track: MediaStreamTrack) -> RTCRtpTransceiver:
        """Prepare a stream, "" to leave the label out; `negotiate` publishes it."""
        transceiver = self.publishing.addTransceiver(track, direction="sendonly")
        self._labels[transceiver] = label
        return transceiver

    async def negotiate(self) -> None:
        """Offer what was added, and take the answer."""
        await self.publishing.setLocalDescription(await self.publishing.createOffer())
        labels = {str(t.mid): label for t, label in self._labels.items() if label}
        local = self.publishing.localDescription.sdp
        answer = self._rewrite(await self._engine.publish(self.peer_id, local, labels))
        await self.publishing.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def sender(self, label: str) -> RTCRtpTransceiver:
        """Return the transceiver of one published stream."""
        return next(t for t, name in self._labels.items() if name == label)

    async def restart_publishing(self) -> None:
        """Drop the publishing connection without a word and make a fresh one."""
        old, self.publishing = self.publishing, _peer_connection()
        self._labels.clear()
        await self.publish()
        await old.close()

    def from_peer(self, peer_id: str, label: str) -> Received | None:
        """Return what comes from one stream of another, None while nothing feeds a slot."""
        mids = [f.mid for f in self.slots if (f.peer_id, f.label) == (peer_id, label)]
        return self.received.get(mids[0]) if mids else None

    def has(self, other: RtcClient) -> bool:
        """Whether the other's tone and picture are what arrives here now."""
        sound = self.from_peer(other.peer_id, "audio")
        picture = self.from_peer(other.peer_id, "video")
        if sound is None or picture is None or sound.frequency_hz is None or picture.luma is None:
            return False
        is_heard = abs(sound.frequency_hz - other.frequency_hz) <= 12
        return is_heard and abs(picture.luma - other.luma) <= 4

    def frames(self) -> dict[str, int]:
        """Return how many frames have come, by mid."""
        return {mid: received.frames for mid, received in self.received.items()}

    def _on_track(self, track: MediaStreamTrack) -> None:
        transceivers = self.subscribing.getTransceivers()
        mid = next(str(t.mid) for t in transceivers if t.receiver.track is track)
        task = asyncio.get_running_loop().create_task(self._drain(track, mid))
        self._tasks.add(task)

    async def _drain(self, track: MediaStreamTrack, mid: str) -> None:
        received = self.received[mid] = Received()
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame | VideoFrame)
                received.take(frame)

    async def aclose(self) -> None:
        """Close both connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transceiver in self._labels:
            if transceiver.sender.track is not None:
                transceiver.sender.track.stop()
        await asyncio.gather(self.publishing.close(), self.subscribing.close())


class TestRoom:
    """A room of clients on an engine: the listener that passes on what the engine says."""

    __test__ = False

    def __init__(self, engine: Engine, name: str = "room") -> None:
        self.engine = engine
        self.room_id = RoomId(name)
        self.clients: dict[PeerId, RtcClient] = {}
        self.lost: list[PeerId] = []
        self.absent: list[PeerId] = []
        self.levels: dict[PeerId, float] = {}
        self.level_calls = 0

    async def open(self) -> None:
        await self.engine.add_room(self.room_id, self)

    async def join(
        self,
        peer_id: str,
        number: int,
        *,
        is_publishing: bool = True,
        rewrite: Callable[[str], str] = lambda text: text,
    ) -> RtcClient:
        """Let a client in that publishes, and is forwarded, unless told otherwise."""
        client = RtcClient(self.engine, peer_id, number, rewrite=rewrite)
        self.clients[client.peer_id] = client
        await self.engine.add_peer(self.room_id, client.peer_id)
        if is_publishing:
            for label in ("audio", "video"):
                await self.engine.set_forwarding(client.peer_id, label, is_on=True)
            await client.publish()
        return client

    async def leave(self, client: RtcClient) -> None:
        """Let a client go."""
        del self.clients[client.peer_id]
        await self.engine.remove_peer(client.peer_id)
        await client.aclose()

    async def aclose(self) -> None:
        for client in tuple(self.clients.values()):
            await self.leave(client)

    def all_have_all(self) -> bool:
        """Whether everybody hears and sees everybody else."""
        clients = self.clients.values()
        return all(a.has(b) for a in clients for b in clients if a is not b)

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        self.clients[peer_id].offer(sdp)

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        self.clients[peer_id].slots = feeds

    def on_media_lost(self, peer_id: PeerId) -> None:
        self.lost.append(peer_id)

    def on_media_absent(self, peer_id: PeerId) -> None:
        self.absent.append(peer_id)

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        self.levels = dict(levels)
        self.level_calls += 1


def _peer_connection() -> RTCPeerConnection:
    # The default STUN server costs seconds offline; other bundle policies mix streams up.
    return RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )
