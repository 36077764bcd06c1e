"""One's own tracks by name, and the tracks of others as a program sees them.

It knows no connection: what is sent and received is wired up elsewhere.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Literal, Protocol, cast, runtime_checkable

import av
from aiortc import MediaStreamTrack

from proconf_tui.media.camera import open_camera
from proconf_tui.media.levels import SILENCE_DBFS
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.voice.playout import Voice, VoiceStatistics
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.room.model import StreamState
from proconf_tui.sdk.emitter import Emitter

Kind = Literal["audio", "video"]
KIND_OF: dict[Label, Kind] = {"audio": "audio", "video": "video", "screen": "video"}


@runtime_checkable
class _Mutable(Protocol):
    muted: bool


@runtime_checkable
class _Closable(Protocol):
    async def aclose(self) -> None: ...


class LocalTrack:
    """One's own media under a name of one's choice; ``label`` is the stream it is published as."""

    def __init__(self, name: str, label: Label, media: MediaStreamTrack) -> None:
        if media.kind != KIND_OF[label]:
            raise ValueError(f"a track of kind {media.kind} cannot be published as {label}")
        self.name = name
        """What one calls it; nobody else sees that."""
        self.label = label
        """The stream it is published as."""
        self.media = media
        """Where sound or pictures come from."""

    @property
    def kind(self) -> Kind:
        """``audio`` or ``video``."""
        return KIND_OF[self.label]

    def set_muted(self, is_muted: bool) -> bool:
        """Make the media itself silent, or not; return whether it can do that."""
        if not isinstance(self.media, _Mutable):
            return False
        self.media.muted = is_muted
        return True

    async def stop(self) -> None:
        """End the track for ever and release its device; again does nothing."""
        self.media.stop()
        if isinstance(self.media, _Closable):
            await self.media.aclose()


async def open_local_track(label: Label, spec: str, name: str) -> LocalTrack | None:
    """Open the microphone (``audio``) or camera (``video``) that ``spec`` names; ``none`` is None.

    Raises:
        DeviceUnavailable: the device is missing or busy.
    """
    opener = open_microphone if label == "audio" else open_camera
    media = await asyncio.to_thread(cast("_Opener", opener), spec)
    return LocalTrack(name, label, media) if media is not None else None


async def open_local_tracks(wanted: Iterable[tuple[Label, str, str]]) -> list[LocalTrack]:
    """Open several, each as `open_local_track` does; all of them or none.

    Raises:
        DeviceUnavailable: one of the devices is missing or busy; then none is open.
    """
    made: list[LocalTrack] = []
    try:
        for label, spec, name in wanted:
            track = await open_local_track(label, spec, name)
            made += [track] if track else []
    except BaseException:
        await asyncio.gather(*(track.stop() for track in made))
        raise
    return made


class _Opener(Protocol):
    def __call__(self, spec: str, /) -> MediaStreamTrack | None: ...


class RemoteTrack(Emitter):
    """One stream of one remote peer; events ``enabled`` and ``disabled`` (paused) with ``{}``.

    The object stays the same while the peer publishes under this label.
    """

    def __init__(self, peer_id: PeerId, label: Label, mixer: Mixer, state: StreamState) -> None:
        super().__init__()
        self.peer_id = peer_id
        """Whose it is."""
        self.label = label
        """The stream they publish it as."""
        self.frame_count = 0
        """How many pictures have come."""
        self._mixer = mixer
        self._frame: av.VideoFrame | None = None
        self._offset_ms: float | None = None
        self._state = state
        self._has_begun = False

    @property
    def kind(self) -> Kind:
        """``audio`` or ``video``."""
        return KIND_OF[self.label]

    @property
    def is_enabled(self) -> bool:
        """False while its sender pauses it."""
        return not self._state.is_paused

    @property
    def frame(self) -> av.VideoFrame | None:
        """The newest picture; None before the first one, while paused, and for sound."""
        return self._frame

    @property
    def level_dbfs(self) -> float:
        """How loud it is just now, -127 to 0, before the volume; silence for pictures."""
        voice = self._voice
        return voice.level_dbfs(time.monotonic()) if voice else SILENCE_DBFS

    @property
    def statistics(self) -> VoiceStatistics | None:
        """How the sound arrives and what is done about it; None for pictures."""
        voice = self._voice
        return voice.statistics(time.monotonic()) if voice else None

    @property
    def video_offset_ms(self) -> float | None:
        """How far the picture last shown was behind (positive) or ahead of its sound.

        None before both came, and for what is not the picture of who speaks.
        """
        return self._offset_ms

    @property
    def _voice(self) -> Voice | None:
        return self._mixer.get(self.peer_id) if self.kind == "audio" else None

    def show(self, frame: av.VideoFrame | None, offset_ms: float | None = None) -> None:
        """Take the newest picture, or None when there is none any more."""
        self._frame = frame
        self.frame_count += frame is not None
        if frame is None or offset_ms is not None:
            self._offset_ms = offset_ms

    def begin(self) -> bool:
        """Take note that it comes, and tell if that is news: of a voice it is once only.

        Who is not among the loudest for a while, and is not sent, has not stopped.
        """
        is_news = self.kind == "video" or not self._has_begun
        self._has_begun = True
        return is_news

    def update(self, state: StreamState) -> None:
        """Take the stream's new state and tell who listens."""
        was_paused, self._state = self._state.is_paused, state
        if state.is_paused and not was_paused:
            self.show(None)
            self.emit("disabled", {})
        elif was_paused and not state.is_paused:
            self.emit("enabled", {})
