"""A meeting of two over a bad network, and what each gets of the other: pictures and sound.

Both are clients of the SDK with a film for a camera and a sound file or a tone for a microphone,
each on a network of its own; the server is a real one. What is heard goes to a WAV file by the
program's own loudspeaker for files. The first seconds, in which connections and playout settle, do
not count.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.speaker import Speaker, open_speaker
from proconf_tui.media.voice.playout import VoiceStatistics
from proconf_tui.protocol.ids import Label
from proconf_tui.sdk import ProconfManager, RemoteTrack, Room
from tests.support.line import Line
from tests.support.meeting import until
from tests.support.network import ADVERTISED, Network
from tests.support.signalling import running_server
from tests.support.signals import RATE_HZ, read_wav

STALL_S: Final = 0.3
"""A picture that stands for longer than this stalls, and has stalled since it came."""
SETTLE_S: Final = 3.0
LOOK_EVERY_S: Final = 0.01
BLOCK_SAMPLES: Final = RATE_HZ // 100
TONE_HZ: Final = 880
TONE_DBFS: Final = -20.0
NEAR_DB: Final = 6.0
JITTER_S: Final = 0.002
"""No way through a network is as even as a queue in memory."""
ROOM: Final = "bench"

Wave = npt.NDArray[np.int16]


class Condition(NamedTuple):
    """What a network does: ``loss`` is the share lost on each way of each of the two."""

    loss: float
    rtt_s: float
    seed: int

    @property
    def line(self) -> Line:
        """One of the two ways."""
        return Line(self.loss, delay_s=self.rtt_s / 2, jitter_s=JITTER_S)


class Films(NamedTuple):
    """What both look like, and what one of them says; the other one hums."""

    pictures: Sequence[Path]
    speech: Path


class Voice(NamedTuple):
    """Frames of one voice: all, those made of their copies, and those made of nothing.

    ``delay_ms`` is the playout's own in the end.
    """

    played: int
    repaired: int
    concealed: int
    delay_ms: float

    @property
    def repaired_percent(self) -> float:
        """The share made of copies."""
        return 100.0 * self.repaired / self.played

    @property
    def gap_percent(self) -> float:
        """The share made of nothing."""
        return 100.0 * self.concealed / self.played


class Fared(NamedTuple):
    """What one got of the other. ``faint_blocks`` of ``blocks`` (10 ms) are not as loud as a tone
    is; there are none where the other spoke."""

    seconds: float
    gaps_s: list[float]
    pictures: int
    voice: Voice
    blocks: int
    faint_blocks: int


class Person:
    """One participant: comes in, looks and listens. A context manager."""

    def __init__(self, network: Network, name: str, sees_to: Path) -> None:
        self._manager = ProconfManager(network.url)
        self._name = name
        self._wav = sees_to / f"{name}.wav"
        self._speaker: Speaker | None = None
        self._heard_since = 0.0
        self.room: Room

    async def __aenter__(self) -> Self:
        await self._manager.__aenter__()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._stop_listening()
        await self._manager.aclose()

    async def come(self, picture: Path, sound: str, *, is_host: bool) -> None:
        """Be in the meeting, with camera and microphone."""
        tracks = await self._manager.create_local_tracks(video=str(picture), audio=sound)
        if is_host:
            self.room = await self._manager.start_meeting(ROOM, self._name, tracks, locked=False)
        else:
            self.room = await self._manager.join_meeting(ROOM, self._name, tracks)
        opening = asyncio.to_thread(open_speaker, str(self._wav), self.room.mixer)
        self._speaker, self._heard_since = await opening, time.monotonic()

    def track(self, label: Label) -> RemoteTrack | None:
        """Return the stream of the other one."""
        found = (peer.find_track(label) for peer in self.room.remote_peers.values())
        return next(found, None)

    @property
    def has_both(self) -> bool:
        """Whether the other one is heard and seen."""
        sound, picture = self.track("audio"), self.track("video")
        if sound is None or picture is None or sound.statistics is None:
            return False
        return picture.frame is not None and sound.statistics.packets > 0

    async def watch(self, seconds: float, *, is_tone: bool) -> Fared:
        """Look at and listen to the other one for so long."""
        sound, picture = self.track("audio"), self.track("video")
        assert sound is not None
        assert picture is not None
        before, began_at, count = _statistics(sound), time.monotonic(), picture.frame_count
        gaps_s = await _gaps_s(picture, began_at + seconds)
        voice, pictures = _voice(before, _statistics(sound)), picture.frame_count - count
        await self._stop_listening()
        wave = self._played(began_at, seconds) if is_tone else np.zeros(0, np.int16)
        blocks = wave[: len(wave) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
        return Fared(seconds, gaps_s, pictures, voice, len(blocks), faint(blocks))

    def _played(self, began_at: float, seconds: float) -> Wave:
        first = round((began_at - self._heard_since) * RATE_HZ)
        return read_wav(self._wav)[first : first + round(seconds * RATE_HZ)]

    async def _stop_listening(self) -> None:
        speaker, self._speaker = self._speaker, None
        if speaker is not None:
            await speaker.aclose()


async def _gaps_s(picture: RemoteTrack, end_at: float) -> list[float]:
    """Return how long each picture was the newest, the first and the last as far as it counts."""
    gaps_s: list[float] = []
    count, shown_at = picture.frame_count, time.monotonic()
    while (now := time.monotonic()) < end_at:
        if picture.frame_count != count:
            gaps_s.append(now - shown_at)
            count, shown_at = picture.frame_count, now
        await asyncio.sleep(LOOK_EVERY_S)
    return [*gaps_s, now - shown_at]


def _statistics(track: RemoteTrack) -> VoiceStatistics:
    assert track.statistics is not None
    return track.statistics


def _voice(before: VoiceStatistics, after: VoiceStatistics) -> Voice:
    repaired, concealed = after.repaired - before.repaired, after.concealed - before.concealed
    played = _in_time(after) - _in_time(before) + repaired + concealed
    return Voice(played, repaired, concealed, after.delay_ms)


def _in_time(statistics: VoiceStatistics) -> int:
    return statistics.packets - statistics.repeated - statistics.late


def faint(blocks: Wave) -> int:
    """Return how many rows are not about as loud as the tone that was sent."""
    return sum(abs(rms_dbfs(block) - TONE_DBFS) > NEAR_DB for block in blocks)


@contextlib.asynccontextmanager
async def networks(condition: Condition) -> AsyncIterator[list[Network]]:
    """A server and two ways to it."""
    line = condition.line
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(public_addresses=(ADVERTISED,)))
        yield [
            await stack.enter_async_context(
                Network(
                    server.port, number=3 + each, seed=condition.seed + each, up=line, down=line
                )
            )
            for each in range(2)
        ]


async def meet(
    condition: Condition, films: Films, directory: Path, seconds: float
) -> tuple[Fared, Fared]:
    """Let two meet; return what who hums and who speaks got of the other."""
    async with networks(condition) as (first, second):
        speaks, hums = Person(first, "speaks", directory), Person(second, "hums", directory)
        async with speaks, hums:
            await speaks.come(films.pictures[0], str(films.speech), is_host=True)
            await hums.come(films.pictures[1], f"tone:{TONE_HZ}", is_host=False)
            await until(lambda: speaks.has_both and hums.has_both)
            await asyncio.sleep(SETTLE_S)
            return await asyncio.gather(
                hums.watch(seconds, is_tone=False), speaks.watch(seconds, is_tone=True)
            )
