"""A meeting of SDK clients on a real server: each sends a tone and a grey picture of its own."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import numpy as np

from proconf_tui.control.events import Event
from proconf_tui.errors import ProconfError
from proconf_tui.media.pcm import FRAME_S, FRAME_SAMPLES, SAMPLE_RATE_HZ, FloatSamples
from proconf_tui.protocol.ids import PeerId
from proconf_tui.sdk import LocalTrack, ProconfManager, Room
from tests.support.rtc_tracks import Grey, Tone
from tests.support.signalling import RunningServer, running_server

WAIT_S: Final = 20.0
ROOM: Final = "myRoom"
_HEARD_FRAMES: Final = 15


async def until(condition: Callable[[], object], *, timeout_s: float = WAIT_S) -> None:
    """Wait until ``condition`` holds; TimeoutError otherwise."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - conditions of any kind, none with an event
            await asyncio.sleep(0.02)


class Person:
    """One participant with everything it was told, and what it hears and sees.

    ``ear`` plays the mixer as a loudspeaker would.
    """

    def __init__(self, server: RunningServer, name: str, number: int) -> None:
        self.name = name
        self.tone_hz = 400.0 + 200.0 * number
        self.luma = 40 + 40 * number
        self.manager = ProconfManager(server.url)
        self.events: list[Event] = []
        self.tone = Tone(self.tone_hz)
        self.tracks = [
            LocalTrack("microphone", "audio", self.tone),
            LocalTrack("camera", "video", Grey(self.luma)),
        ]
        self._heard: deque[FloatSamples] = deque(maxlen=_HEARD_FRAMES)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def room(self) -> Room:
        assert self.manager.room is not None
        return self.manager.room

    @property
    def peer_id(self) -> PeerId:
        return self.room.local_peer.peer_id

    @property
    def is_waiting(self) -> bool:
        room = self.manager.room
        return room is not None and room.state == "waiting"

    async def start(self, **options: Any) -> Room:
        """Start the meeting as its host, unlocked unless told otherwise."""
        options = {"locked": False, "tracks": self.tracks, **options}
        return await self.manager.start_meeting(ROOM, self.name, on_room=self.listen, **options)

    async def join(self, **options: Any) -> Room:
        """Join the meeting."""
        options = {"tracks": self.tracks, **options}
        return await self.manager.join_meeting(ROOM, self.name, on_room=self.listen, **options)

    def listen(self, room: Room) -> None:
        """Keep what ``room`` tells, and play what it sounds like."""
        stream = room.events()

        async def keep() -> None:
            async for event in stream:
                self.events.append(event)

        async def ear() -> None:
            while True:
                self._heard.append(room.mixer.mix(FRAME_SAMPLES, time.monotonic()))
                await asyncio.sleep(FRAME_S)

        self._tasks += [asyncio.create_task(keep()), asyncio.create_task(ear())]

    def told(self, kind: type[Event]) -> list[Any]:
        """Return the events of that kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    async def until_told(self, kind: type[Event], **fields: Any) -> Any:
        """Wait for an event with these fields and return it."""

        def matching() -> list[Any]:
            return [
                event
                for event in self.told(kind)
                if all(getattr(event, name) == value for name, value in fields.items())
            ]

        await until(matching)
        return matching()[-1]

    def hears(self, *others: Person) -> bool:
        """Return whether the tones of ``others``, and no other tones, have come lately."""
        if len(self._heard) < _HEARD_FRAMES:
            return False
        wave = np.concatenate(self._heard)
        spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) / len(wave)
        loud_hz = np.flatnonzero(spectrum > 0.01) * SAMPLE_RATE_HZ / len(wave)
        expected_hz = np.array([other.tone_hz for other in others])
        if not len(loud_hz) or not len(expected_hz):
            return len(loud_hz) == len(expected_hz)
        apart_hz = np.abs(loud_hz[:, np.newaxis] - expected_hz)
        return bool((apart_hz.min(axis=0) < 15).all() and (apart_hz.min(axis=1) < 15).all())

    def hears_anything(self) -> bool:
        """Return whether anything but silence comes at this moment."""
        return bool(self._heard) and float(np.abs(self._heard[-1]).max()) > 0.01

    def sees(self, other: Person) -> bool:
        """Return whether the newest picture under the name of ``other`` is theirs."""
        peer = self.room.remote_peer_exists(other.peer_id)
        track = peer.find_track("video") if peer else None
        if track is None or track.frame is None:
            return False
        frame = track.frame
        shown = np.median(frame.to_ndarray(format="yuv420p")[: frame.height])
        return abs(float(shown) - other.luma) < 8

    async def aclose(self) -> None:
        with contextlib.suppress(ProconfError):
            await self.manager.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for track in self.tracks:
            await track.stop()


class Meeting:
    """The people of one server, numbered as they come."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.people: list[Person] = []

    def person(self, name: str) -> Person:
        """Return somebody who is not in yet."""
        made = Person(self.server, name, len(self.people))
        self.people.append(made)
        return made

    async def host(self, name: str = "Hana", **options: Any) -> Person:
        """Return who has started the meeting."""
        person = self.person(name)
        await person.start(**options)
        return person

    async def join(self, name: str, **options: Any) -> Person:
        """Return somebody who is in."""
        person = self.person(name)
        await person.join(**options)
        return person

    async def knock(self, name: str, **options: Any) -> tuple[Person, asyncio.Task[Room]]:
        """Return somebody who waits in the lobby, and their attempt to join."""
        person = self.person(name)
        joining = asyncio.create_task(person.join(**options))
        await until(lambda: joining.done() or person.is_waiting)
        return person, joining

    async def aclose(self) -> None:
        for person in self.people:
            await person.aclose()


@contextlib.asynccontextmanager
async def meeting_server(**choices: Any) -> AsyncIterator[Meeting]:
    """A server with nobody on it yet."""
    async with running_server(**choices) as server:
        meeting = Meeting(server)
        try:
            yield meeting
        finally:
            await meeting.aclose()
